"""What must not matter: the order of rows, the unit of money, the year in which the calendar starts, a buyer's row."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from worlds import AUCTIONS, VENUE, changed, digest, scenarios, shipped, small_pilot, with_leaves

from sfund_sim.ground import calendar
from sfund_sim.ground.columns import MISSING
from sfund_sim.market.simulate import simulate
from sfund_sim.scenario.model import Scenario
from sfund_sim.terms import Ending
from sfund_sim.venue.auctions import AuctionFormat, BidBook


def shuffled(tree, order):
    """The same plain data, every mapping in another order, and the rows of named funds and partners too."""
    if isinstance(tree, dict):
        keys = list(tree)
        order.shuffle(keys)
        return {key: shuffled(_reordered(key, tree[key], order), order) for key in keys}
    return [shuffled(item, order) for item in tree] if isinstance(tree, list) else tree


def _reordered(key, value, order):
    return order.sample(value, len(value)) if key in ("named_funds", "partners") else value


def peopled(scenario):
    """The scenario with the two cases' funds in it, and a third that shares a partner with the first.

    Of the wishes that the cases prescribe, those within the scenario's horizon are kept.
    """
    first, last = str(scenario.horizon.start), str(scenario.horizon.end)
    funds = [shipped(name).canonical()["population"]["named_funds"][0] for name in CASES]
    funds.append(funds[0] | {"name": "Second Materials Fund", "vintage": "2019-02-01"})
    for fund in funds:
        for partner in fund["partners"]:
            partner["drawn_wishes"] = True
            partner["wishes"] = [wish for wish in partner["wishes"] if first <= wish["on"] <= last]
    return with_leaves(scenario, {"population.named_funds": funds})


CASES = ("case_central_soe", "case_guidance_fund")


@settings(max_examples=5, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(scenarios(), st.integers(0, 1000))
def test_the_order_of_rows_in_the_scenario_changes_nothing(scenario, seed):
    scenario = peopled(scenario)
    other = Scenario.model_validate(shuffled(scenario.canonical(), random.Random(seed)))
    assert digest(simulate(other, 1, seed)) == digest(simulate(scenario, 1, seed))


def test_a_fund_more_of_people_who_sell_nothing_changes_no_sale_of_the_others():
    """Partners are known by kind and name, whichever row they stand in: the same ones want what is sold.

    Portfolios grow by a formula here: companies' draws come in blocks of funds, which a fund more would cut otherwise.
    """
    leaves = {"portfolio.model": {"kind": "yale"}, "population.funds.count": 0, VENUE + "open": True}
    leaves |= {"partnership.preemption_interest_probability": 0.3, VENUE + "state_funds_from_open": True}
    alone = with_leaves(peopled(small_pilot(haste=20.0)), leaves)
    (*funds, last) = alone.canonical()["population"]["named_funds"]
    quiet = [{**each, "lp": f"A {each['lp']}", "wishes": [], "drawn_wishes": False} for each in last["partners"]]
    one_more = [*funds, last, last | {"name": "A Fund More", "partners": quiet}]
    more, to_partners = with_leaves(alone, {"population.named_funds": one_more}), 0
    for seed in range(12):
        few, many = simulate(alone, 1, seed), simulate(more, 1, seed)
        assert [_named(few, row) for row in few.exits] == [_named(many, row) for row in many.exits]
        to_partners += sum(row.ending == Ending.SOLD_TO_PARTNER for row in few.exits)
    assert to_partners > 5


def _named(journal, row):
    """What an exit came to, everybody in it by name."""
    people = [*journal.names["lps"], *journal.names["buyers"]]
    days = (row.wished, row.decided, row.filed, row.signed, row.ended, row.ending, row.units, row.price, row.bidders)
    who = (people[row.lp], people[row.buyer] if row.buyer != MISSING else None)
    return journal.names["funds"][row.fund], *who, *days


def test_a_fund_more_changes_nothing_in_how_the_others_were_founded():
    """Its companies' draws come in blocks of funds, so what its companies do may change; who founded it may not."""
    alone = small_pilot(population__funds__count=12)
    with_more = small_pilot(population__funds__count=20)
    few, many = simulate(alone, 1, 3), simulate(with_more, 1, 3)
    place = {name: number for number, name in enumerate(many.names["funds"])}
    same = ("vintage", "commitment", "strategy", "gp_kind")
    assert len(few.funds) == 12
    for row in few.funds:
        twin = many.funds[place[few.names["funds"][row.fund]]]
        assert [getattr(row, name) for name in same] == [getattr(twin, name) for name in same]


@pytest.mark.parametrize("rule", [spec for spec in AUCTIONS if spec["kind"] != "ascending" or len(spec) > 1], ids=repr)
@given(seed=st.integers(0, 10_000), factor=st.sampled_from([1e-3, 7.0, 1e6]))
def test_prices_of_an_auction_scale_with_the_money(rule, seed, factor):
    draws = np.random.default_rng(seed)
    bids, ties = draws.lognormal(0, 0.4, (5, 40)), draws.random((5, 40))
    auction = AuctionFormat.members[rule["kind"]](**{key: rule[key] for key in rule if key != "kind"})
    # A power of two scales floating-point numbers exactly, so that no bid changes its rung.
    factor = 2.0 ** round(np.log2(factor))
    one, other = auction.clear(BidBook(bids, 0.8, ties)), auction.clear(BidBook(bids * factor, 0.8 * factor, ties))
    assert (one.winner == other.winner).all()
    assert np.allclose(one.price * factor, other.price, rtol=1e-12, equal_nan=True)


