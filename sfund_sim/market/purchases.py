"""What a buyer's return is computed from."""

from __future__ import annotations

from typing import NamedTuple


class Purchase(NamedTuple):
    """A share bought second-hand; days from the scenario's start, money in fen."""

    exit: int
    fund: int
    holding: int
    """Row of what was bought: one of its own when it was cut off."""
    units: int
    day: int
    paid: int
    """Price and buyer's fees, but for the exit's ``rest``."""
