"""Exits of two scenarios are joined by ``wish_id``: the same wish of the same LP, whichever way it went."""

from __future__ import annotations

import json
from functools import lru_cache

import pandas as pd

import sfund_sim as sf

SMALL = ["population.funds.count=60"]
SAME = ["rep", "lp_id", "lp_kind", "holding_id", "fund_id", "trigger"]


@lru_cache(maxsize=4)
def tables(name, *settings, seed=1):
    results = sf.run(sf.load_scenario(name, [*SMALL, *settings]), replications=2, seed=seed, workers=1)
    return results.exits, results.funds, results.listings


@lru_cache(maxsize=1)
def worlds():
    """The exits of a world with a venue and of one without, wish by wish."""
    return joined(tables("beijing_pilot")[0], tables("before_pilot")[0])


def joined(one, other):
    return one.merge(other, on="wish_id", how="outer", suffixes=("", "_other"), indicator=True, validate="one_to_one")


def test_wishes_that_are_joined_are_of_the_same_seller_holding_and_reason():
    both = worlds().query("_merge == 'both'")
    assert len(both) > 400
    for column in SAME:
        assert both[column].astype(str).tolist() == both[f"{column}_other"].astype(str).tolist(), column
    assert (both["route"].astype(str) != both["route_other"].astype(str)).mean() > 0.1
    assert (both["wish_date"] == both["wish_date_other"]).mean() > 0.98


def test_wishes_that_are_not_joined_are_few_and_come_after_a_sale_or_of_a_fund_that_fared_otherwise():
    both = worlds()
    alone = both[both["_merge"] != "both"]
    assert 0 < len(alone) < 0.1 * len(both)
    lives = [funds.set_index(["rep", "fund_id"])[["extensions", "forced", "end_date"]].astype(str)
             for funds in (tables("beijing_pilot")[1], tables("before_pilot")[1])]  # fmt: skip
    otherwise = set(lives[0].index[(lives[0] != lives[1].reindex(lives[0].index)).any(axis=1)])
    exits = pd.concat([tables("beijing_pilot")[0], tables("before_pilot")[0]])
    first = exits.groupby(["rep", "holding_id"])["wish_date"].min()
    for row in alone.to_dict("records"):
        end = "" if row["_merge"] == "left_only" else "_other"
        rep, holding, fund, day = (row[f"{name}{end}"] for name in ("rep", "holding_id", "fund_id", "wish_date"))
        assert (rep, fund) in otherwise or first[rep, holding] < day, row["wish_id"]


def test_an_exit_s_number_joins_other_people_s_wishes():
    one, other = tables("beijing_pilot")[0], tables("before_pilot")[0]
    by_number = one.merge(other, on="exit_id", suffixes=("", "_other"))
    assert (by_number["lp_id"] == by_number["lp_id_other"]).mean() < 0.5


def test_a_wish_is_unique_in_a_run_and_shared_with_no_run_of_another_seed():
    exits, others = tables("beijing_pilot")[0], tables("beijing_pilot", seed=2)[0]
    assert exits["wish_id"].is_unique
    assert not set(exits["wish_id"]) & set(others["wish_id"])


def test_a_wish_keeps_its_name_when_the_scenario_names_one_more_fund_and_lp():
    """The rows of holdings and LPs are others then."""
    named = sf.load_scenario("case_guidance_fund").resolved_tree["population"]["named_funds"]
    fund = f"population.named_funds={json.dumps(named, default=str)}"
    both = joined(tables("beijing_pilot")[0], tables("beijing_pilot", fund)[0]).query("_merge == 'both'")
    assert len(both) > 400
    assert both["lp_id"].tolist() == both["lp_id_other"].tolist()
    assert (both["holding_id"] != both["holding_id_other"]).any()


def test_rounds_at_a_venue_are_joined_by_the_wish_and_their_number():
    longer = tables("beijing_pilot", "venues.beijing.disclosure.days=25")[2]
    rounds = tables("beijing_pilot")[2].merge(
        longer, on=["wish_id", "round"], suffixes=("", "_other"), validate="one_to_one"
    )
    assert len(rounds) > 20
    assert rounds["fund_id"].tolist() == rounds["fund_id_other"].tolist()
