"""One round at the venue while it runs, and the columns that rounds leave in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from sfund_sim.ground.columns import MISSING, whole
from sfund_sim.market.exits import Exit
from sfund_sim.market.journal import ListingRow
from sfund_sim.market.world import Ints
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
    """Those of the filing day, with later changes that bind open listings too; from its award on they stay."""
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
    due_diligence: int = 0
    """What those who took the offer up paid for their due diligence, fen."""
    ready: int = 0
    bidders: int = 0
    ending: int = int(ListingEnding.OPEN)
    winner: int = MISSING
    taker: int = MISSING
    price: int = MISSING
    best_bid: int = MISSING
    runner_up: int = MISSING
    efficient: int = MISSING
    leaked: int = 0


_OF_EXIT = {"exit": "exit.number", "venue": "exit.venue"}
_ROUNDED = ("floor", "nav")
_noted = attrgetter(*(_OF_EXIT.get(name, name) for name in ListingRow._fields))


def listing_columns(listings: list[Listing]) -> dict[str, Ints]:
    """What some rounds noted, one at least, as columns by the fields of ``ListingRow``."""
    columns = zip(ListingRow._fields, zip(*map(_noted, listings), strict=True), strict=True)
    return {name: whole(column, rounded=name in _ROUNDED) for name, column in columns}
