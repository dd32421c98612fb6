"""What sellers expect of their ways out, reckoned once more by hand, one seller at a time."""

import math

import numpy as np
import pytest
from worlds import changed, shipped

from sfund_sim.ground.diary import HeapDiary
from sfund_sim.market import reviews
from sfund_sim.market.sheet import Reckoning
from sfund_sim.market.simulate import build_market

NAV, HOLD, RESERVATION, APPRAISED, RATE = 5.0e9, 2.5e9, 2.8e9, 3.5e9, 0.14
LEAVES = {"venues__beijing__open": True, "venues__beijing__state_funds_from_open": True,
          "venues__beijing__private_floor": "reservation", "venues__beijing__fees__seller_share": 0.01,
          "state_assets__regime": "full", "state_assets__agreement": "at_venue",
          "state_assets__agreement_needs_appraised_value": True}  # fmt: skip


@pytest.fixture(scope="module")
def market():
    return build_market(changed(shipped("beijing_pilot"), policy=[], **LEAVES), 1, 1, HeapDiary())[0]


def sellers(*, failures=(0,), bound=False, knows=True, nav=NAV, venue=0):
    size = len(failures)
    by_row = [np.full(size, fen) for fen in (nav, 4.0e9, NAV, HOLD, RESERVATION, RESERVATION)]
    flags = [np.full(size, flag) for flag in (bound, bound, False)]
    return reviews._Sellers(
        Reckoning(*by_row), np.zeros(size, bool), np.full(size, APPRAISED), np.full(size, RATE), *flags,
        np.array(failures), np.full(size, knows), np.full(size, venue),
    )  # fmt: skip


def best_bid(floor, median, log_sd):
    """Chance that the best bid reaches a floor and its mean if it does, summed over a fine grid of bids."""
    z = np.linspace(-9.0, 9.0, 400_001)
    weight, bid = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi) * (z[1] - z[0]), median * np.exp(log_sd * z)
    reached = bid >= floor
    return weight[reached].sum(), (weight * bid)[reached].sum() / weight[reached].sum()


@pytest.mark.parametrize(("regime", "bound"), [("full", False), ("full", True), ("appraisal", True)])
def test_each_failure_lowers_what_a_seller_expects_of_the_venue(market, regime, bound):
    """A seller that must appraise, but has no floor of its own, lists like a private one."""
    rules, expected = market.rules(), market.scenario.expectations
    rules = rules.model_copy(update={"state_assets": rules.state_assets.model_copy(update={"regime": regime})})
    venue, state = rules.venues["beijing"], rules.state_assets
    floor = APPRAISED if bound and regime == "full" else RESERVATION
    costs = 100.0 * venue.seller_cost_cny
    costs += (100.0 * state.appraisal_cost_cny + state.appraisal_cost_share * NAV) if bound else 0.0
    chance, mean = best_bid(floor / NAV, expected.venue_price_to_nav, expected.venue_price_log_sd)
    surplus = (mean * NAV * 0.99 - RESERVATION) * (1 + RATE) ** (-reviews._venue_days(venue, rules) / 365.25)
    assert expected.failure_learning < 1
    by_hand = [chance * expected.venue_interest * expected.failure_learning**n * surplus - costs for n in range(4)]
    gains = reviews._gain_at_venue(market, rules, sellers(failures=range(4), bound=bound))
    assert gains == pytest.approx(by_hand, rel=1e-4)
    assert (np.diff(gains) < 0).all()


@pytest.mark.parametrize("bound", [False, True])
def test_talks_are_worth_what_the_other_side_pays_above_the_floor_later_on(market, bound):
    rules, expected = market.rules(), market.scenario.expectations
    terms, floor = rules.agreement, APPRAISED if bound else RESERVATION
    chance, mean = best_bid(floor / NAV, expected.agreement_price_to_nav, expected.venue_price_log_sd)
    days = 1.4 * (terms.negotiation_days + terms.registration_days) + rules.partnership.preemption.notice_days
    by_hand = chance * (mean * NAV - floor) * (1 + RATE) ** (-days / 365.25) - 100.0 * terms.cost_cny
    assert reviews._gain_by_agreement(market, rules, sellers(bound=bound)) == pytest.approx([by_hand], rel=1e-4)


@pytest.mark.parametrize(
    ("leaves", "talks", "listing"),
    [({"knows": False}, False, True), ({"venue": -1}, True, False), ({"venue": -1, "bound": True}, False, False),
     ({"nav": 0.0}, False, False), ({}, True, True)],
)  # fmt: skip
def test_nothing_is_expected_of_a_way_that_is_barred(market, leaves, talks, listing):
    rules, those = market.rules(), sellers(**leaves)
    assert np.isfinite(reviews._gain_by_agreement(market, rules, those)).tolist() == [talks]
    assert np.isfinite(reviews._gain_at_venue(market, rules, those)).tolist() == [listing]
