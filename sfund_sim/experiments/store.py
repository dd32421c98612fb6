"""Finished replications on disk: one sealed file each, so that whatever is there is whole and can be trusted.

What is too much for memory lies in files beside the sealed one, which knows their size and hash.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.experiments.archive import FileFacts
from sfund_sim.experiments.contents import Content, OnDisk, kept
from sfund_sim.experiments.keeping import FUND_QUARTERS
from sfund_sim.experiments.replication import Replication, waiting_place
from sfund_sim.experiments.single_files import write_whole

_FACTS = ("names", "kinds")
_TOLD_BY_FILES = ("register", "shown", "trail", "holdings", FUND_QUARTERS)
"""Tables of which nothing but rendered files is needed; the larger half of a market's journal."""
_ALIGNED = 8
"""Arrays begin at a multiple of this many bytes, so that they can be read where they lie."""
_LAYOUT = 4
"""How a part is laid out; one that is laid out otherwise is as if it were not there."""
_ARRAYS = "arrays"
_PRESSED_UP_TO, _FASTEST = 16_000_000, 1
"""Bytes up to which arrays are compressed: small ones, of which thousands wait on disk, to a fifth. Texts are not: it
would take as long as making them."""


class BrokenPart(ValueError):
    """The file is not what was written for this experiment: cut short, altered, or another one's."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One finished replication, sealed by the worker: sending and keeping it costs its receiver next to nothing."""

    number: int
    warnings: tuple[str, ...]
    pieces: tuple[bytes, ...]
    """SHA-256 of the rest as a line; number, warnings, layout and origin as a line of JSON; facts and a list of what
    follows as another; then arrays (compressed if there are few) and files, unless they lie beside."""
    room: Path | None = None
    """Folder in which the rest lies."""

    @property
    def content(self) -> bytes:
        """All that does not lie beside."""
        return b"".join(self.pieces)

    @property
    def beside(self) -> list[OnDisk]:
        """What lies beside."""
        return [content for content in self._opened()[1].values() if isinstance(content, OnDisk)]

    def opened(self) -> Replication:
        """The replication; its arrays and files are views of the parcel, or lie beside."""
        listed, files = self._opened()
        arrays, place = _joined(files.pop(_ARRAYS)), 0
        if listed["pressed"]:
            arrays = memoryview(zlib.decompress(arrays))
        tables: dict[str, dict[str, Any]] = {name: {} for name, _ in listed["tables"]}
        for name, columns in listed["tables"]:
            for column, kind, size in columns:
                tables[name][column] = np.frombuffer(arrays[place : place + size], kind)
                place += size
        return Replication(self.number, tables, **listed["facts"], warnings=self.warnings, files=files)

    def _opened(self) -> tuple[dict[str, Any], dict[str, Content]]:
        """What the parcel says of itself, and its contents by name."""
        content = self.content
        begins = content.index(b"\n", content.index(b"\n") + 1) + 1
        place = content.index(b"\n", begins) + 1
        listed, whole = json.loads(content[begins:place]), memoryview(content)
        found: dict[str, Content] = {}
        for name, size, sha256 in listed["contents"]:
            if sha256:
                path = waiting_place(self.room, self.number, name)
                assert path, "what lies beside a part is found from its folder only"
                found[name] = OnDisk(path, FileFacts(size, sha256))
            else:
                found[name] = [whole[place : place + size]]
                place += size
        return listed, found


def _joined(content: Content) -> memoryview:
    if isinstance(content, OnDisk):
        return memoryview(content.path.read_bytes())
    (whole,) = content
    return memoryview(whole)


