"""Internal rates of dated flows, against known rates and plain halving; which flows are a seller's or a buyer's."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lone_seller import selling
from scipy.optimize import brentq
from worlds import rates_of, small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.market import returns
from sfund_sim.market.exit_columns import ExitColumns
from sfund_sim.market.exits import Exit
from sfund_sim.market.purchases import Purchase
from sfund_sim.market.returns import LiveFlows, _rests, buyer_results, internal_rates, seller_values
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import Ending


def test_a_price_that_comes_back_with_a_rate_has_that_rate():
    for rate in (-0.9, -0.2, 0.0, 0.08, 1.0, 9.0):
        flows, years = np.array([[-100.0, 100.0 * (1 + rate) ** 2.5]]), np.array([[0.0, 2.5]])
        assert internal_rates(flows, years) == pytest.approx([rate], abs=1e-10)


def test_rates_of_many_deals_at_once_are_those_of_each_alone():
    draws = np.random.default_rng(5)
    flows = draws.exponential(size=(300, 12)) * (draws.random((300, 12)) < 0.7)
    flows[:, 0] = -draws.exponential(6.0, 300)
    years = np.sort(draws.uniform(0.0, 9.0, (300, 12)), axis=1)
    years[:50] /= 300
    for deal, rate in enumerate(internal_rates(flows, years)):

        def worth(rate: float, deal: int = deal) -> float:
            return float((flows[deal] * (1 + rate) ** -years[deal]).sum())

        if worth(-0.99) > 0 > worth(10.0):
            assert rate == pytest.approx(brentq(worth, -0.99, 10.0, xtol=1e-13), abs=1e-9)
        else:
            assert rate == (10.0 if worth(-0.99) > 0 else -0.99)


def test_a_deal_that_brings_nothing_or_far_too_much_has_its_rate_cut_at_the_end():
    years = np.array([[0.0, 1.0]] * 5)
    flows = np.array([[-100.0, 0.0], [-100.0, 1e6], [-100.0, 0.5], [0.0, 100.0], [-100.0, 110.0]])
    assert internal_rates(flows, years).tolist() == pytest.approx([-0.99, 10.0, -0.99, np.nan, 0.1], nan_ok=True)
    assert internal_rates(np.zeros((0, 3)), np.zeros((0, 3))).size == 0


def test_flows_of_one_day_and_of_a_loan_have_no_rate():
    one_day = np.array([[-100.0, 120.0]]), np.zeros((1, 2))
    loan = np.array([[-1.0, 100.0, -50.0, -60.0]]), np.array([[0.0, 0.001, 1.0, 2.0]])
    assert np.isnan([internal_rates(*one_day)[0], internal_rates(*loan)[0]]).all()


@given(st.floats(1.0, 1e6), st.floats(0.0, 1e9), st.floats(0.001, 10.0), st.floats(0.1, 10.0))
def test_who_receives_more_has_no_lower_rate(paid, received, years, more):
    when = np.array([[0.0, years]] * 2)
    less, greater = internal_rates(np.array([[-paid, received], [-paid, received * (1 + more)]]), when)
    assert -0.99 <= less <= greater + 1e-9
    assert greater <= 10.0


def test_every_buyer_of_the_pilot_who_paid_before_the_last_day_has_a_rate():
    journal = simulate(small_pilot(funds=60, haste=8.0), 1, 1)
    bought = [
        row for row in journal.exits if row.buyer != MISSING and row.ended < max(one.ended for one in journal.exits)
    ]
    assert len(bought) > 20
    assert not np.isnan([row.buyer_irr for row in bought]).any()


def test_costs_without_a_sale_are_discounted_as_those_of_a_sale_are():
    world = small_pilot(funds=60, haste=8.0)
    journal = simulate(world, 1, 1)
    unsold = [row for row in journal.exits if row.buyer == MISSING and row.decided != MISSING and row.seller_costs]
    assert len(unsold) > 5
    for row in unsold:
        years = (row.ended - row.decided) / 365.25
        lost = [row.seller_costs * (1 + rate) ** -years for rate in rates_of(world, row)]
        assert row.held_value - row.realised_value == pytest.approx(lost[0], abs=2.0)
        assert row.held_value_urgent - row.realised_value_urgent == pytest.approx(lost[1], abs=2.0)


def alone(market, exit):
    """Values of one exit in a fund that pays 5 fen a unit on day 10 and 7 on day 20, and is worth nothing then."""
    flows = SimpleNamespace(
        ends=np.array([10.0, 20.0]), net=lambda fund: np.array([[5.0, 7.0]] * fund.size),
        final=np.zeros(len(market.funds)), last=market.horizon - 1.0,
    )  # fmt: skip
    return flows, seller_values(flows, ExitColumns([exit], market.horizon), np.array([0.08]))


def test_what_a_fund_pays_on_the_day_of_the_decision_is_past_and_on_the_day_of_transfer_still_the_sellers():
    market, exit = selling(decided=10, price=0, transferred=20)
    _, values = alone(market, exit)
    later = 70 * 1.08 ** (-10 / 365.25)
    assert (values.held_value, values.realised_value) == (pytest.approx([later]), pytest.approx([later]))
    exit.transferred = 19
    assert alone(market, exit)[1].realised_value == pytest.approx([0.0])


def test_a_buyer_has_nothing_of_what_a_fund_pays_on_the_very_day_of_the_purchase():
    market, exit = selling(price=35, transferred=10)
    flows, _ = alone(market, exit)
    market.purchases.append(Purchase(exit.number, exit.fund, exit.holding, exit.units, 10, 35))
    assert buyer_results(market, flows).multiple == pytest.approx([70 / 35])


def sold_on(market, first, *, units, transferred, price, rest=0, costs=0):
    """A resale of the share, or of a part of it, that ``first`` bought; the next exit."""
    exit = Exit(
        number=len(market.exits), holding=first.holding, fund=first.fund, lp=first.buyer, lp_kind=0, is_state=True,
        must_leave=False, trigger=0, wished=11, key=2, units=units, decided=11, transferred=transferred, price=price,
        rest=rest, costs=costs, buyer=market.first_buyer,
    )  # fmt: skip
    market.exits.append(exit)
    row = first.holding if units == first.units else first.holding + 100
    market.purchases.append(Purchase(exit.number, exit.fund, row, units, transferred, price - rest))
    return exit


@pytest.mark.parametrize("rest", [0, 30])
def test_who_sells_on_has_the_price_less_what_the_sale_cost_and_nothing_that_comes_later(rest):
    market, exit = selling(price=35, transferred=5, buyer=0)
    flows, _ = alone(market, exit)
    market.purchases.append(Purchase(exit.number, exit.fund, exit.holding, exit.units, 5, 35))
    again = sold_on(market, exit, units=10, transferred=15, price=80, rest=rest, costs=7)
    again.end(Ending.SOLD_BY_BIDDING, 300)
    received = [50.0, 80 - rest - 7, rest]
    results = buyer_results(market, flows)
    assert results.multiple == pytest.approx([sum(received) / 35, 70 / 80])
    dated = np.array([[-35.0, *received]]), np.array([[0.0, 5.0, 10.0, 295.0]]) / 365.25
    assert results.rate[0] == pytest.approx(internal_rates(*dated)[0])


def test_of_a_share_sold_on_in_part_the_rest_still_is_the_buyers():
    market, exit = selling(price=35, transferred=5, buyer=0)
    flows, _ = alone(market, exit)
    market.purchases.append(Purchase(exit.number, exit.fund, exit.holding, exit.units, 5, 35))
    sold_on(market, exit, units=4, transferred=12, price=20)
    assert buyer_results(market, flows).multiple == pytest.approx([(50 + 20 + 6 * 7) / 35, 4 * 7 / 20])
    sold_on(market, exit, units=6, transferred=20, price=30)  # What a fund pays on that very day is still the seller's.
    assert buyer_results(market, flows).multiple[0] == pytest.approx((50 + 20 + 6 * 7 + 30) / 35)


def test_what_a_partner_sold_on_is_what_it_had_bought(monkeypatch):
    found, asked = [], returns._resales

    def watched(market):
        found.extend((market.exits[first], again) for first, again in asked(market).items())
        return asked(market)

    monkeypatch.setattr(returns, "_resales", watched)
    leaves = {"population__co_partners__counterparty_share": 0.9, "population__wish_scale": 6.0}
    simulate(small_pilot(funds=60, haste=8.0, **leaves), 1, 1)
    assert len(found) > 5
    for first, resales in found:
        assert {again.lp for again in resales} == {first.buyer}
        assert all(again.fund == first.fund and again.wished > first.transferred for again in resales)
        assert sum(again.units for again in resales) <= first.units


def test_a_rest_still_due_at_the_horizon_is_a_debt_on_the_last_day():
    market, exit = selling(price=1000, rest=300, transferred=5)
    flows = LiveFlows(market)
    rest, day = _rests(flows, [exit])
    assert (rest.tolist(), day.tolist()) == ([[300]], [[market.horizon - 1]])
    exit.end(Ending.SOLD_BY_BIDDING, 77)
    assert _rests(flows, [exit])[1].tolist() == [[77]]


def test_who_spent_on_a_sale_that_came_to_nothing_has_less_than_one_who_never_tried():
    market, exit = selling(decided=1, costs=900)
    _, values = alone(market, exit)
    assert values.realised_value[0] < values.held_value[0]
