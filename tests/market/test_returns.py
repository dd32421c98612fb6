"""What deals came to: internal rates against rates known beforehand, and what a seller without a sale paid."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from worlds import small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.returns import internal_rates
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import LpKind


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
            assert np.isnan(rate)


def test_a_deal_that_brings_nothing_or_far_too_much_has_no_rate():
    years = np.array([[0.0, 1.0]] * 4)
    flows = np.array([[-100.0, 0.0], [-100.0, 1e6], [0.0, 100.0], [-100.0, 110.0]])
    assert np.isnan(internal_rates(flows, years)).tolist() == [True, True, True, False]
    assert internal_rates(np.zeros((0, 3)), np.zeros((0, 3))).size == 0


def test_costs_without_a_sale_are_discounted_as_those_of_a_sale_are():
    world = small_pilot(funds=60, haste=8.0)
    journal, rates = simulate(world, 1, 1), world.canonical()["population"]["lps"]
    unsold = [row for row in journal.exits if row.buyer == MISSING and row.decided != MISSING and row.seller_costs]
    assert len(unsold) > 5
    for row in unsold:
        years = (row.ended - row.decided) / 365.25
        lost = row.seller_costs * (1 + rates[LpKind(row.lp_kind).label]["discount_rate"]) ** -years
        assert row.held_value - row.realised_value == pytest.approx(lost, abs=2.0)
