"""One policy is compared with another on the same draws: what a change does not touch stays as it was."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from worlds import changed, shipped, small_pilot

from sfund_sim.market.simulate import simulate
from sfund_sim.terms import Ending

NEVER = {"policy_dropped": ["csrc_approval", "business_rules", "guidance_opinions"]}
APPROVAL = 344
"""Days from 2020-01-01, the small pilot's start, to the approval of 2020-12-10."""
REPLICATIONS = 14


@lru_cache(maxsize=4)
def run(replication, *, without_venue=False):
    return simulate(small_pilot(haste=2.0, **(NEVER if without_venue else {})), replication, 3)


def both(replication=1):
    return run(replication), run(replication, without_venue=True)


def first_wishes(journal):
    """Day and trigger of the first wish of each holding that its first owner had."""
    found = {}
    for row in journal.exits:
        found.setdefault(row.holding, (row.wished, row.trigger, row.lp))
    return found


def test_everything_before_the_venue_opens_is_the_same_with_and_without_it():
    with_venue, without = both()
    for table in ("register", "trail"):
        one, other = ([row for row in getattr(j, table) if row.day < APPROVAL] for j in (with_venue, without))
        assert sorted(one) == sorted(other)
        assert len(one) > 50


def test_exits_that_were_over_before_the_approval_are_the_same_row_for_row():
    rows = [
        {row[:18] for row in journal.exits if row.ended < APPROVAL and row.ending != Ending.OPEN} for journal in both()
    ]
    assert rows[0] == rows[1]
    assert len(rows[0]) > 1


def test_the_venue_changes_nobody_s_first_wish_but_through_the_fund_s_own_life():
    """Hazards read the fund's term, which a sale may help to extend: where its life is the same, so is the wish."""
    with_venue, without = both()
    lives = [{row.fund: (row.extensions, row.forced, row.ended) for row in j.funds} for j in (with_venue, without)]
    wishes = [first_wishes(journal) for journal in (with_venue, without)]
    of_fund = {row.holding: row.fund for row in without.holdings}
    same = [h for h in wishes[0] if h in of_fund and lives[0][of_fund[h]] == lives[1][of_fund[h]]]
    assert len(same) > 20
    assert [wishes[0][holding] for holding in same] == [wishes[1].get(holding) for holding in same]


def test_funds_that_no_vote_touches_have_the_same_cash_flows():
    for replication in (1, 2):
        pairs = zip(run(replication).funds, run(replication, without_venue=True).funds, strict=True)
        untouched = [(a, b) for a, b in pairs if (a.extensions, a.forced, a.ended) == (b.extensions, b.forced, b.ended)]
        assert len(untouched) > 15
        for one, other in untouched:
            keep = ("paid_in", "distributed", "nav_true", "nav_reported", "companies", "ipos", "write_offs")
            assert [getattr(one, name) for name in keep] == [getattr(other, name) for name in keep]


def test_a_buyer_has_the_same_signal_of_the_same_holding_whatever_the_disclosure_rule():
    """A wider invitation adds bidders; those who bid in both have the same value of the first listing of the case."""
    narrow = shipped("case_central_soe")
    wide = changed(narrow, venues__beijing__disclosure__rule="all_eligible")
    small = changed(narrow, venues__beijing__disclosure__invited=5)
    values = []
    for scenario in (narrow, wide, small):
        journal = simulate(scenario, 2, narrow.seed)
        values.append({bid.buyer: bid.value for bid in journal.bids if bid.listing == 0})
    shared = values[1].keys() & values[2].keys()
    assert shared
    assert len(values[2]) < len(values[1])
    assert all(values[1][buyer] == values[2][buyer] for buyer in shared)
    assert all(values[0].get(buyer, value) == value for buyer, value in values[1].items())


def test_a_higher_hazard_moves_wishes_earlier_and_never_later():
    slow, fast = (first_wishes(simulate(small_pilot(haste=haste, **NEVER), 1, 3)) for haste in (1.0, 1.5))
    days = [(slow[holding][0], fast[holding][0]) for holding in slow if holding in fast]
    assert len(days) > 10
    assert len(days) == len(slow)
    assert all(later >= sooner for later, sooner in days)


def test_paired_replications_vary_less_than_independent_ones():
    """Two disclosure lengths on the same draws: the difference's variance is a fraction of that of separate seeds."""
    shares = np.array([[_price_to_nav(days, replication) for days in (15, 25)] for replication in range(REPLICATIONS)])
    paired = (shares[:, 1] - shares[:, 0]).var(ddof=1)
    apart = shares.var(axis=0, ddof=1).sum()
    assert np.corrcoef(shares.T)[0, 1] > 0.3
    assert paired < 0.7 * apart


def _price_to_nav(days, replication):
    journal = simulate(small_pilot(funds=20, haste=2.0, venues__beijing__disclosure__days=days), replication, 3)
    return np.mean([row.price / row.nav for row in journal.exits if Ending(row.ending).is_sale])


def test_the_mere_date_of_a_change_that_changes_nothing_moves_hardly_anybody():
    """Whom a seller knows, and all draws of talks, go by reports; who failed waits for the next one.

    The few who move have seen on such a day what their funds paid and called at a quarter's end, before its report.
    """
    days = "state_assets.appraisal_days"
    world = small_pilot(haste=2.0, **NEVER)
    same = world.canonical()["state_assets"]["appraisal_days"]
    dates = [f"{year}-{month}" for year in (2020, 2021, 2022, 2023) for month in ("02-15", "05-15", "08-15", "11-15")]
    nothing = [
        {"name": f"nothing_{number}", "on": on, "because": "nothing", "applies_to": "new_listings", "set": {days: same}}
        for number, on in enumerate(dates)
    ]
    with_dates = changed(world, policy=[*world.canonical()["policy"], *nothing])
    total, moved = 0, 0
    for replication in range(4):
        one, other = (simulate(each, replication, 3) for each in (world, with_dates))
        rows = [
            {(row.holding, row.wished): (row.ending, row.ended, row.price, row.buyer) for row in journal.exits}
            for journal in (one, other)
        ]
        total += len(rows[0])
        moved += sum(rows[1].get(exit) != row for exit, row in rows[0].items())
    assert total > 100
    assert moved <= 0.02 * total
