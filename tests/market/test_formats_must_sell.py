"""An auction format that keeps a share although bids reach the floor is refused by its name."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from sfund_sim.ground.errors import SfundError
from sfund_sim.market.simulate import tabulate
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.venue.auctions import AuctionFormat, BidBook, Clearing, Manner, Pricing


@pytest.fixture
def _never(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AuctionFormat, "members", dict(AuctionFormat.members))

    class Never(AuctionFormat):
        """Source: this test."""

        kind: ClassVar[str] = "never"
        pricing: ClassVar[Pricing] = "second"
        manner: ClassVar[Manner] = "sealed"

        def clear(self, book: BidBook) -> Clearing:
            """Nobody wins."""
            auctions = book.bids.shape[1]
            nothing = np.full(auctions, np.nan)
            return Clearing(np.full(auctions, -1), nothing, nothing)


@pytest.mark.usefixtures("_never")
def test_a_format_that_does_not_sell_is_named() -> None:
    """It was told as 'cannot convert float NaN to integer'."""
    settings = ["population.funds.count=60", "horizon.end=2024-12-31", "venues.beijing.auction=never"]
    scenario = load_scenario("beijing_pilot", settings).scenario
    with pytest.raises(SfundError, match="'never' names no winner or no price although bids reach the floor"):
        tabulate(scenario, 1, 1)
