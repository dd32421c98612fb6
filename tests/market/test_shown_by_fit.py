"""Directed disclosure by fit: whom the share does not suit is called last, however much cash it has."""

from __future__ import annotations

import pytest
from worlds import VENUE, small_pilot, with_leaves

from sfund_sim.market.simulate import simulate
from sfund_sim.scenario.model import Scenario
from sfund_sim.terms import GpKind, RegisterEntry, Strategy

EACH = 4
"""Buyers of each kind."""


def offers_to_two_kinds(mandate, *, invited, poor_capital=0.0):
    """Of each offer its fund and the numbers of the buyers who are shown it, the first ones being the choosy.

    Buyers of two kinds all qualify: the first are rich and take only what their ``mandate`` says, the others are poor
    and take everything.
    """
    alike = {"count": EACH, "founded_years": {2013: 1.0}, "ticket_min_cny": 0.0, "ticket_max_cny": 1e12}
    alike |= {"net_assets_cny": 1e12, "financial_assets_cny": 1e12, "institution": True, "capital_log_sd": 0.0}
    alike |= {"age_min_years": 0.0, "age_max_years": 40.0, "strategies": ["angel", "vc", "growth", "buyout"]}
    tree = small_pilot(haste=8.0).canonical()
    mixes = tree["population"]["buyers"]
    rich, poor = {"mean_capital_cny": 1e11}, {"mean_capital_cny": poor_capital}
    tree["population"]["buyers"] = {
        "market_s_fund": mixes["market_s_fund"] | alike | rich | mandate,
        "insurer": mixes["insurer"] | alike | poor,
    }
    told = {"disclosure.rule": "by_fit", "disclosure.invited": invited, "open": True}
    scenario = with_leaves(Scenario.model_validate(tree), {VENUE + name: value for name, value in told.items()})
    journal = simulate(scenario, 1, 5)
    first = len(journal.names["lps"])
    shown = {number: [] for number, row in enumerate(journal.register) if row.entry == RegisterEntry.DISCLOSE}
    for row in journal.shown:
        shown[row.record].append(row.investor - first)
    assert len(shown) > 30
    return [(journal.funds[journal.register[number].fund], who) for number, who in shown.items()]


CHOOSY = {
    "strategy": ({"strategies": ["buyout"]}, lambda fund: fund.strategy == Strategy.BUYOUT),
    "kind of manager": ({"state_gp_only_share": 1.0}, lambda fund: fund.gp_kind == GpKind.STATE),
    "age": ({"age_min_years": 40.0}, lambda _: False),
    "size": ({"ticket_min_cny": 1e11, "ticket_max_cny": 1e12}, lambda _: False),
}


@pytest.mark.parametrize("choosy", CHOOSY)
def test_a_rich_buyer_that_the_share_does_not_suit_comes_after_every_one_that_it_suits(choosy):
    mandate, suits = CHOOSY[choosy]
    offers = offers_to_two_kinds(mandate, invited=EACH)
    for fund, who in offers:
        assert len(who) == EACH
        # Where it suits both kinds the rich come first: they can pay.
        assert sorted(who) == list(range(EACH)) if suits(fund) else min(who) >= EACH
    assert any(not suits(fund) for fund, _ in offers)


@pytest.mark.parametrize("more", [1, 3])
def test_unsuited_buyers_are_called_once_all_whom_the_share_suits_have_been(more):
    mandate, _ = CHOOSY["age"]
    for _, who in offers_to_two_kinds(mandate, invited=EACH + more):
        assert len(who) == EACH + more
        assert set(who) >= set(range(EACH, 2 * EACH))


def test_who_can_pay_the_floor_many_times_over_fits_no_better_so_that_all_are_asked_in_turn():
    offers = [who for _, who in offers_to_two_kinds({}, invited=EACH, poor_capital=1e10)]
    asked = [sum(number in who for who in offers) / len(offers) for number in range(2 * EACH)]
    assert asked == pytest.approx([0.5] * (2 * EACH), abs=0.2)