def sealed(replication: Replication, room: Path | None = None, *, origin: str) -> Parcel:
    """Pack a replication; once its files are rendered, without the tables that only they need.

    What is too much for memory is laid down in a room, if there is one. ``origin`` says of which experiment and which
    job in it the replication is: its number alone does not tell it from the same number of another seed.
    """
    dropped = _TOLD_BY_FILES if replication.files else ()
    tables = {name: columns for name, columns in replication.tables.items() if name not in dropped}
    listed = [[name, list(map(_column_entry, columns.items()))] for name, columns in tables.items()]
    coming = (values.tobytes() for columns in tables.values() for values in columns.values())
    arrays = kept(coming, waiting_place(room, replication.number, _ARRAYS))
    is_small = not isinstance(arrays, OnDisk) and sum(map(len, arrays)) <= _PRESSED_UP_TO
    if is_small:
        arrays = [zlib.compress(b"".join(arrays), _FASTEST)]
    contents = {_ARRAYS: arrays, **replication.files}
    body = [bytes(piece) for each in contents.values() if not isinstance(each, OnDisk) for piece in each]
    about = json.dumps([replication.number, list(replication.warnings), _LAYOUT, origin]).encode() + b"\n"
    told = {
        "facts": {name: getattr(replication, name) for name in _FACTS},
        "tables": listed,
        "contents": [_entry_of(*named) for named in contents.items()],
        "pressed": is_small,
    }
    inside = json.dumps(told).encode()
    inside += b" " * (-(65 + len(about) + len(inside) + 1) % _ALIGNED) + b"\n"
    rest = (about, inside, *body)
    return Parcel(replication.number, replication.warnings, (_seal(rest) + b"\n", *rest), room)


def _entry_of(name: str, content: Content) -> tuple[str, int, str]:
    """How content is found again: name, bytes, and the hash of what lies beside."""
    if isinstance(content, OnDisk):
        return name, content.facts.size, content.facts.sha256
    return name, sum(map(len, content)), ""


def _column_entry(named: tuple[str, NDArray[Any]]) -> tuple[str, str, int]:
    """How a column is found again: name, type and bytes."""
    name, values = named
    if values.dtype.hasobject or values.ndim != 1:
        raise ValueError(f"column {name} is not plain numbers or texts")
    return name, values.dtype.str, values.nbytes


def _seal(pieces: Iterable[bytes | memoryview]) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest().encode()


def unsealed(content: bytes, room: Path | None = None, *, origin: str) -> Parcel:
    """The parcel that a file of a folder holds; BrokenPart when the seal does not fit or it is of another origin."""
    begins = content.find(b"\n") + 1
    if _seal([memoryview(content)[begins:]]) + b"\n" != content[:begins]:
        raise BrokenPart
    number, warnings, *rest = json.loads(content[begins : content.index(b"\n", begins)])
    if rest != [_LAYOUT, origin]:
        raise BrokenPart
    return Parcel(number, tuple(warnings), (content,), room)


def whole_part(path: Path, origin: str) -> Parcel:
    """The parcel of a file under its own number, with all that lies beside; BrokenPart when anything is amiss."""
    parcel = unsealed(path.read_bytes(), path.parent, origin=origin)
    if path.name != part_name(parcel.number) or not all(each.is_whole for each in parcel.beside):
        raise BrokenPart
    return parcel


class PartStore(Mapping[int, Replication]):
    """Finished replications by number; memory does not grow with them, whatever order they come in."""

    def __init__(self, folder: Path, origin: str) -> None:
        """Open a folder; parts of this origin that are whole are kept, all else is as if it were not there."""
        self.folder = folder
        self.origin = origin
        self._numbers = set(_whole_numbers(folder, origin))

    def among(self, numbers: Set[int]) -> PartStore:
        """The same folder, of which only these numbers count."""
        some = copy(self)
        some._numbers = self._numbers & numbers
        return some

    def put(self, parcel: Parcel) -> None:
        """Keep a replication; it is on disk when this returns."""
        self.folder.mkdir(exist_ok=True)
        write_whole(self._path(parcel.number), *parcel.pieces)
        self._numbers.add(parcel.number)

    def parcel(self, number: int) -> Parcel:
        """A replication as it lies there; KeyError when it is not."""
        if number not in self._numbers:
            raise KeyError(number)
        return unsealed(self._path(number).read_bytes(), self.folder, origin=self.origin)

    def __getitem__(self, number: int) -> Replication:
        return self.parcel(number).opened()

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, number: object) -> bool:
        return number in self._numbers

    def _path(self, number: int) -> Path:
        return self.folder / part_name(number)


def part_name(number: int) -> str:
    """File name of a part."""
    return f"rep_{number:04d}.part"


def _whole_numbers(folder: Path, origin: str) -> Iterator[int]:
    for path in sorted(folder.glob("rep_*.part")):
        with suppress(BrokenPart):
            yield whole_part(path, origin).number
