"""What lies finished in work folders, as the tests here look it up."""

from __future__ import annotations

from pathlib import Path

from sfund_sim.experiments.identity import origin_of, read_state
from sfund_sim.experiments.store import PartStore


def finished(folder: Path) -> PartStore:
    """The whole parts of a folder's first job."""
    return PartStore(folder / "parts_1", origin_of(read_state(folder), 1))
