"""What the tables of every market owe their readers: dates in order, one ending each, settlement in one piece."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from worlds import scenarios, small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.simulate import simulate
from sfund_sim.market.world import FEN_PER_UNIT
from sfund_sim.terms import Ending, FundState, ListingEnding, RegisterEntry, Route

lively = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


@st.composite
def journals(draw):
    """The journal of a small random market."""
    return simulate(draw(scenarios()), 1, draw(st.integers(0, 10_000)))


@lru_cache(maxsize=1)
def lively_journals():
    """Three busy markets with sales of every kind, so that the properties below are not about empty tables."""
    leaves = {"venues__beijing__settlement__first_share": 0.5, "partnership__preemption_interest_probability": 0.3}
    return [simulate(small_pilot(**changed), 1, 5) for changed in ({}, leaves, {"partnership__partner_cap": 12})]


def rows_of(journal, *entries):
    return [row for row in journal.register if row.entry in entries]


def in_order(*days):
    known = [day for day in days if day != MISSING]
    return known == sorted(known)


def test_the_busy_markets_have_sales_of_every_kind():
    endings = {row.ending for journal in lively_journals() for row in journal.exits}
    assert endings >= {ending for ending in Ending if ending.is_sale} | {Ending.OPEN, Ending.LIQUIDATED}


def every_property_of_a_journal(journal):
    for prove in PROPERTIES:
        prove(journal)


_WITHOUT_A_SALE = tuple(ending for ending in Ending if not ending.is_sale)


@lively
@given(journals())
def test_the_tables_of_any_market_hold_together(journal):
    every_property_of_a_journal(journal)
    assert len(journal.funds) > 0


@pytest.mark.parametrize("number", range(3))
def test_the_tables_of_a_busy_market_hold_together(number):
    journal = lively_journals()[number]
    assert len(journal.listings) > 50
    every_property_of_a_journal(journal)


def exit_dates_are_in_order(journal):
    for row in journal.exits:
        assert row.wished != MISSING
        assert in_order(row.wished, row.decided, row.filed, row.signed, row.ended), row
        assert (row.ending == Ending.OPEN) or row.ended >= row.wished
    for row in journal.listings:
        exit = journal.exits[row.exit]
        assert in_order(exit.wished, exit.decided, row.filed, row.published, row.disclosed, row.closed), row
        assert in_order(row.filed, exit.ended), (row, exit)
    for row in journal.stages:
        assert in_order(row.entered, row.left), row
    assert in_order(*(row.day for row in journal.register))
    trails = defaultdict(list)
    for row in journal.trail:
        trails[row.exit].append(row.day)
    assert all(in_order(*days) for days in trails.values())


def bids_come_after_disclosure_to_the_same_buyer_and_before_the_close(journal):
    shown, investors = defaultdict(dict), defaultdict(list)
    for row in journal.shown:
        investors[row.record].append(row.investor)
    for record, row in enumerate(journal.register):
        assert (row.entry == RegisterEntry.DISCLOSE) == (record in investors)
        if row.entry == RegisterEntry.LIST:
            shown[row.deal] = {}
        elif row.entry == RegisterEntry.DISCLOSE:
            shown[row.deal] |= dict.fromkeys(investors[record], row.day)
        elif row.entry == RegisterEntry.BID:
            assert shown[row.deal][row.taker] <= row.day
    for bid in journal.bids:
        listing = journal.listings[bid.listing]
        assert listing.disclosed <= bid.day
        assert listing.closed == MISSING or bid.day <= listing.closed


def every_listing_ends_in_one_way(journal):
    for row in journal.listings:
        is_open = row.ending == ListingEnding.OPEN
        assert is_open == (row.closed == MISSING)
        assert (row.ending == ListingEnding.SOLD) <= (row.winner != MISSING and row.price != MISSING)
    entries = [row.entry for row in journal.register if row.entry in (RegisterEntry.LIST, RegisterEntry.UNLIST)]
    sold = sum(row.ending == ListingEnding.SOLD for row in journal.listings)
    still_open = sum(row.ending == ListingEnding.OPEN for row in journal.listings)
    assert entries.count(RegisterEntry.LIST) == len(journal.listings)
    assert entries.count(RegisterEntry.UNLIST) == len(journal.listings) - sold - still_open


def no_sale_is_below_the_floor_or_above_the_winner_s_bid(journal):
    bids = defaultdict(list)
    for bid in journal.bids:
        bids[bid.listing].append(bid)
    for number, row in enumerate(journal.listings):
        made = [bid for bid in bids[number] if bid.bid != MISSING]
        eligible = [bid.bid for bid in made if bid.bid >= row.floor]
        assert row.bidders == len(eligible)
        assert row.best_bid == max((bid.bid for bid in made), default=MISSING)
        assert [bid.buyer for bid in made if bid.won] == ([row.winner] if row.winner != MISSING else [])
        if row.winner != MISSING:
            best = next(bid.bid for bid in made if bid.won)
            assert row.floor <= row.price <= best
            losing = [bid.bid for bid in made if bid.bid >= row.floor and not bid.won]
            assert row.runner_up == max(losing, default=MISSING)
        if row.ending == ListingEnding.SOLD:
            exit, most_valued = journal.exits[row.exit], max(bid.value for bid in bids[number])
            assert exit.buyer == (row.winner if row.taker == MISSING else row.taker)
            assert row.efficient <= (exit.buyer_value >= most_valued)
        assert (row.efficient != MISSING) == (row.ending == ListingEnding.SOLD)
        assert row.bidders <= row.ready <= row.engaged <= row.invited


def an_exit_tells_of_its_last_round_that_came_to_disclosure(journal):
    shown = {row.exit: row for row in journal.listings if row.disclosed != MISSING}
    for number, exit in enumerate(journal.exits):
        told = exit.invited, exit.ready, exit.bidders
        row = shown.get(number)
        assert told == ((MISSING,) * 3 if row is None else (row.invited, row.ready, row.bidders))


def settlement_is_in_one_piece(journal):
    money, titles, first = defaultdict(int), {}, {}
    for row in rows_of(journal, RegisterEntry.PAYMENT, RegisterEntry.TRANSFER):
        if row.entry == RegisterEntry.PAYMENT:
            money[row.deal] += row.fen
            first.setdefault(row.deal, row.day)
        else:
            assert row.deal not in titles
            titles[row.deal] = row
    assert set(first) == set(titles)
    for number, exit in enumerate(journal.exits):
        sold = Ending(exit.ending).is_sale
        assert sold <= (number in titles)
        if number in titles:
            assert titles[number].day == first[number]
            assert (titles[number].giver, titles[number].taker) == (exit.lp, exit.buyer)
            assert titles[number].units == exit.units
            # A share that weighs more than it is worth (unfunded commitment) may go for nothing.
            assert (money[number] == exit.price) if sold else (0 <= money[number] <= exit.price)
    sold_on = {row.exit: row.closed for row in journal.listings if row.ending == ListingEnding.SOLD}
    assert sold_on == {number: row.day for number, row in titles.items() if journal.exits[number].route == Route.VENUE}


def nothing_moves_without_a_sale(journal):
    moved = {row.deal for row in rows_of(journal, RegisterEntry.PAYMENT, RegisterEntry.TRANSFER, RegisterEntry.SPLIT)}
    for number, exit in enumerate(journal.exits):
        if number not in moved:
            assert exit.buyer == MISSING
            assert exit.ending in _WITHOUT_A_SALE


def the_register_rebuilds_the_final_holdings(journal):
    held = {}
    for row in journal.register:
        if row.entry == RegisterEntry.ISSUE:
            held[row.holding] = (row.taker, row.units)
        elif row.entry == RegisterEntry.SPLIT:
            source = journal.exits[row.deal].holding
            held[source] = (held[source][0], held[source][1] - row.units)
            held[row.holding] = (row.giver, row.units)
        elif row.entry == RegisterEntry.TRANSFER:
            assert held[row.holding] == (row.giver, row.units)
            held[row.holding] = (row.taker, row.units)
        elif row.entry == RegisterEntry.CLOSE:
            held[row.holding] = (row.giver, 0)
    final = {row.holding: (row.owner, row.units) for row in journal.holdings}
    assert held == final


def funds_keep_their_promises(journal):
    for row in journal.funds:
        assert 0 <= row.paid_in <= row.commitment
        assert min(row.distributed, row.nav_true, row.nav_reported) >= 0
        assert row.ended == MISSING or row.state == FundState.ENDED
        assert row.ipos + row.trade_sales + row.buybacks + row.write_offs <= row.companies


def what_was_paid_in_and_out_by_an_exit_is_that_of_its_day(journal):
    """Of a first sale it makes the cost that is left; of an exit that the fund ends it is the fund's."""
    funds = {row.fund: row for row in journal.funds}
    moves = {(row.deal, row.holding) for row in rows_of(journal, RegisterEntry.TRANSFER)}
    for number, row in enumerate(journal.exits):
        assert 0 <= row.paid_in <= row.units * FEN_PER_UNIT
        if Ending(row.ending).is_sale and not any(holding == row.holding and deal < number for deal, holding in moves):
            assert row.cost == max(row.paid_in - row.distributed, 0)
        if row.ending in (Ending.OPEN, Ending.LIQUIDATED, Ending.FUND_ENDED) and row.buyer == MISSING:
            fund = funds[row.fund]
            units = fund.commitment // FEN_PER_UNIT
            assert (row.paid_in * units, row.distributed * units) == (
                fund.paid_in * row.units,
                fund.distributed * row.units,
            )


