"""One round at the venue while it runs, and the row that it leaves in the journal."""

from __future__ import annotations

from dataclasses import dataclass

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.exits import Exit
from sfund_sim.market.journal import ListingRow
from sfund_sim.scenario.rules import RuleBook, Venue
from sfund_sim.terms import ListingEnding


@dataclass(slots=True)
class Listing:
    """A listing; days from the scenario's start, money in fen."""

    number: int
    """Row in the journal."""
    exit: Exit
    round: int
    filed: int
    rules: RuleBook
    """Those of the filing day, with later changes that bind open listings too."""
    venue: Venue
    nav: float
    """Published NAV of the units when it was filed, fen."""
    floor: float
    appraisal: int
    published: int = MISSING
    disclosed: int = MISSING
    closed: int = MISSING
    invited: int = 0
    engaged: int = 0
    ready: int = 0
    bidders: int = 0
    ending: int = int(ListingEnding.OPEN)
    winner: int = MISSING
    price: int = MISSING
    runner_up: int = MISSING
    efficient: int = MISSING
    leaked: int = 0

    def row(self) -> ListingRow:
        """The milestone row."""
        return ListingRow(
            self.exit.number, self.round, self.exit.venue, self.filed, self.published, self.disclosed, self.closed,
            round(self.floor), self.appraisal, round(self.nav), self.invited, self.engaged, self.ready,
            self.bidders, self.ending, self.winner, self.price, self.runner_up, self.efficient, self.leaked,
        )  # fmt: skip
