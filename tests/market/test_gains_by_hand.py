"""What sellers expect of the other side's patience, and of a floor below nothing, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import small_pilot, two_cities

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import HeapDiary
from sfund_sim.market import gains
from sfund_sim.market.gains import (
    Sellers,
    _leak_share,
    _leak_shares,
    _next_floors,
    expected_bargain,
    expected_sale,
)
from sfund_sim.market.sheet import Reckoning
from sfund_sim.market.simulate import build_market

IN_PARTS = {"venues__beijing__settlement__first_share": 0.4, "venues__beijing__settlement__rest_days": 365,
            "agreement__lone_buyer_irr": 0.06, "venues__beijing__private_floor": "reservation"}  # fmt: skip
SOME = np.array([0])


@pytest.fixture
def market():
    return build_market(small_pilot(funds=5, **IN_PARTS), 1, 1, HeapDiary())[0]


def seller(least=800.0):
    """A private one whose share has a NAV of 1,000 fen, and who would take so much for it."""
    no, yes, none = np.array([False]), np.array([True]), np.array([0])
    reckoned = Reckoning(*(np.array([fen]) for fen in (1000.0, 900.0, 1000.0, least, least, least, float(MISSING))))
    return Sellers(
        reckoned, unfunded=np.array([200.0]), may_block=no, appraised=np.array([1000.0]), rate=np.array([0.1]),
        bound=no, must_appraise=no, is_state=no, approved=no, rounds=none, failures=none, in_custody=no, knows=yes,
        prematched=no, consent=np.array([1.0]), gp_days=none, venue=none, home=none,
    )  # fmt: skip


@pytest.mark.parametrize(("reckon", "typical"), [("talks", 0.15), ("listing", 0.21)])
def test_the_other_side_counts_a_rest_at_the_usual_return_and_without_rivals_at_more(
    reckon, typical, market, monkeypatch
):
    """At 21 % a year, of which 6 % are asked of talks alone: 0.4 + 0.6 / 1.21 ** (365 / 365.25) = 0.895932 a yuan."""
    seen, venue, market.typical_irr = [], market.rules().venues["beijing"], typical

    def payable(law, fees, yuan, sellers, some, floor):
        seen.append(yuan)
        return np.array([0.5]), floor + 1.0

    monkeypatch.setattr(gains, "payable", payable)
    if reckon == "talks":
        expected_bargain(market, market.rules(), venue, seller(), SOME)
    else:
        expected_sale(market, venue, seller(), SOME, np.array([900.0]))
    assert seen == pytest.approx([0.895932], abs=1e-6)


@pytest.mark.parametrize(("least", "is_nothing"), [(-50.0, True), (0.0, True), (50.0, False)])
def test_nobody_pays_for_being_rid_of_a_share(least, is_nothing, market):
    rules = market.rules()
    floor = _next_floors(rules, rules.venues["beijing"], seller(least), SOME)
    assert (floor == 0).tolist() == [is_nothing]
    assert floor >= 0


@pytest.mark.parametrize(("disclosure", "share"), [({"rule": "by_fit", "invited": 2}, 0.75),
                                                   ({"rule": "by_fit", "invited": 9}, 0.875),
                                                   ({"rule": "each_with_probability", "probability": 2 / 3}, 0.75),
                                                   ({"rule": "all_eligible"}, 0.875)])  # fmt: skip
def test_a_leak_is_expected_of_as_many_as_will_be_shown_the_offer(disclosure, share, market, monkeypatch):
    """Each of three qualified investors that is shown it keeps it secret with one half."""
    venue = market.rules().venues["beijing"]
    told = venue.disclosure.model_dump() | disclosure | {"leak_probability": 0.5, "leak_cost_share": 1.0}
    venue = venue.model_copy(update={"disclosure": type(venue.disclosure).model_validate(told)})
    rules = market.rules()
    rules = rules.model_copy(update={"venues": {**rules.venues, "beijing": venue}})
    monkeypatch.setattr(market.mandates, "qualified", lambda *_: np.array([True, False, True, True]))
    assert _leak_share(market, rules, 0) == pytest.approx(share)


@pytest.mark.parametrize("linked", [False, True])
def test_a_leak_is_expected_of_members_of_the_seller_s_own_venue_or_linked_ones_alone(linked, monkeypatch):
    """Of four investors three qualify; two of these are at home at one venue and one at the other."""
    shown = {"rule": "all_eligible", "leak_probability": 0.5, "leak_cost_share": 1.0}
    scenario = small_pilot(funds=5, policy=[])
    shown = scenario.canonical()["venues"]["beijing"]["disclosure"] | shown
    market = build_market(two_cities(scenario, open=True, disclosure=shown, linked=linked), 1, 1, HeapDiary())[0]
    market.memberships._home = np.array([0, 0, 1, 0])
    market.memberships._visit = {name: np.ones(4) for name in market.venue_names}
    monkeypatch.setattr(market.mandates, "qualified", lambda *_: np.array([True, False, True, True]))
    shares = _leak_shares(market, market.rules(), np.array([0, 1, 0]))
    assert shares.tolist() == ([0.875] * 3 if linked else [0.75, 0.5, 0.75])
