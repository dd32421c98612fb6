"""Finished replications on disk: one sealed file each, so that whatever is there is whole and can be trusted."""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sfund_sim.experiments.archive import write_whole
from sfund_sim.experiments.replication import Replication

_FACTS = ("counts", "names", "kinds", "warnings")
_FILE = "file:"
_TOLD_BY_FILES = ("register", "trail")
"""Tables of which nothing but the rendered ledger is needed; the larger half of a market's journal."""
_FASTEST = 1
"""Level of compression: a quarter of the bytes for a fiftieth of a replication's time."""


class BrokenPart(ValueError):
    """The file is not what was written: cut short, altered, or something else."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One finished replication, sealed by the worker: sending and keeping it costs its receiver next to nothing."""

    number: int
    warnings: tuple[str, ...]
    content: bytes
    """SHA-256 of the rest and a line end, number and warnings as a line of JSON, then compressed arrays."""

    def opened(self) -> Replication:
        """The replication."""
        payload = self.content.split(b"\n", 2)[2]
        with np.load(io.BytesIO(zlib.decompress(payload)), allow_pickle=False) as kept:
            facts = json.loads(str(kept["facts"]))
            files = {key.removeprefix(_FILE): kept[key].tobytes() for key in kept.files if key.startswith(_FILE)}
            tables: dict[str, dict[str, Any]] = {}
            for key in kept.files:
                table, _, column = key.partition(".")
                if column and not key.startswith(_FILE):
                    tables.setdefault(table, {})[column] = kept[key]
        facts["warnings"] = tuple(facts["warnings"])
        return Replication(self.number, tables, **facts, files=files)


def sealed(replication: Replication) -> Parcel:
    """Pack a replication; once its files are rendered, without the tables that only they need."""
    dropped = _TOLD_BY_FILES if replication.files else ()
    arrays: dict[str, Any] = {
        f"{table}.{column}": values
        for table, columns in replication.tables.items()
        for column, values in columns.items()
        if table not in dropped
    }
    arrays |= {_FILE + name: np.frombuffer(content, np.uint8) for name, content in replication.files.items()}
    facts = {name: getattr(replication, name) for name in _FACTS}
    whole = io.BytesIO()
    np.savez(whole, allow_pickle=False, facts=np.array(json.dumps(facts)), **arrays)
    about = json.dumps([replication.number, list(replication.warnings)]).encode()
    rest = about + b"\n" + zlib.compress(whole.getvalue(), _FASTEST)
    return Parcel(replication.number, replication.warnings, hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest)


def unsealed(content: bytes) -> Parcel:
    """The parcel that a file holds; BrokenPart when the seal does not fit."""
    seal, _, rest = content.partition(b"\n")
    if hashlib.sha256(rest).hexdigest().encode() != seal:
        raise BrokenPart
    number, warnings = json.loads(rest.partition(b"\n")[0])
    return Parcel(number, tuple(warnings), content)


class PartStore(Mapping[int, Replication]):
    """Finished replications by number; memory does not grow with them, whatever order they come in."""

    def __init__(self, folder: Path) -> None:
        """Open a folder; parts that are there already and whole are kept, all else is as if it were not there."""
        self._folder = folder
        self._numbers = {parcel.number for path in sorted(folder.glob("rep_*.part")) if (parcel := _whole(path))}

    def put(self, parcel: Parcel) -> None:
        """Keep a replication; it is on disk when this returns."""
        self._folder.mkdir(exist_ok=True)
        write_whole(self._path(parcel.number), parcel.content)
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
