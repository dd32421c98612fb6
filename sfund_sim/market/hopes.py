"""What sellers hope for when they file an offer or bargain, noted for whoever asks how right they are.

A market that is run for its own sake notes nothing of it (``Market.hopes`` is None); all else is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.assessment import Assessment
from sfund_sim.market.bidders import limit
from sfund_sim.market.exits import Exit
from sfund_sim.market.gains import expected_bargain, expected_sale
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.reviews import sellers_of
from sfund_sim.market.route import closing_venue
from sfund_sim.market.talks import Meeting
from sfund_sim.market.world import Floats
from sfund_sim.market.worth import yuan_to
from sfund_sim.scenario.rules import Agreement, Venue
from sfund_sim.venue.settlement import IN_ONE_SUM, NO_FEES

_ALONE = np.array([0])
"""The row of a seller who is looked at alone."""


class HopeOfRound(NamedTuple):
    """What a seller believes of a round as it files; money in fen."""

    listing: int
    is_state: int
    failures: int
    """Its rounds before this one that drew no good enough bid."""
    unfunded: float
    exposure: float
    """NAV, or the appraised value where there is one, and unfunded commitment."""
    chance: float
    """Of a sale."""
    price: float
    """If it is sold."""


class HopeOfTalks(NamedTuple):
    """What a seller believed of talks, the GP having consented, and what came of them; money in fen."""

    is_state: int
    chance: float
    """Of a bargain."""
    exposure: float
    """As of rounds."""
    can_pay: float
    """What the most that the other side can pay costs it, and takes over unfunded; 0 where nobody could pay."""
    agreed: int


@dataclass
class Hopes:
    """A row a round filed, and a row talks that came as far as bargaining; of shares with a NAV."""

    rounds: list[HopeOfRound] = field(default_factory=list)
    talks: list[HopeOfTalks] = field(default_factory=list)
    filed: list[tuple[Listing, float]] = field(default_factory=list)
    """The rounds themselves, which know their best bids in the end, and the usual buyer's required return."""

    def file(self, market: Market, listing: Listing, seen: Assessment) -> None:
        """Note what is believed of a round that is filed today."""
        exit = listing.exit
        sellers, venue = sellers_of(market, seen.rules, [exit], [market.today]), listing.venue
        if sellers.reckoned.nav[0] > 0:
            chance, price = expected_sale(market, venue, sellers, _ALONE, np.array([listing.floor]))
            paid, unfunded = 1.0 - venue.payment_failure_probability, sellers.unfunded[0]
            told = unfunded, sellers.appraised[0] + unfunded, chance[0] * paid, price[0]
            self.rounds.append(HopeOfRound(listing.number, exit.is_state, exit.failures, *map(float, told)))
            self.filed.append((listing, market.typical_irr))

    def talk(self, market: Market, exit: Exit, seen: Assessment, met: Meeting, *, agreed: bool) -> None:
        """Note talks in which the two bargain today; those with somebody who stood ready are no matter of hope."""
        unfunded = float(market.unfunded_of(exit))
        if seen.nav <= 0 or exit.prematched:
            return
        sellers, venue = sellers_of(market, seen.rules, [exit], [market.today]), closing_venue(market, exit, seen.rules)
        chance = float(expected_bargain(market, seen.rules, venue, sellers, _ALONE)[0][0])
        can_pay = _outlay_of(market, exit, met, venue, seen.rules.agreement) if met.investor != MISSING else 0.0
        in_all = can_pay + unfunded if can_pay > 0 else 0.0
        exposure = float(sellers.appraised[0]) + unfunded
        self.talks.append(HopeOfTalks(exit.is_state, chance, exposure, in_all, agreed))

    def arrays(self) -> dict[str, dict[str, Floats]]:
        """Both tables as columns."""
        return {
            "rounds": {**_columns(HopeOfRound._fields, self.rounds), "outlay": self._outlays()},
            "talks": _columns(HopeOfTalks._fields, self.talks),
        }

    def _outlays(self) -> Floats:
        """What the best bid of each round costs its bidder as sellers reckon it, fen; 0 where nobody bid.

        A law of what is bid is one of this: fees and settlement are those of the round, and what is paid later counts
        as to the usual buyer (``gains.payable``).
        """
        outlays = [
            listing.venue.fees.outlay(listing.best_bid, listing.venue.settlement.worth_now(typical_irr))
            if listing.best_bid > 0
            else 0.0
            for listing, typical_irr in self.filed
        ]
        return np.array(outlays, np.float64)


def _outlay_of(market: Market, exit: Exit, met: Meeting, venue: Venue | None, rule: Agreement) -> float:
    """What the most that the other side of talks can pay costs it, fen, at the rate that sellers reckon with."""
    fees, settlement = (venue.fees, venue.settlement) if venue else (NO_FEES, IN_ONE_SUM)
    most = min(fees.prices_within(met.worth, yuan_to(market, met.investor, settlement, rule.lone_buyer_irr)))
    if met.investor >= market.first_buyer:
        most = min(most, limit(market, exit, met.investor - market.first_buyer, fees))
    return float(fees.outlay(most, settlement.worth_now(market.typical_irr + rule.lone_buyer_irr))) if most > 0 else 0.0


def _columns(names: tuple[str, ...], rows: Sequence[tuple[float, ...]]) -> dict[str, Floats]:
    return dict(zip(names, np.array(rows, np.float64).reshape(-1, len(names)).T, strict=True))
