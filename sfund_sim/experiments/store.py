"""Where finished replications wait to be tabled: one file each on disk, read back one at a time."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sfund_sim.experiments.archive import write_whole
from sfund_sim.experiments.replication import Replication

_FACTS = ("counts", "names", "kinds", "warnings")
_FILE = "file:"


class PartStore(Mapping[int, Replication]):
    """Finished replications by number; memory does not grow with them, whatever order they come in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers: set[int] = set()

    def put(self, replication: Replication) -> None:
        """Keep a replication."""
        self._folder.mkdir(exist_ok=True)
        arrays: dict[str, Any] = {
            f"{table}.{column}": values
            for table, columns in replication.tables.items()
            for column, values in columns.items()
        }
        arrays |= {_FILE + name: np.frombuffer(content, np.uint8) for name, content in replication.files.items()}
        facts = {name: getattr(replication, name) for name in _FACTS}
        whole = io.BytesIO()
        np.savez(whole, allow_pickle=False, facts=np.array(json.dumps(facts)), **arrays)
        write_whole(self._path(replication.number), whole.getvalue())
        self._numbers.add(replication.number)

    def __getitem__(self, number: int) -> Replication:
        if number not in self._numbers:
            raise KeyError(number)
        tables: dict[str, dict[str, Any]] = {}
        with np.load(self._path(number), allow_pickle=False) as kept:
            facts = json.loads(str(kept["facts"]))
            files = {key.removeprefix(_FILE): kept[key].tobytes() for key in kept.files if key.startswith(_FILE)}
            for key in kept.files:
                table, _, column = key.partition(".")
                if column and not key.startswith(_FILE):
                    tables.setdefault(table, {})[column] = kept[key]
        facts["warnings"] = tuple(facts["warnings"])
        return Replication(number, tables, **facts, files=files)

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)

    def _path(self, number: int) -> Path:
        return self._folder / f"rep_{number:04d}.npz"
