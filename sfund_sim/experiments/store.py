"""Finished replications on disk: one sealed file each, so that whatever is there is whole and can be trusted."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.experiments.archive import write_whole
from sfund_sim.experiments.replication import Replication

_FACTS = ("counts", "names", "kinds")
_TOLD_BY_FILES = ("register", "shown", "trail", "holdings")
"""Tables of which nothing but rendered files is needed; the larger half of a market's journal."""
_ALIGNED = 8
"""Arrays begin at a multiple of this many bytes, so that they can be read where they lie."""
_LAYOUT = 2
"""How a part is laid out; one that is laid out otherwise is as if it were not there."""
_PRESSED_UP_TO, _FASTEST = 16_000_000, 1
"""Bytes up to which a replication is compressed: the small ones, of which thousands wait on disk. A large one would
take longer to press together than to write out."""


class BrokenPart(ValueError):
    """The file is not what was written: cut short, altered, or something else."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One finished replication, sealed by the worker: sending and keeping it costs its receiver next to nothing."""

    number: int
    warnings: tuple[str, ...]
    pieces: tuple[bytes, ...]
    """SHA-256 of the rest as a line; number, warnings and layout as a line of JSON; facts and a list of what follows as
    another; then arrays and files, those of a small replication compressed."""

    @property
    def content(self) -> bytes:
        """All of it."""
        return b"".join(self.pieces)

    def opened(self) -> Replication:
        """The replication; its arrays and files are views of the parcel."""
        content = self.content
        begins = content.index(b"\n", content.index(b"\n") + 1) + 1
        ends = content.index(b"\n", begins) + 1
        listed = json.loads(content[begins:ends])
        whole, place = memoryview(content)[ends:], 0
        if listed["pressed"]:
            whole = memoryview(zlib.decompress(whole))
        tables: dict[str, dict[str, Any]] = {name: {} for name, _ in listed["tables"]}
        for name, columns in listed["tables"]:
            for column, kind, size in columns:
                tables[name][column] = np.frombuffer(whole[place : place + size], kind)
                place += size
        files = {}
        for name, size in listed["files"]:
            files[name] = whole[place : place + size]
            place += size
        return Replication(self.number, tables, **listed["facts"], warnings=self.warnings, files=files)


def sealed(replication: Replication) -> Parcel:
    """Pack a replication; once its files are rendered, without the tables that only they need."""
    dropped = _TOLD_BY_FILES if replication.files else ()
    tables = {name: columns for name, columns in replication.tables.items() if name not in dropped}
    about = json.dumps([replication.number, list(replication.warnings), _LAYOUT]).encode() + b"\n"
    arrays = [values.tobytes() for columns in tables.values() for values in columns.values()]
    body = [*arrays, *map(bytes, replication.files.values())]
    is_small = sum(map(len, body)) <= _PRESSED_UP_TO
    if is_small:
        body = [zlib.compress(b"".join(body), _FASTEST)]
    listed = {
        "facts": {name: getattr(replication, name) for name in _FACTS},
        "tables": [[name, list(map(_listed, columns.items()))] for name, columns in tables.items()],
        "files": [[name, len(content)] for name, content in replication.files.items()],
        "pressed": is_small,
    }
    contents = json.dumps(listed).encode()
    contents += b" " * (-(65 + len(about) + len(contents) + 1) % _ALIGNED) + b"\n"
    rest = (about, contents, *body)
    return Parcel(replication.number, replication.warnings, (_seal(rest) + b"\n", *rest))


def _listed(named: tuple[str, NDArray[Any]]) -> tuple[str, str, int]:
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


def unsealed(content: bytes) -> Parcel:
    """The parcel that a file holds; BrokenPart when the seal does not fit."""
    begins = content.find(b"\n") + 1
    if _seal([memoryview(content)[begins:]]) + b"\n" != content[:begins]:
        raise BrokenPart
    number, warnings, *layout = json.loads(content[begins : content.index(b"\n", begins)])
    if layout != [_LAYOUT]:
        raise BrokenPart
    return Parcel(number, tuple(warnings), (content,))


class PartStore(Mapping[int, Replication]):
    """Finished replications by number; memory does not grow with them, whatever order they come in."""

    def __init__(self, folder: Path) -> None:
        """Open a folder; parts that are there already and whole are kept, all else is as if it were not there."""
        self._folder = folder
        self._numbers = {parcel.number for path in sorted(folder.glob("rep_*.part")) if (parcel := _whole(path))}

    def put(self, parcel: Parcel) -> None:
        """Keep a replication; it is on disk when this returns."""
        self._folder.mkdir(exist_ok=True)
        write_whole(self._path(parcel.number), *parcel.pieces)
        self._numbers.add(parcel.number)

    def parcel(self, number: int) -> Parcel:
        """A replication as it lies there; KeyError when it is not."""
        if number not in self._numbers:
            raise KeyError(number)
        return unsealed(self._path(number).read_bytes())

    def __getitem__(self, number: int) -> Replication:
        return self.parcel(number).opened()

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, number: object) -> bool:
        return number in self._numbers

    def _path(self, number: int) -> Path:
        return self._folder / part_name(number)


def part_name(number: int) -> str:
    """File name of a part."""
    return f"rep_{number:04d}.part"


def _whole(path: Path) -> Parcel | None:
    """The parcel of a file under its own number; None when it is broken."""
    try:
        parcel = unsealed(path.read_bytes())
    except BrokenPart:
        return None
    return parcel if path.name == part_name(parcel.number) else None
