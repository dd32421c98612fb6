"""Floors, pre-emption and settlement: the venue's small rules."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sfund_sim.venue.floors import AppraisalFloor
from sfund_sim.venue.preemption import Preemption
from sfund_sim.venue.settlement import Fees, SettlementTerms


def test_a_state_seller_goes_down_to_ninety_percent_freely_and_below_only_with_approval():
    rule = AppraisalFloor(step=0.06, lowest_share=0.8)
    assert [round(rule.floor(number, 100.0, 0.0, False), 9) for number in range(5)] == [100.0, 94.0, 90.0, 90.0, 90.0]
    assert [round(rule.floor(number, 100.0, 0.0, True), 9) for number in range(5)] == [100.0, 94.0, 88.0, 82.0, 80.0]
    assert [rule.needs_approval(number, 100.0, 0.0) for number in range(5)] == [False, False, True, True, True]
    assert rule.floor(4, 100.0, 97.0, True) == 97.0
    assert not rule.needs_approval(4, 100.0, 90.0), "the seller itself wants as much"


@pytest.mark.parametrize(("step", "free", "rounds"), [(0.05, 0.65, 7), (0.01, 0.93, 7), (0.1, 0.7, 3), (0.05, 0.9, 2)])
def test_the_step_that_just_reaches_the_free_share_needs_no_approval(step, free, rounds):
    rule = AppraisalFloor(step=step, free_share=free, lowest_share=0.0)
    assert [rule.needs_approval(number, 1e9, 0.0) for number in range(rounds + 2)] == [False] * (rounds + 1) + [True]


def test_an_approval_cannot_reach_above_the_free_share():
    with pytest.raises(ValidationError, match="lowest_share"):
        AppraisalFloor(free_share=0.7, lowest_share=0.8)


def test_the_partner_with_the_lowest_draw_among_the_willing_takes_the_share():
    """Willing is whom the share is worth at least the price."""
    right = Preemption()
    values, draws = np.array([5.0, 9.0, np.nan, 8.0]), np.array([0.1, 0.7, 0.0, 0.3])
    assert right.taker(values, 6.0, draws) == 3
    assert right.taker(values, 8.5, draws) == 1
    assert right.taker(values, 9.0, draws) == 1
    assert right.taker(values, 10.0, draws) == -1
    assert right.taker(values, np.nan, draws) == -1
    assert right.taker(np.empty(0), 1.0, np.empty(0)) == -1
    assert Preemption(applies=False).taker(values, 6.0, draws) == -1


def test_a_block_of_sales_is_decided_as_each_sale_alone():
    rng = np.random.default_rng(3)
    values, draws, price = rng.random((4, 50)), rng.random((4, 50)), rng.random(50)
    together = Preemption().taker(values, price, draws)
    alone = [Preemption().taker(values[:, sale], price[sale], draws[:, sale]) for sale in range(50)]
    assert together.tolist() == [int(taker) for taker in alone]


@given(price=st.integers(0, 10**15), share=st.floats(0.3, 1.0))
@settings(max_examples=60)
def test_payments_and_shares_add_up_exactly(price, share):
    terms = SettlementTerms(first_share=share)
    assert sum(terms.amounts(price)) == price
    assert len(terms.amounts(price)) == (1 if share == 1.0 else 2)


def test_a_first_payment_below_thirty_percent_or_a_rest_after_a_year_is_refused():
    for wrong in ({"first_share": 0.29}, {"rest_days": 366}, {"first_working_days": 6}):
        with pytest.raises(ValidationError):
            SettlementTerms(**wrong)


def test_each_side_pays_its_share_but_at_least_the_least_fee():
    assert Fees(seller_share=0.01, buyer_share=0.002, least_fen=50).of(10_000) == (100, 50)
    assert Fees(seller_share=0.0, buyer_share=0.0, least_fen=7).of(100) == (7, 7)
