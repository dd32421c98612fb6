"""A reader of the files alone finds what deals came to: of exits.csv, fund_quarters.csv and runs.csv."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

from sfund_sim.cli import main

SETTINGS = (
    "population.funds.count=60",
    "venues.beijing.settlement.first_share=0.3",
    "venues.beijing.settlement.rest_days=360",
    "pledges.registered=true",
    "partnership.preemption_interest_probability=0.5",
)
"""Prices come in parts, some of which are still due at the end, some owners borrow before they sell, and partners buy,
some of whom sell on."""
DAYS_A_YEAR = 365.25
ROUNDING, ROUNDING_A_UNIT = 0.02, 5e-5
"""Money has two decimals in the files; NAV of a unit has nine digits, and is below 100,000 yuan here."""
RATES = ("", "_urgent")


def read(folder, name):
    table = pd.read_csv(folder / f"{name}.csv")
    return table.assign(**{day: pd.to_datetime(table[day]) for day in table.columns if day.endswith("_date")})


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The tables of two replications, each fund's flows by replication and name, and the last day of the run."""
    folder = tmp_path_factory.mktemp("files") / "run"
    settings = [word for each in SETTINGS for word in ("--set", each)]
    wanted = ["--keep", "exits,funds,fund_quarters", "--no-report", "--quiet", "--workers", "1", "--out", str(folder)]
    assert main(["run", "beijing_pilot", *settings, "--reps", "2", "--seed", "5", *wanted]) == 0
    exits, funds, quarters, runs = (read(folder, name) for name in ("exits", "funds", "fund_quarters", "runs"))
    last = runs["start_date"][0] + pd.Timedelta(days=runs["horizon_days"][0] - 1)
    flows = dict(list(quarters.groupby(["rep", "fund_id"])))
    return SimpleNamespace(exits=exits, funds=funds, quarters=quarters, flows=flows, last=last)


def years(days, since):
    return np.asarray((pd.DatetimeIndex(days) - since).days) / DAYS_A_YEAR


def of_fund(world, exit):
    """Net flows of one unit, the days on which they come, and its final true NAV."""
    rows = world.flows[exit.rep, exit.fund_id]
    net = rows["unit_distributed_cny"] - rows["unit_called_cny"]
    return net.to_numpy(), rows["quarter_end_date"].to_numpy(), rows["unit_nav_true_cny"].iloc[-1]


def seller_values(world, exit, rate):
    """Held value, realised value and cost of waiting of one exit that was decided on, yuan."""

    def worth(amounts, days):
        return float((amounts * (1 + rate) ** -years(days, exit.decision_date)).sum())

    net, ends, nav = of_fund(world, exit)
    later = ends > exit.decision_date
    held = exit.share_units * (worth(net[later], ends[later]) + worth(nav, [world.last]))
    if pd.isna(exit.title_date):
        return held, held - worth(exit.seller_costs_cny, [exit.end_date]), np.nan
    before = later & (ends <= exit.title_date)
    first = exit.price_cny - exit.rest_cny
    price = worth(first, [exit.title_date]) + worth(exit.rest_cny, [exit.end_date])
    costs = worth(exit.seller_costs_cny, [exit.title_date])
    kept = exit.share_units * worth(net[before], ends[before])
    return held, kept + price - costs, exit.price_cny - exit.seller_costs_cny - (price - costs)


def resales(exits):
    """The sales in which a partner sold on what it had bought, by the exit in which it bought."""
    found, bought = defaultdict(list), {}
    for sale in exits[exits["title_date"].notna()].sort_values("title_date").itertuples():
        if (sale.rep, sale.holding_id, sale.lp_id) in bought:
            found[bought[sale.rep, sale.holding_id, sale.lp_id]].append(sale)
        bought[sale.rep, sale.bought_holding_id, sale.buyer_id] = sale.exit_id
    return found


def buyer_flows(world, sale, sold_on):
    """What a buyer paid (below 0) and received, yuan, and after how many years."""
    net, ends, nav = of_fund(world, sale)
    units, left = sale.share_units * (ends > sale.title_date), sale.share_units
    first = sale.price_cny - sale.rest_cny + sale.buyer_fee_cny
    flows = [(-first, sale.title_date), (-sale.rest_cny, sale.end_date)]
    for one in sold_on:
        units, left = units - one.share_units * (ends > one.title_date), left - one.share_units
        flows += [(one.price_cny - one.rest_cny - one.seller_costs_cny, one.title_date), (one.rest_cny, one.end_date)]
    amounts, days = zip(*flows, strict=True)
    amounts = np.concatenate([amounts, units * net, [left * nav]])
    after = years([*days, *ends, world.last], sale.title_date)
    return amounts, np.maximum(after, 0.0)