def routes_and_endings_agree(journal):
    ways = {
        Ending.SOLD_BY_AGREEMENT: {Route.AGREEMENT},
        Ending.SOLD_TO_SOLE_BIDDER: {Route.VENUE},
        Ending.SOLD_BY_BIDDING: {Route.VENUE},
        Ending.SOLD_TO_PARTNER: {Route.VENUE, Route.AGREEMENT},
        Ending.LIQUIDATED: {Route.LIQUIDATION},
        Ending.FUND_ENDED: {Route.HOLD},
    }
    for row in journal.exits:
        assert row.route in ways.get(row.ending, set(Route))
        assert (row.price != MISSING) >= Ending(row.ending).is_sale
        assert np.isfinite(row.realised_value) == np.isfinite(row.held_value) == (row.decided != MISSING)


def nobody_pays_more_than_the_share_is_worth_to_it(journal):
    """Buyers and partners alike, what is paid later counted at what it is worth to them; a fen for rounding.

    But for those who stand ready to pay the appraised value, whatever the share is worth to them.
    """
    for row in journal.exits:
        if row.buyer != MISSING:
            # While a rest of the price is still to come, the exit is open.
            is_ready = row.prematched and row.ending in (Ending.SOLD_BY_AGREEMENT, Ending.OPEN)
            assert is_ready or row.price_worth_to_buyer + row.buyer_fee <= row.buyer_value + 1, row
            assert max(row.price_worth_to_seller, row.price_worth_to_buyer) <= row.price


PROPERTIES = (
    exit_dates_are_in_order,
    bids_come_after_disclosure_to_the_same_buyer_and_before_the_close,
    every_listing_ends_in_one_way,
    no_sale_is_below_the_floor_or_above_the_winner_s_bid,
    an_exit_tells_of_its_last_round_that_came_to_disclosure,
    settlement_is_in_one_piece,
    nothing_moves_without_a_sale,
    the_register_rebuilds_the_final_holdings,
    funds_keep_their_promises,
    what_was_paid_in_and_out_by_an_exit_is_that_of_its_day,
    routes_and_endings_agree,
    nobody_pays_more_than_the_share_is_worth_to_it,
)
