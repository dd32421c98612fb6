"""The waterfall: nobody is short, no cash is lost, LPs come first, and carry is its share of profit."""

import copy
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfund_sim.funds.waterfall import Tiers, WaterfallState, WaterfallTerms, advance, shared

yuan = st.integers(0, 10**9).map(float)
quarter = st.tuples(yuan, yuan)
life = st.lists(quarter, min_size=1, max_size=30)
terms_of_funds = st.builds(
    WaterfallTerms,
    hurdle_rate=st.floats(0, 0.15),
    carry_rate=st.floats(0, 0.4),
    catch_up=st.sampled_from([0.0, 0.5, 0.8, 1.0]),
)


def net_of_carry(state, gross_value, terms):
    """What LPs would get if so much were distributed now, as the market reckons it."""
    return shared(state, gross_value, Tiers.of(terms))


class Quarter(NamedTuple):
    """Who got what in a quarter, and where the fund stands after it."""

    state: WaterfallState
    to_lps: np.ndarray
    to_gp: np.ndarray


def lived(quarters, terms):
    """The quarters of one fund's life."""
    state, found = WaterfallState.new(1), []
    for calls, proceeds in quarters:
        state = copy.deepcopy(state)
        found.append(Quarter(state, *advance(state, np.array([calls]), np.array([proceeds]), Tiers.of(terms))))
    return found


@given(quarters=life, terms=terms_of_funds)
@settings(max_examples=100)
def test_all_cash_goes_out_and_nobody_gets_less_than_nothing(quarters, terms):
    for (_, proceeds), now in zip(quarters, lived(quarters, terms), strict=True):
        assert now.to_lps[0] + now.to_gp[0] == pytest.approx(proceeds, rel=1e-12)
        assert now.to_lps[0] >= 0
        assert now.to_gp[0] >= 0
        assert now.state.preferred_due[0] >= 0


@given(quarters=life, terms=terms_of_funds)
@settings(max_examples=100)
def test_the_gp_gets_nothing_while_lps_are_owed_capital_or_hurdle(quarters, terms):
    for now in lived(quarters, terms):
        if now.state.preferred_due[0] > 1e-3:
            assert now.to_gp[0] == 0


@given(quarters=life, hurdle=st.floats(0, 0.12), carry=st.floats(0.05, 0.3))
@settings(max_examples=100)
def test_after_full_catch_up_carry_is_its_share_of_all_profit(quarters, hurdle, carry):
    last = lived([*quarters, (0.0, 1e12)], WaterfallTerms(hurdle, carry, 1.0))[-1].state
    profit = last.distributed[0] + last.carry_paid[0] - last.contributed[0]
    assert last.carry_paid[0] == pytest.approx(carry * profit, rel=1e-9)


@given(quarters=life, terms=terms_of_funds)
@settings(max_examples=60)
def test_carry_never_exceeds_its_share_of_profit_when_lps_are_whole(quarters, terms):
    last = lived(quarters, terms)[-1].state
    if last.preferred_due[0] == 0:
        profit = last.distributed[0] + last.carry_paid[0] - last.contributed[0]
        assert last.carry_paid[0] <= terms.carry_rate * profit * (1 + 1e-9) + 1e-3


def test_the_hurdle_compounds_by_the_quarter_to_its_yearly_rate():
    state = lived([(100.0, 0.0)] + [(0.0, 0.0)] * 4, WaterfallTerms(0.08))[-1].state
    assert state.preferred_due[0] == pytest.approx(108.0)


def test_tiers_follow_one_another_to_the_yuan():
    called = lived([(100.0, 0.0)] + [(0.0, 0.0)] * 4, WaterfallTerms())[-1].state
    net = [
        float(net_of_carry(called, np.array([gross]), WaterfallTerms())[0])
        for gross in (50.0, 108.0, 109.0, 110.0, 200.0)
    ]
    assert net == pytest.approx([50.0, 108.0, 108.0, 108.0, 180.0])
    no_catch_up = WaterfallTerms(catch_up=0.0)
    assert net_of_carry(called, np.array([208.0]), no_catch_up)[0] == pytest.approx(188.0)


@given(quarters=life, terms=terms_of_funds, gross=st.floats(0, 1e9), more=st.floats(0, 1e8))
@settings(max_examples=60)
def test_net_value_rises_with_gross_value_but_never_above_it(quarters, terms, gross, more):
    state = lived(quarters, terms)[-1].state
    low, high = (float(net_of_carry(state, np.array([value]), terms)[0]) for value in (gross, gross + more))
    assert low <= gross
    assert low <= high + 1e-3
    assert high - low <= more + 1e-3


def test_funds_are_reckoned_side_by_side_each_by_its_own_terms():
    terms = WaterfallTerms(np.array([0.0, 0.08]), np.array([0.2, 0.1]), np.array([1.0, 1.0]))
    state = WaterfallState.new(2)
    advance(state, np.array([10.0, 10.0]), np.zeros(2), Tiers.of(terms))
    _, to_gp = advance(state, np.zeros(2), np.array([20.0, 20.0]), Tiers.of(terms))
    assert to_gp == pytest.approx([2.0, 1.0])