def internal_rate(amounts, after):
    """Between -99 % and 1000 % a year, where rates are cut."""

    def worth(rate):
        return float((amounts * (1 + rate) ** -after).sum())

    if worth(-0.99) > 0 > worth(10.0):
        return brentq(worth, -0.99, 10.0, xtol=1e-14)
    return 10.0 if worth(-0.99) > 0 else -0.99


@pytest.mark.parametrize("rate", RATES)
def test_what_sellers_had_and_would_have_had_is_that_of_the_table(world, rate):
    columns = [f"{name}{rate}_cny" for name in ("held_value", "realised_value", "waiting_cost")]
    decided = world.exits[world.exits["decision_date"].notna()]
    for exit in decided.itertuples():
        told = [getattr(exit, column) for column in columns]
        found = seller_values(world, exit, getattr(exit, f"discount_rate{rate}"))
        within = ROUNDING + ROUNDING_A_UNIT * exit.share_units
        assert found == pytest.approx(told, rel=0, abs=within, nan_ok=True), exit.exit_id
    assert world.exits[world.exits["decision_date"].isna()][columns].isna().all(axis=None)
    sold = decided["title_date"].notna()
    assert min(sold.sum(), (~sold).sum(), (decided["rest_cny"] > 0).sum(), decided["loan_cny"].notna().sum()) > 10
    assert (sold & (decided["ending"] == "open")).sum() > 3
    assert (decided["ending"] == "liquidated").sum() > 3


def test_buyers_rates_and_multiples_are_those_of_the_table(world):
    sold_on = resales(world.exits)
    sales = world.exits[world.exits["title_date"].notna() & (world.exits["title_date"] < world.last)]
    for sale in sales.itertuples():
        amounts, after = buyer_flows(world, sale, sold_on.get(sale.exit_id, []))
        multiple = np.maximum(amounts, 0).sum() / -np.minimum(amounts, 0).sum()
        assert multiple == pytest.approx(sale.buyer_multiple, rel=1e-6, abs=1e-8), sale.exit_id
        assert internal_rate(amounts, after) == pytest.approx(sale.buyer_irr, rel=1e-6, abs=1e-6), sale.exit_id
    assert len(sales) > 100
    assert sum(map(len, sold_on.values())) > 3


def test_quarters_add_up_to_the_table_of_funds_and_follow_one_another(world):
    funds = world.funds.set_index(["rep", "fund_id"])
    last = world.quarters.groupby(["rep", "fund_id"]).last()
    sums = world.quarters.groupby(["rep", "fund_id"])[["unit_called_cny", "unit_distributed_cny"]].sum()
    has_begun = funds["fund_state"] != "unborn"
    assert sorted(last.index) == sorted(funds.index[has_begun])
    funds, units = funds.loc[last.index], funds.loc[last.index, "commitment_cny"] / 10_000
    for name, of_funds in (("called", "paid_in"), ("distributed", "distributed")):
        assert np.allclose(sums[f"unit_{name}_cny"] * units, funds[f"{of_funds}_cny"], rtol=1e-9)
        assert np.allclose(last[f"unit_{name}_to_date_cny"], sums[f"unit_{name}_cny"], rtol=1e-9)
    assert np.allclose(last["unit_nav_true_cny"] * units, funds["nav_true_cny"], rtol=1e-8)
    assert world.quarters["unit_nav_true_cny"].max() < 100_000
    has_ended = funds["fund_state"] == "ended"
    assert has_ended.sum() > 3
    assert (last["fund_state"] == funds["fund_state"]).all()
    assert (last["quarter_end_date"][has_ended] == funds["end_date"][has_ended]).all()
    assert (last["quarter_end_date"][~has_ended] == world.last).all()
    for rows in world.flows.values():
        assert (rows["quarter_end_date"].dt.to_period("Q").astype("int64").diff().dropna() == 1).all()


def test_what_a_fund_reported_is_what_its_sellers_look_at(world):
    """NAV at a sale: the newest report, and the calls and distributions since the quarter that it tells of."""
    looked = 0
    for sale in world.exits[world.exits["title_date"].notna()].itertuples():
        rows = world.flows[sale.rep, sale.fund_id]
        known = rows[rows["report_date"] <= sale.title_date]
        ends = rows["quarter_end_date"]
        since = rows[(ends > known["quarter_end_date"].iloc[-1]) & (ends <= sale.title_date)]
        nav = known["unit_nav_reported_cny"].iloc[-1]
        for flow in since["unit_called_cny"] - since["unit_distributed_cny"]:
            nav = max(nav + flow, 0.0)
        within = ROUNDING + ROUNDING_A_UNIT * sale.share_units
        assert nav * sale.share_units == pytest.approx(sale.nav_cny, rel=0, abs=within), sale.exit_id
        looked += 1
    assert looked > 100
