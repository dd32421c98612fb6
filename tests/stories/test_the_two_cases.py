"""The two cases of the founding article: what happens without the venue, and what the venue changes."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import pytest
from worlds import changed, digest, shipped

import sfund_sim as sf
from sfund_sim.ground.columns import MISSING
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import Ending, FundState, ListingEnding, RegisterEntry, Route, Stage

REPLICATIONS = range(1, 31)
A, B = "case_central_soe", "case_guidance_fund"
APPROVAL, STATE_ACCESS = date(2020, 12, 10), date(2021, 6, 21)
OUT_BY_VENUE = {Ending.SOLD_TO_SOLE_BIDDER, Ending.SOLD_BY_BIDDING, Ending.SOLD_TO_PARTNER}


@lru_cache(maxsize=4)
def told(name):
    """Thirty journals of one case."""
    scenario = shipped(name)
    return [simulate(scenario, replication, scenario.seed) for replication in REPLICATIONS]


def the_exit(journal):
    """The one prescribed decision to sell."""
    assert len(journal.exits) == 1
    return journal.exits[0]


def day(name, when):
    return (when - shipped(name).horizon.start).days


def test_without_the_venue_the_central_soe_never_sells_and_still_waits_at_the_end():
    for journal in told(f"{A}_no_venue"):
        row = the_exit(journal)
        assert (row.ending, row.route) == (Ending.OPEN, Route.HOLD)
        assert row.ended == shipped(A).horizon.days - 1
        assert len(journal.listings) == 0
        assert journal.funds[0].forced == 0


def test_without_the_venue_the_guidance_fund_s_fund_is_liquidated_by_a_failed_vote_every_time():
    for journal in told(f"{B}_no_venue"):
        row, vote, fund = the_exit(journal), journal.votes[0], journal.funds[0]
        assert (row.ending, row.route) == (Ending.LIQUIDATED, Route.LIQUIDATION)
        assert (len(journal.votes), vote.carried, vote.barred) == (1, 0, 1)
        assert (fund.forced, fund.state, fund.extensions) == (1, FundState.ENDED, 0)
        assert len(journal.listings) == 0


def test_a_guidance_fund_that_must_leave_sells_all_it_has_however_others_sell():
    """Half of it would leave it a partner, whose vote is asked again."""
    scenario = changed(shipped(B), population__lps__guidance_fund__part_sale_share=1.0)
    assert digest(simulate(scenario, 1, scenario.seed)) == digest(told(B)[0])
    assert the_exit(told(B)[0]).units == 12_000


def test_without_the_venue_a_forced_sale_pays_less_than_the_share_is_worth():
    rows = [the_exit(journal) for journal in told(f"{B}_no_venue")]
    paid = np.array([row.price / row.true_value for row in rows])
    assert paid.mean() < 1 - 0.5 * shipped(B).partnership.forced_sale_discount


@pytest.mark.parametrize("name", [A, B])
def test_with_the_venue_a_clear_majority_leaves_through_it_after_the_approval(name):
    out = [journal for journal in told(name) if the_exit(journal).ending in OUT_BY_VENUE]
    assert len(out) >= 20
    for journal in out:
        row = the_exit(journal)
        assert row.route == Route.VENUE
        assert row.filed >= day(name, STATE_ACCESS) > day(name, APPROVAL) > row.wished
        assert row.filed < row.signed <= row.ended


@pytest.mark.parametrize("name", [A, B])
def test_the_way_out_goes_by_disclosure_bidding_and_transfer(name):
    for journal in told(name):
        row = the_exit(journal)
        if row.ending not in OUT_BY_VENUE:
            continue
        entries = [record.entry for record in journal.register if record.deal == 0]
        way = [RegisterEntry[step] for step in ("CUSTODY", "LIST", "DISCLOSE", "BID", "AWARD", "TRANSFER", "CLOSE")]
        places = [entries.index(step) for step in way[:-1]]
        assert places == sorted(places)
        sold = [listing for listing in journal.listings if listing.ending == ListingEnding.SOLD]
        assert len(sold) == 1
        assert sold[0].price >= sold[0].floor
        assert row.appraisal != MISSING
        reached = [stage.stage for stage in journal.stages]
        assert reached[0] == Stage.WISHED
        assert {Stage.CUSTODY, Stage.DISCLOSED, Stage.BIDDING, Stage.SIGNED, Stage.REGISTERED} <= set(reached)


def test_a_guidance_fund_that_has_left_no_longer_stands_in_the_way_of_an_extension():
    carried = 0
    for journal in told(B):
        left = the_exit(journal).ending in OUT_BY_VENUE
        votes = list(journal.votes)
        assert all(vote.carried for vote in votes) if left else votes[0].carried == 0
        assert all(vote.barred == 0 for vote in votes) == left
        carried += left
    assert carried >= 20


def test_with_the_venue_the_fund_lists_more_companies_and_pays_more_than_in_the_liquidation_with_the_same_draws():
    pairs = zip(told(B), told(f"{B}_no_venue"), strict=True)
    saved = [(one.funds[0], other.funds[0]) for one, other in pairs if the_exit(one).ending in OUT_BY_VENUE]
    more_listed = np.array([one.ipos - other.ipos for one, other in saved])
    more_paid = np.array([multiple(one) - multiple(other) for one, other in saved])
    assert all(one.extensions >= 1 for one, _ in saved)
    for gain in (more_listed, more_paid):
        assert gain.mean() > 2 * gain.std(ddof=1) / np.sqrt(gain.size)


def multiple(fund):
    """TVPI: what partners had, and still have, for each yuan paid in."""
    return (fund.distributed + fund.nav_true) / fund.paid_in


def test_the_venue_gets_the_guidance_fund_more_than_the_liquidation_would():
    pairs = zip(told(B), told(f"{B}_no_venue"), strict=True)
    received = [(the_exit(one).price, the_exit(other).price) for one, other in pairs
                if the_exit(one).ending in OUT_BY_VENUE]  # fmt: skip
    assert np.mean([price / proceeds for price, proceeds in received]) > 1


def test_what_the_liquidation_pays_is_no_price_and_a_comparison_says_that_there_is_none():
    compared = sf.compare([sf.load_scenario(name) for name in (f"{B}_no_venue", B)], replications=3, workers=1)
    found = compared.differences.query("group_by == 'is_state' and group == 'state'").set_index("outcome")
    price, proceeds = (found.loc[name] for name in ("median_price_to_nav", "median_liquidation_to_nav"))
    assert price["verdict"] == "not_in_baseline"
    assert np.isnan(price["level_first"])
    assert proceeds["verdict"] == "not_in_scenario"
    assert proceeds["level_first"] < 1


def test_the_guidance_fund_s_money_goes_into_new_funds():
    for journal in told(B):
        if the_exit(journal).ending in OUT_BY_VENUE:
            assert sum(row.companies for row in journal.recycling) > 0
            assert (
                sum(row.amount for row in journal.recycling) == the_exit(journal).price - the_exit(journal).seller_costs
            )
