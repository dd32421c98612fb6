"""Directed disclosure: whoever the register says was shown an offer could have bought it under that day's rules."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from worlds import VENUE, eager, scenarios, shipped, watched, with_leaves

from sfund_sim.ground.columns import MISSING
from sfund_sim.scenario.model import Scenario
from sfund_sim.terms import RegisterEntry

FEN = 100
UNIT_CNY = 10_000
lively = settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def who_was_shown_offers_qualified(scenario, seed) -> Counter[str]:
    """Hold every record of a disclosure against rules and buyers; how many were shown, and were kept out, by reason."""
    markets, timeline, seen = [], scenario.timeline(), Counter()

    def make(market):
        markets.append(market)
        note = market.note

        def noted(entry, exit, **fields):
            note(entry, exit, **fields)
            assert entry != RegisterEntry.DISCLOSE or not (market.is_gone(exit) or exit.is_over)

        market.note = noted
        return lambda *_: None

    journal = watched(scenario, make, seed)
    buyers, first = markets[0].buyers, len(journal.names["lps"])
    opened = {(row.exit, row.disclosed): row for row in journal.listings}
    shown: dict[int, set[int]] = {}
    for row in journal.shown:
        shown.setdefault(row.record, set()).add(row.investor - first)
    for record, row in enumerate(journal.register):
        if row.entry != RegisterEntry.DISCLOSE:
            continue
        listing = opened[row.deal, row.day]
        venue = timeline.for_listing(listing.filed, row.day).venues[journal.names["venues"][listing.venue]]
        asked = venue.suitability
        kept_out = {
            "not founded": buyers.founded > row.day,
            "a natural person": ~buyers.institution & asked.institutions_only,
            "net assets": buyers.net_assets < asked.net_assets_cny * FEN,
            "financial assets": buyers.financial_assets < asked.financial_assets_cny * FEN,
        }
        for reason, barred in kept_out.items():
            assert not barred[list(shown[record])].any(), (reason, row)
            seen[reason] += int(barred.sum())
        assert row.units * UNIT_CNY >= asked.ticket_cny
        assert listing.invited == len(shown[record])
        seen["shown"] += len(shown[record])
    seen["invited"] = sum(row.invited for row in journal.listings if row.disclosed != MISSING)
    seen["too small"] += sum(row.invited == 0 for row in journal.listings if row.disclosed != MISSING)
    return seen


@lively
@given(scenarios(), st.integers(0, 10_000))
def test_in_any_market_only_who_qualifies_is_shown_an_offer(scenario, seed):
    seen = who_was_shown_offers_qualified(scenario, seed)
    assert seen["shown"] == seen["invited"]


def strict_market(rule: str) -> Scenario:
    """Buyers of whom each condition keeps some out; the conditions change midway, for new and for open listings."""
    tree = shipped("beijing_pilot").canonical()
    eager(tree, 10.0)
    buyers = tree["population"]["buyers"]
    buyers["company"] |= {"institution": False, "net_assets_cny": 1e9, "financial_assets_cny": 1e9}
    buyers["insurer"] |= {"founded_years": {2020: 1.0, 2021: 1.0, 2022: 1.0}}
    buyers["fund_of_funds"] |= {"net_assets_cny": 1e9}
    tree["horizon"] = {"start": "2020-01-01", "end": "2023-12-31"}
    tree["population"]["funds"]["count"] = 40
    changes = [
        ("2021-05-10", "open_listings", {"ticket_cny": 3e7}),
        ("2021-11-10", "new_listings", {"institutions_only": False}),
        ("2022-02-10", "open_listings", {"net_assets_cny": 6e8}),
        ("2022-08-10", "new_listings", {"institutions_only": True, "financial_assets_cny": 1.5e9}),
        ("2023-02-10", "open_listings", {"institutions_only": True, "financial_assets_cny": 1e8}),
    ]
    tree["policy"] = [
        {"name": f"change_{place}", "on": on, "because": "a change midway", "applies_to": applies_to}
        | {"set": {f"{VENUE}suitability.{name}": value for name, value in told.items()}}
        for place, (on, applies_to, told) in enumerate(changes)
    ]
    first = {"open": True, "disclosure.rule": rule, "suitability.net_assets_cny": 2e8}
    return with_leaves(Scenario.model_validate(tree), {VENUE + name: value for name, value in first.items()})


@pytest.mark.parametrize("rule", ["random", "by_fit", "by_activity", "all_eligible", "each_with_probability"])
def test_where_every_condition_bites_only_who_qualifies_is_shown_an_offer(rule):
    seen = who_was_shown_offers_qualified(strict_market(rule), 3)
    reasons = ("shown", "not founded", "a natural person", "net assets", "financial assets", "too small")
    assert min(seen[each] for each in reasons) > 20, seen
