"""The buyers of holdings: what they are, what they may spend and what they have taken over, as columns."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sfund_sim.market.cells import Cells
from sfund_sim.market.world import Flags, Floats, Ints

LEAST_IRR = 0.005
"""No investor is drawn that asks for less a year: the drawn spread must not make money free (assumption)."""


@dataclass
class BuyerCells(Cells):
    """One buyer's number at a time."""

    ticket_min: memoryview[int]
    ticket_max: memoryview[int]
    slots: memoryview[int]
    capital: memoryview[int]
    diligence_cost: memoryview[int]
    raised: memoryview[int]
    reserved: memoryview[int]
    obligations: memoryview[int]
    busy: memoryview[int]
    purchases: memoryview[int]
    concentration_share: memoryview[float]
    cost_cap: memoryview[float]


@dataclass
class Buyers:
    """All buyers; arrays [buyers]; money in fen. Columns are changed in place, never replaced."""

    key: NDArray[np.uint64]
    names: list[str]
    kind: Ints
    founded: Ints
    """Day on which its first capital comes in."""
    capital: Ints
    """First capital."""
    raising_rate: Floats
    raising_response: Floats
    reinvest_share: Floats
    required_irr: Floats
    ticket_min: Ints
    ticket_max: Ints
    concentration_share: Floats
    wants_strategy: Flags
    """[buyers, strategies]"""
    age_min: Ints
    """Days."""
    age_max: Ints
    state_gp_only: Flags
    slots: Ints
    readiness_days: Floats
    """Median working days to be ready."""
    readiness_log_sd: Floats
    diligence_cost: Ints
    engagement: Floats
    signal_log_sd: Floats
    cost_cap: Floats
    """Multiple of original cost; infinite for none."""
    institution: Flags
    net_assets: Ints
    financial_assets: Ints
    bidding: Ints
    """Number of the strategy in ``Market.bidding``."""
    lumps: Floats
    """[quarters that end on or after day 0, buyers] by how much more or less than usual each raises, by chance."""
    raised: Ints = field(init=False)
    reserved: Ints = field(init=False)
    """Cash behind open bids and signed contracts."""
    obligations: Ints = field(init=False)
    """Unfunded commitments that it has taken over."""
    busy: Ints = field(init=False)
    """Due diligences under way."""
    purchases: Ints = field(init=False)
    told_cash: Floats = field(init=False)
    """What each could still spend when it last told, fen at least 0: all that venue and sellers know of its cash."""
    told_purchases: Floats = field(init=False)
    """What it had bought by then."""
    holdings: Ints = field(init=False)
    """What all of them held at the last quarter's end, in ascending order [holdings]."""
    committed: dict[tuple[int, int], int] = field(default_factory=dict)
    """By buyer and fund: price, fee and unfunded commitment of all shares of the fund bought, or awarded to it, fen."""
    cells: BuyerCells = field(init=False)

    def __post_init__(self) -> None:
        size = self.kind.size
        self.raised, self.reserved = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self.obligations, self.busy = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self.purchases = np.zeros(size, np.int64)
        self.told_cash, self.told_purchases = np.zeros(size), np.zeros(size)
        self.holdings = np.zeros(0, np.int64)
        self.cells = BuyerCells.of(self)

    def commit(self, buyer: int, fund: int, fen: int) -> None:
        """So much more of a buyer's capital goes into a fund; below 0 when an award comes to nothing."""
        self.committed[buyer, fund] = self.committed.get((buyer, fund), 0) + fen

    def __len__(self) -> int:
        return self.kind.size
