"""Content on its way to a results folder: little waits in memory, much is written down at once and waits on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sfund_sim.experiments.archive import FileFacts, Pieces, facts_of, write_down

IN_MEMORY_UP_TO = 2_000_000
"""Bytes of one content that wait in memory and are sent from process to process. The tables of a national market would
fill it; and a file on disk need not be copied where it is one of the results as it stands, as ledgers are."""
_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class OnDisk:
    """Content that lies in a file of its own; its pieces are read when they are asked for."""

    path: Path
    facts: FileFacts

    @property
    def is_whole(self) -> bool:
        """Does the file hold what was written?"""
        return self.path.is_file() and facts_of(self.path) == self.facts

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while piece := file.read(_AT_ONCE):
                yield piece


Content = OnDisk | Sequence[bytes | memoryview]
"""Content that has been made: on disk, or its pieces."""


def kept(pieces: Pieces, path: Path | None) -> Content:
    """Take content as it comes; what is more than a little is written to a path, if there is one."""
    coming = iter(pieces)
    held: list[bytes | memoryview] = []
    size = 0
    for piece in coming:
        held.append(piece)
        size += len(piece)
        if path is not None and size > IN_MEMORY_UP_TO:
            return OnDisk(path, write_down(path, chain(held, coming)))
    return held
