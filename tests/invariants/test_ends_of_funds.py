"""A fund that ends takes all with it: its flows cease, what it sold is worth no more, no share of it changes hands."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from worlds import scenarios, small_pilot, watched

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import FundState, ListingEnding, RegisterEntry

lively = settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
seeds = st.integers(0, 10_000)
LIQUIDATION_QUARTERS = 4
FAILING = {
    "venues__beijing__open": True,
    "population__lps__guidance_fund__share": 0.38,
    "population__lps__company__share": 0.0,
    "population__funds__extension_rules": [{"rule": {"kind": "unanimous"}, "share": 1.0}],
}
"""Where many votes fail: all must agree, and guidance funds, which may not, have nearly two in five holdings."""


def ended_and_selling_funds(scenario, seed):
    """Look after each quarter's end at funds that have ended or are being sold off: how often, and the journal."""
    seen, markets = Counter(), []

    def make(market):
        markets.append(market)

        def look(deed, *arguments):
            if deed != "close_quarter":
                return
            (quarter,) = arguments
            funds = market.funds
            ended = funds.state == FundState.ENDED
            assert (funds.nav_true[ended] == 0).all()
            assert (funds.nav_published[ended] == 0).all()
            sold_off = np.flatnonzero((funds.state == FundState.LIQUIDATING) & (funds.liquidation_start <= quarter))
            for fund in sold_off.tolist():
                left = 1 - (quarter + 1 - funds.liquidation_start[fund]) / LIQUIDATION_QUARTERS
                value = float(market.flows.paths.value[fund, quarter])
                assert funds.nav_true[fund] * funds.units[fund] <= left * value * (1 + 1e-9)
                seen["sold off"] += value > 0
            seen["ended"] += int(ended.sum())

        return look

    journal = watched(scenario, make, seed)
    (market,) = markets
    for fund in np.flatnonzero(market.funds.ended != MISSING).tolist():
        later = market.clock.ends > market.funds.ended[fund]
        assert not market.flows.called[fund, later].any()
        assert not market.flows.distributed[fund, later].any()
    return seen, journal


@lively
@given(scenarios(), seeds)
def test_in_any_market_ended_funds_move_no_money_and_what_is_sold_off_is_no_longer_worth_anything(scenario, seed):
    seen, journal = ended_and_selling_funds(scenario, seed)
    assert bool(seen["ended"]) == any(row.ended != MISSING for row in journal.funds)  # All were looked at.


def test_where_many_votes_fail_ended_funds_move_no_money_and_what_is_sold_off_is_no_longer_worth_anything():
    seen, _ = ended_and_selling_funds(small_pilot(funds=60, **FAILING), 5)
    assert min(seen["sold off"], seen["ended"]) > 20, seen


def what_a_fund_s_end_overtakes(journal):
    """Hold listings and titles against the day from which a fund is liquidated or has ended; what there was to see."""
    gone = {row.fund: row.ended for row in journal.funds if row.ended != MISSING}
    gone |= {row.fund: min(row.day, gone.get(row.fund, row.day)) for row in journal.votes if not row.carried}
    seen = Counter()
    for row in journal.listings:
        fund = journal.exits[row.exit].fund
        if row.ending not in (ListingEnding.OPEN, ListingEnding.CONSENT_REFUSED):  # A GP may still refuse then.
            is_late = fund in gone and row.closed >= gone[fund]
            assert is_late == (row.ending == ListingEnding.OVERTAKEN), row
            seen["overtaken"] += is_late
        if row.disclosed != MISSING:
            assert fund not in gone or row.disclosed < gone[fund]
    for row in journal.register:
        if row.entry in (RegisterEntry.TRANSFER, RegisterEntry.SPLIT):
            assert row.fund not in gone or row.day < gone[row.fund]
            seen["transferred"] += row.fund in gone
    return seen


@lively
@given(scenarios(), seeds)
def test_in_any_market_a_listing_is_overtaken_by_its_fund_s_end_and_by_nothing_else(scenario, seed):
    journal = simulate(scenario, 1, seed)
    overtaken = sum(row.ending == ListingEnding.OVERTAKEN for row in journal.listings)
    assert what_a_fund_s_end_overtakes(journal)["overtaken"] == overtaken


def test_where_many_votes_fail_a_listing_is_overtaken_by_its_fund_s_end_and_by_nothing_else():
    seen = what_a_fund_s_end_overtakes(simulate(small_pilot(funds=60, haste=8.0, **FAILING), 1, 5))
    assert seen["overtaken"] > 4, seen
    assert seen["transferred"] > 10, seen