@pytest.mark.parametrize("auction", ["ascending", "first_price"])
@pytest.mark.parametrize("case", CASES)
def test_prices_of_a_whole_market_scale_with_the_money(case, auction):
    """Ten times the commitments, capitals, tickets, assets and fixed costs: the same days, ten times the prices."""
    bidding = {"kind": "equilibrium" if auction == "first_price" else "truthful"}
    bidders = {f"population.buyers.{kind}.bidding": bidding for kind in shipped(case).population.buyers}
    scenario = with_leaves(shipped(case), bidders | {VENUE + "auction": {"kind": auction}})
    tree = scenario.canonical()
    sums = ("mean_capital_cny", "ticket_min_cny", "ticket_max_cny", "due_diligence_cost_cny", "net_assets_cny")
    for mix in tree["population"]["buyers"].values():
        for name in (*sums, "financial_assets_cny"):
            mix[name] *= 10
    for partner in tree["population"]["named_funds"][0]["partners"]:
        partner["commitment_cny"] *= 10
    for place, name in [
        (tree["state_assets"], "appraisal_cost_cny"),
        (tree["agreement"], "cost_cny"),
        (tree["venues"]["beijing"], "seller_cost_cny"),
    ]:
        place[name] *= 10
    small, large = simulate(scenario, 1, 1), simulate(Scenario.model_validate(tree), 1, 1)
    sold = [row for row in small.exits if Ending(row.ending).is_sale]
    assert sold
    days = ("wished", "decided", "filed", "signed", "ended", "ending", "buyer", "bidders", "listings")
    for one, other in zip(small.exits, large.exits, strict=True):
        assert [getattr(one, name) for name in days] == [getattr(other, name) for name in days]
        assert (one.price == MISSING) == (other.price == MISSING)
        assert one.price == MISSING or other.price == pytest.approx(10 * one.price, rel=1e-6)


@pytest.mark.filterwarnings("ignore:working days")
def test_a_market_twenty_eight_years_later_is_the_same_market(monkeypatch):
    """Between 1990 and 2100 weekdays repeat after 28 years; public holidays do not, so the test has weekends only."""
    monkeypatch.setattr(calendar, "_exceptions", lambda year: ("weekends", [], []))
    calendar._tables.cache_clear()
    here = small_pilot(population__funds__vintages={2014: 1.0, 2018: 2.0, 2020: 1.0})
    tree = here.canonical()
    later = Scenario.model_validate(_moved(tree, 28))
    one, other = simulate(here, 1, 4), simulate(later, 1, 4)
    calendar._tables.cache_clear()
    assert len(one.exits) > 20
    assert digest(one) == digest(other)


def _moved(tree, years):
    """Every date and founding year of a scenario, so many years later."""
    if isinstance(tree, dict):
        return {str(int(k) + years) if str(k).isdigit() else k: _moved(v, years) for k, v in tree.items()}
    if isinstance(tree, list):
        return [_moved(item, years) for item in tree]
    if isinstance(tree, str) and len(tree) == 10 and tree[4] == tree[7] == "-":
        return f"{int(tree[:4]) + years}{tree[4:]}"
    return tree


def test_equal_bids_win_equally_often_and_by_the_same_draws_again():
    from scipy import stats

    draws = np.random.default_rng(11).random((4, 8000))
    bids = np.array([[0.9], [1.0], [1.0], [1.0]]) * np.ones(8000)
    for member in ("first_price", "second_price", "ascending", "descending", "weighted_tender"):
        auction = AuctionFormat.members[member]()
        winner = auction.clear(BidBook(bids.copy(), 0.5, draws)).winner
        wins = np.bincount(winner, minlength=4)
        assert wins[0] == 0
        assert stats.chisquare(wins[1:]).pvalue > 1e-4
        assert (winner == auction.clear(BidBook(bids.copy(), 0.5, draws)).winner).all()


def test_no_row_of_equal_buyers_is_favoured_in_a_whole_market():
    """Buyers who differ in nothing but their row buy about equally often over many markets."""
    from scipy import stats

    alone = {f"population__buyers__{kind}__count": 0 for kind in ("state_s_fund", "company")}
    scenario = changed(shipped("case_central_soe"), population__buyers__market_s_fund__required_irr_sd=0.0, **alone)
    wins = np.zeros(6, np.int64)
    for replication in range(60):
        journal = simulate(scenario, replication, 9)
        first = len(journal.kinds["lps"])
        for row in journal.exits:
            if row.buyer != MISSING and first <= row.buyer < first + 6:
                wins[row.buyer - first] += 1
    assert wins.sum() > 40
    assert stats.chisquare(wins).pvalue > 1e-3


def test_no_replication_of_any_seed_repeats_another_one():
    scenario = small_pilot(funds=5)
    cases = [(replication, seed) for replication in (1, 2, 3, 4, 5, 6, 9, 17) for seed in (0, 1, 2)]
    assert len({digest(simulate(scenario, *case)) for case in cases}) == len(cases)
