"""A rule changes while a listing is open: it binds the listing only if the change says so, and every later one."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

import pytest
from worlds import shipped, with_leaves

from sfund_sim.ground.calendar import Calendar
from sfund_sim.ground.columns import MISSING
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import Ending, RegisterEntry, Stage

BOUGHT = (Ending.SOLD_TO_SOLE_BIDDER, Ending.SOLD_BY_BIDDING)
CASE = shipped("case_central_soe")
BINDING = pytest.mark.parametrize("applies_to", ["new_listings", "open_listings"])


@lru_cache(maxsize=1)
def plain():
    """The first replication in which a bidder buys at the first listing."""
    journals = (simulate(CASE, replication, CASE.seed) for replication in range(1, 31))
    return next(journal for journal in journals if len(journal.listings) == 1 and journal.exits[0].ending in BOUGHT)


def retold(day, applies_to, **rules):
    """The same replication with one change more, from this day on."""
    change = {
        "on": (CASE.horizon.start + timedelta(days=day)).isoformat(),
        "because": "a change midway",
        "set": {path.replace("__", "."): value for path, value in rules.items()},
        "applies_to": applies_to,
    }
    scenario = with_leaves(CASE, {"policy": [*CASE.canonical()["policy"], change]})
    return simulate(scenario, plain().replication, CASE.seed)


def days_shown(journal, listing):
    """Working days for which the first offer of a listing stood open."""
    _, passed = Calendar(CASE.horizon.start, CASE.horizon.days).lists()
    row = next(row for row in journal.stages if row.stage == Stage.DISCLOSED and row.round == listing + 1)
    return passed[row.left] - passed[row.entered]


def test_the_story_starts_from_a_listing_with_bids():
    listing = plain().listings[0]
    assert listing.filed + 2 < listing.disclosed
    assert listing.bidders > 0


@BINDING
def test_a_longer_disclosure_binds_the_open_listing_only_if_the_change_says_so(applies_to):
    before = plain()
    filed = before.listings[0].filed
    journal = retold(filed + 1, applies_to, venues__beijing__disclosure__days=60)
    assert journal.listings[0].filed == filed
    assert journal.listings[0].disclosed == before.listings[0].disclosed
    assert days_shown(journal, 0) == (60 if applies_to == "open_listings" else 20)


@BINDING
def test_a_change_before_the_filing_binds_in_either_case(applies_to):
    filed = plain().listings[0].filed
    journal = retold(filed, applies_to, venues__beijing__disclosure__days=60)
    assert days_shown(journal, 0) == 60


@BINDING
def test_a_general_partner_given_more_days_opens_the_listing_later_only_if_the_change_binds(applies_to):
    before, calendar = plain().listings[0], Calendar(CASE.horizon.start, CASE.horizon.days)
    days = CASE.partnership.gp_consent_days
    journal = retold(before.filed + 1, applies_to, partnership__gp_consent_days=days + 10)
    later = 10 if applies_to == "open_listings" else 0
    assert journal.listings[0].disclosed == calendar.working_day_after(before.disclosed, later)
    assert journal.listings[0].invited > 0


@BINDING
def test_a_window_that_shuts_lowers_what_an_open_listing_is_worth_to_buyers_whatever_the_change_binds(applies_to):
    before = plain()
    last = before.bids[0].day
    assert before.listings[0].disclosed < last - 1
    journal = retold(last - 1, applies_to, ipo_window__state="shut")
    values = {bid.buyer: bid.value for bid in before.bids if bid.listing == 0}
    now = {bid.buyer: bid.value for bid in journal.bids if bid.listing == 0}
    assert now.keys() == values.keys()
    assert all(now[buyer] < value for buyer, value in values.items())


@BINDING
@pytest.mark.parametrize("later", [0, 1])
def test_what_has_been_awarded_goes_by_the_rules_of_the_day_of_its_award(applies_to, later):
    """A change that begins on the day of the award binds the open listing if it says so; on the day after, none."""
    before, rules = (
        plain(),
        {
            "partnership__preemption__notice_days": 90,
            "partnership__partner_cap": 2,
            "venues__beijing__signing_days": 60,
            "venues__beijing__fees__seller_share": 0.1,
            "venues__beijing__settlement__first_share": 0.3,
            "venues__beijing__payment_failure_probability": 1.0,
        },
    )
    awarded = next(row.day for row in before.register if row.entry == RegisterEntry.AWARD)
    assert awarded < before.exits[0].signed - 1
    journal = retold(awarded + later, applies_to, **rules)
    same = [list(getattr(journal, table)) == list(getattr(before, table)) for table in ("exits", "register", "trail")]
    binds = applies_to == "open_listings" and later == 0
    assert same == [not binds] * 3


@BINDING
def test_nothing_that_was_before_the_change_moves(applies_to):
    before = plain()
    day = before.bids[0].day
    journal = retold(day, applies_to, venues__beijing__sole_bidder_share=1.0, ipo_window__state="tight")
    assert [row for row in journal.register if row.day < day] == [row for row in before.register if row.day < day]
    assert [row for row in journal.trail if row.day < day] == [row for row in before.trail if row.day < day]


@BINDING
def test_instalments_introduced_midway_follow_the_same_rule(applies_to):
    before = plain()
    journal = retold(before.bids[0].day, applies_to, venues__beijing__settlement__first_share=0.3)
    payments = [row for row in journal.register if row.entry == RegisterEntry.PAYMENT]
    one_sum = applies_to == "new_listings"
    assert journal.listings[0].winner != MISSING
    assert payments[0].fen == (journal.exits[0].price if one_sum else round(0.3 * journal.exits[0].price))
