"""Loans on shares: what is owed, who borrows, what comes when the loan is due, and no change where nobody lends."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lone_seller import selling
from worlds import column, digest, small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.deeds import close_exit_by_fund, lend
from sfund_sim.market.reviews import brief_reviews
from sfund_sim.market.route import assess
from sfund_sim.market.simulate import simulate
from sfund_sim.scenario.pledges import Pledges
from sfund_sim.terms import Ending, LpKind, RegisterEntry, Route, Trigger

SHORT = {"pledges__registered": True, "pledges__term_days": 300, "pledges__least_loan_cny": 1e5}


@lru_cache(maxsize=8)
def market_with(**leaves):
    return simulate(small_pilot(funds=60, haste=8.0, **leaves), 1, 5)


def borrowers(journal):
    return [row for row in journal.exits if row.loan != MISSING]


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 3650), st.integers(0, 3650), st.integers(0, 10**12))
def test_interest_is_compounded_and_more_is_due_once_it_is_late(interest, late, days, overdue, loan):
    terms = Pledges(interest=interest, default_interest=late)
    owed = terms.owed(loan, days + overdue, overdue)
    in_time = loan * (1 + interest) ** (days / 365.25)
    assert owed == pytest.approx(in_time * (1 + interest + late) ** (overdue / 365.25), rel=1e-9)
    assert owed >= terms.owed(loan, days + overdue) * (1 - 1e-12)


def test_who_borrows_has_a_reason_that_a_loan_takes_away_and_a_fund_that_lasts_as_long():
    rows = borrowers(market_with(**SHORT))
    assert len(rows) > 30
    assert {row.trigger for row in rows} == {Trigger.LIQUIDITY_SHOCK}
    assert {row.lp_kind for row in rows} & {int(kind) for kind in LpKind if kind.is_state}
    owners = borrowers(market_with(**SHORT, pledges__state_owners=False))
    assert owners
    assert not any(LpKind(row.lp_kind).is_state for row in owners)


@pytest.mark.parametrize(
    "barred",
    [
        {"pledges__contracts_permitting": 0.0},
        {"pledges__least_loan_cny": 1e13},
        {"pledges__loan_to_value": 0.0},
        {"pledges__triggers": ()},
        {"pledges__interest": 1.0},
        {"pledges__cost_cny": 1e13},
    ],
)
def test_where_nobody_lends_or_it_does_not_pay_the_market_is_the_one_without_loans(barred):
    assert digest(market_with(**SHORT | barred)) == digest(market_with())


def test_half_of_the_contracts_permit_half_of_the_pledges():
    all_of_them, half = (borrowers(market_with(**SHORT, pledges__contracts_permitting=share)) for share in (1.0, 0.5))
    assert {row.fund for row in half} < {row.fund for row in all_of_them}
    assert 0.25 < len({row.fund for row in half}) / len({row.fund for row in all_of_them}) < 0.75


def test_loans_are_paid_back_when_due_with_interest_where_every_need_has_passed():
    journal, terms = market_with(**SHORT, pledges__recovery_probability=1.0), Pledges()
    rows = [row for row in borrowers(journal) if row.defaulted != MISSING]
    assert len(rows) > 15
    for row in rows:
        assert row.defaulted == 0
        assert row.loan_due == row.pledged + 300
        assert row.loan_paid == pytest.approx(terms.owed(row.loan, row.loan_ended - row.pledged), abs=1)
    repaid = [row for row in rows if row.ending == Ending.LOAN_REPAID]
    assert len(repaid) > 10
    assert all(row.loan_ended == row.ended == row.loan_due for row in repaid)
    assert all(row.price == MISSING and row.buyer == MISSING for row in repaid)


def test_who_cannot_pay_sells_later_and_pays_the_lender_out_of_the_price():
    journal, terms = market_with(**SHORT, pledges__recovery_probability=0.0), Pledges()
    rows = [row for row in borrowers(journal) if row.defaulted == 1]
    sold = [row for row in rows if Ending(row.ending).is_sale]
    assert len(sold) > 5
    assert not any(row.ending in (Ending.LOAN_REPAID, Ending.LAPSED) for row in rows)
    for row in sold:
        late = row.loan_ended - row.loan_due
        assert late > 0
        assert row.loan_paid == pytest.approx(terms.owed(row.loan, row.loan_ended - row.pledged, late), abs=1)
    running = [row for row in rows if row.ending == Ending.OPEN]
    assert all(row.loan_ended == MISSING and row.loan_paid == MISSING for row in running)


def test_of_a_price_only_what_the_lender_leaves_is_put_to_new_use():
    journal, moved, least = market_with(**SHORT, pledges__recovery_probability=0.0), {}, 0
    for row in journal.recycling:
        moved[row.exit] = moved.get(row.exit, 0) + row.amount
    for number, row in enumerate(journal.exits):
        if row.loan_paid != MISSING and row.price != MISSING:
            left = max(row.price - row.seller_costs - row.loan_paid, 0)
            assert moved.get(number, 0) == left
            least += 0 < left < row.price
    assert least > 3


def test_the_register_has_each_pledge_and_strikes_it_off_before_the_share_moves():
    journal = market_with(**SHORT)
    of = {row: [] for row, exit in enumerate(journal.exits) if exit.loan != MISSING}
    for record in journal.register:
        if record.deal in of:
            of[record.deal].append(record)
    for number, records in of.items():
        exit, entries = journal.exits[number], [record.entry for record in records]
        pledge = records[entries.index(RegisterEntry.PLEDGE)]
        assert (pledge.day, pledge.fen, pledge.taker) == (exit.pledged, exit.loan, exit.lp)
        assert entries.count(RegisterEntry.PLEDGE) == 1
        if RegisterEntry.TRANSFER in entries:
            assert entries.index(RegisterEntry.RELEASE) < entries.index(RegisterEntry.TRANSFER)
        if exit.ending == Ending.LOAN_REPAID:
            assert records[entries.index(RegisterEntry.RELEASE)].fen == exit.loan_paid
    assert sum(RegisterEntry.TRANSFER in [record.entry for record in records] for records in of.values()) > 3


def test_nothing_is_listed_from_the_pledge_to_the_day_on_which_the_loan_is_due():
    journal = market_with(**SHORT)
    filed = [
        (journal.exits[row.exit], row.filed) for row in journal.listings if journal.exits[row.exit].loan != MISSING
    ]
    assert any(day >= exit.loan_due for exit, day in filed)
    assert not any(exit.pledged <= day < exit.loan_due for exit, day in filed)


def in_debt(owed: float):
    """A seller in default who owes so much, on a share that is worth more to it."""
    market, exit = selling(units=None, trigger=int(Trigger.LIQUIDITY_SHOCK), is_state=False)
    market.funds.nav_published[:] = 1.2
    free = assess(market, exit)
    lend(market, exit, Pledges(interest=0.0, default_interest=0.0, term_days=0), round(owed * free.at_venue))
    return market, exit, free


@pytest.mark.parametrize(("owed", "asked"), [(0.5, 0.5), (2.0, 1.0)])
def test_in_default_the_least_price_is_what_the_lender_needs_where_that_is_less(owed, asked):
    market, exit, free = in_debt(owed)
    seen = assess(market, exit)
    assert seen.at_venue == pytest.approx(asked * free.at_venue, abs=1)
    assert seen.hold_value == free.hold_value
    market.dockets.reviews.enter(0, exit.number, exit)
    (review,) = brief_reviews(market, [exit], [0])
    assert review.seen == seen


def test_a_fund_that_ends_pays_the_lender_first():
    market, exit, _ = in_debt(0.5)
    before, market.funds.ended[exit.fund] = market.accounts.total(), 0
    close_exit_by_fund(market, exit)
    assert (exit.loan_paid, exit.loan_ended) == (exit.loan, 0)
    assert not exit.owes
    assert market.accounts.total() == before


def test_a_loan_is_one_way_out_among_others_and_its_money_is_conserved():
    journal = market_with(**SHORT)
    routes = column(journal, "exits", "route")
    assert {Route.PLEDGE, Route.VENUE, Route.AGREEMENT, Route.HOLD} <= set(routes.tolist())
    pledging = column(journal, "exits", "loan") != MISSING
    assert np.mean(pledging) > 0.05
    sold = np.isin(column(journal, "exits", "ending"), [ending for ending in Ending if ending.is_sale])
    assert (sold & pledging).any()
