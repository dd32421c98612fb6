"""The venue's board: how many offers are with the invited; an offer is on it from its opening to its closing day.

No result reads it, and runs that are not told pass over it: it is counted apart from the tables, and tests hold the two
against one another.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from sfund_sim.ground.diary import Wake


@dataclass(slots=True)
class Board:
    """One venue's board."""

    open: int = 0
    """Offers under disclosure now."""


def stay_open(board: Board, closes: Wake) -> Generator[Wake, None, None]:
    """Put an offer on the board today and take it off at its closing; the lab's family C04 watches this very story."""
    board.open += 1
    yield closes
    board.open -= 1
