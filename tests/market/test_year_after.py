"""What came after a sale, and what came of its being late: NAV a year on, and the cost of waiting."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import rates_of, small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.market import simulate as simulation
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import Ending


@pytest.fixture(scope="module")
def scenario():
    return small_pilot()


def test_nav_a_year_after_a_sale_is_what_the_fund_reports_on_that_day(scenario, monkeypatch):
    """Held against every state of the funds' books, as each report and each quarter's end leaves it."""
    states = []

    def kept(name):
        deed = getattr(simulation, name)

        def done(market, *told):
            deed(market, *told)
            funds, day = market.funds, market.today if states else -1
            states.append((day, funds.nav_published * 100, funds.distributed - funds.paid_in))

        monkeypatch.setattr(simulation, name, done)

    for name in ("_open_books", "_end_quarter", "_publish"):
        kept(name)
    journal = simulate(scenario, 1, 5)
    days, navs, flows = ([state[part] for state in states] for part in range(3))
    last = scenario.horizon.days - 1
    seen = {"up": 0, "down": 0, "too late": 0}
    for row in journal.exits:
        is_known = Ending(row.ending).is_sale and row.ended + 365 <= last
        assert (row.nav_change != MISSING) == is_known
        if is_known:
            sold, later = (np.searchsorted(days, day, "right") - 1 for day in (row.ended, row.ended + 365))
            assert navs[sold][row.fund] * row.units == pytest.approx(row.nav, abs=1)
            change = navs[later] - navs[sold] + flows[later] - flows[sold]
            assert row.nav_change == pytest.approx(change[row.fund] * row.units, abs=2)
            seen["up" if row.nav_change > 0 else "down"] += 1
        seen["too late"] += Ending(row.ending).is_sale and not is_known
    assert min(seen.values()) > 3


def test_waiting_costs_what_the_seller_s_own_rate_takes_of_price_and_costs(scenario):
    """Without the urgency of its wish, and with it: the rate by which it decided."""
    sold = 0
    for row in simulate(scenario, 1, 5).exits:
        costs = row.waiting_cost, row.waiting_cost_urgent
        if Ending(row.ending).is_sale:
            years = (row.ended - row.decided) / 365.25
            lost = [1.0 - (1.0 + rate) ** -years for rate in rates_of(scenario, row)]
            assert costs == pytest.approx([(row.price - row.seller_costs) * each for each in lost])
            sold += 1
        else:
            assert np.isnan(costs).all()
    assert sold > 20


def test_without_urgency_both_rates_are_one_and_with_it_waiting_costs_more(scenario):
    kinds = scenario.canonical()["population"]["lps"].items()
    calm = {
        f"population__lps__{kind}__triggers__{name}__urgency_rate": 0.0
        for kind, mix in kinds
        for name in mix["triggers"]
    }
    for row in simulate(small_pilot(**calm), 1, 5).exits:
        if row.decided != MISSING:
            usual = row.held_value, row.realised_value, row.waiting_cost
            urgent = row.held_value_urgent, row.realised_value_urgent, row.waiting_cost_urgent
            assert usual == pytest.approx(urgent, nan_ok=True)
    sales = [row for row in simulate(scenario, 1, 5).exits if Ending(row.ending).is_sale]
    assert all(row.waiting_cost_urgent >= row.waiting_cost for row in sales)
    assert sum(row.waiting_cost_urgent > 1.5 * row.waiting_cost for row in sales) > 10


def test_a_rest_that_is_paid_later_costs_more():
    """The price falls due in two parts: what the second one loses is reckoned from its own day."""
    scenario = small_pilot(venues__beijing__settlement__first_share=0.3)
    later = 0
    for row in simulate(scenario, 1, 5).exits:
        if Ending(row.ending).is_sale and row.price_worth_to_seller < row.price:
            title = row.ended if row.signed == MISSING else row.signed
            years = (title - row.decided) / 365.25
            lost = [(row.price - row.seller_costs) * (1.0 - (1.0 + rate) ** -years) for rate in rates_of(scenario, row)]
            assert row.waiting_cost > lost[0]
            assert row.waiting_cost_urgent > lost[1]
            later += 1
    assert later > 3
