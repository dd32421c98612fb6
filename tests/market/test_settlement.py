"""Paying in one sum or in parts, a winner who does not pay, a partner who steps in: what the register tells of each."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

import numpy as np
from worlds import small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import Ending, ListingEnding, RegisterEntry, Route


@lru_cache(maxsize=4)
def market(**leaves):
    return simulate(small_pilot(**leaves), 1, 5)


def in_parts():
    return market(venues__beijing__settlement__first_share=0.3, venues__beijing__settlement__rest_days=300)


def payments(journal):
    found = defaultdict(list)
    for row in journal.register:
        if row.entry == RegisterEntry.PAYMENT:
            found[row.deal].append((row.day, row.fen))
    return found


def at_venue(journal):
    return {n: row for n, row in enumerate(journal.exits) if row.buyer != MISSING and row.route == Route.VENUE}


def test_one_sum_is_paid_within_five_working_days_of_the_signature():
    paid = payments(market())
    sold = at_venue(market())
    assert len(sold) > 5
    for number, row in sold.items():
        ((day, fen),) = paid[number]
        assert (fen, day) == (row.price, row.ended)
        assert 0 < day - row.signed <= 17


def test_in_parts_the_first_share_moves_the_title_and_the_rest_ends_the_exit():
    paid, titles = payments(in_parts()), {}
    for row in in_parts().register:
        if row.entry == RegisterEntry.TRANSFER:
            titles[row.deal] = row.day
    done = {n: row for n, row in at_venue(in_parts()).items() if row.ending != Ending.OPEN and len(paid[n]) == 2}
    assert len(done) > 2
    for number, row in done.items():
        (first_day, first), (last_day, rest) = paid[number]
        assert (first, first + rest) == (round(0.3 * row.price), row.price)
        assert (titles[number], row.ended) == (first_day, last_day)
        assert last_day == row.signed + 300


def test_a_rest_that_is_due_after_the_horizon_leaves_a_censored_exit_with_its_price():
    paid = payments(in_parts())
    waiting = {n: row for n, row in at_venue(in_parts()).items() if row.ending == Ending.OPEN}
    assert waiting
    for number, row in waiting.items():
        assert [fen for _, fen in paid[number]] == [round(0.3 * row.price)]
        assert row.signed + 300 > row.ended
        assert np.isfinite(row.realised_value)


def test_a_winner_who_does_not_pay_loses_its_deposit_to_the_seller_and_the_share_stays():
    journal = market(venues__beijing__payment_failure_probability=1.0, partnership__preemption__applies=False)
    failed = [row for row in journal.listings if row.ending == ListingEnding.PAYMENT_FAILED]
    assert len(failed) > 3
    forfeits = [row for row in journal.register if row.entry == RegisterEntry.FEE and row.taker != MISSING]
    for listing in failed:
        lost = [row.fen for row in forfeits if row.deal == listing.exit and row.giver == listing.winner]
        assert round(0.3 * listing.floor) in lost
    assert all(row.giver >= len(journal.kinds["lps"]) for row in forfeits)


def test_a_partner_who_steps_in_pays_the_price_that_bidding_found():
    journal = market(partnership__preemption_interest_probability=1.0)
    taken = {number: row for number, row in at_venue(journal).items() if row.ending == Ending.SOLD_TO_PARTNER}
    found = {row.exit: row for row in journal.listings if row.ending == ListingEnding.SOLD}
    assert len(taken) > 2
    for number, row in taken.items():
        listing = found[number]
        assert row.buyer < len(journal.kinds["lps"])
        assert row.buyer != row.lp
        assert (listing.price, listing.winner >= len(journal.kinds["lps"])) == (row.price, True)


def test_without_the_right_no_partner_steps_in():
    journal = market(partnership__preemption__applies=False, partnership__preemption_interest_probability=1.0)
    assert Ending.SOLD_TO_PARTNER not in {row.ending for row in journal.exits}
    assert at_venue(journal)
