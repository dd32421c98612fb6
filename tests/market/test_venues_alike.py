"""Matters of venues that deal alike are reckoned together; that must change nothing."""

from __future__ import annotations

from unittest import mock

from worlds import small_pilot, two_cities, with_leaves

from sfund_sim.market.market import Market
from sfund_sim.market.simulate import tabulate


def cities(**own):
    return two_cities(small_pilot(policy=[]), open=True, state_funds_from_open=True, **own)


def columns(scenario):
    return {
        (table, name): column.tobytes()
        for table, found in tabulate(scenario, 1, 1).arrays().items()
        for name, column in found.items()
    }


def test_results_are_the_same_whether_two_venues_are_reckoned_together_or_each_alone():
    for scenario in (cities(), with_leaves(cities(linked=True), {"venues.shanghai.account_days": 9})):
        together = columns(scenario)
        with mock.patch.object(Market, "alike", lambda market, _: list(range(len(market.venue_names)))):
            assert columns(scenario) == together


def test_venues_deal_alike_whoever_may_use_them():
    scenario = cities()
    beijing, shanghai = scenario.venues.values()
    access = {"open": False, "funds_share": 0.1, "buyers_share": 0.1, "visitors_share": 0.1, "linked": True}
    assert beijing.deals_like(shanghai.model_copy(update=access | {"state_funds_from_open": False}))
    for name in ("signing_days", "ledger", "fees", "auction", "disclosure", "suitability"):
        other = shanghai.model_copy(update={name: "something else"})
        assert not beijing.deals_like(other)
