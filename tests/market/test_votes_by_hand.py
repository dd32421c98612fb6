"""A vote by hand: what each partner's rate makes of going on and of a liquidation, its units, and what comes of it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from lone_seller import selling

from sfund_sim.funds.extension.at_least import AtLeast
from sfund_sim.market import votes
from sfund_sim.market.votes import _ballots, hold_votes
from sfund_sim.market.world import EXTENDED, LIQUIDATING
from sfund_sim.terms import LpKind, Trigger


def outlook(factor):
    """A table that gives the value of a yuan of NAV by the voter's rate alone."""
    return SimpleNamespace(cells=lambda *_: 0, read=lambda _, rates: (factor(rates), 0.0 * rates))


@pytest.fixture
def fund(monkeypatch):
    """A fund of 13 holdings, in which a yuan of NAV is worth 1.1 less the rate if it goes on, and 0.8 if liquidated.

    So whoever asks for 30 % a year or less is for going on. LPs ask for 10 %, or 40 % while they are short of money.
    """
    market, exit = selling()
    tables = SimpleNamespace(
        going_on=outlook(lambda rates: 1.1 - rates), liquidated=outlook(lambda rates: 0.8 + 0 * rates)
    )
    monkeypatch.setattr(votes, "places", lambda rates: (rates,))
    monkeypatch.setattr(market, "outlooks", lambda _: tables)
    rows = market.holdings.in_funds(np.array([exit.fund]))
    market.rates = np.full((len(LpKind), len(Trigger) + 1), 0.10)
    market.rates[:, Trigger.LIQUIDITY_SHOCK] = 0.40
    market.lps.kind[:], market.holdings.wish[rows] = int(LpKind.COMPANY), -1
    market.funds.nav_published[exit.fund] = 2.0
    market.holdings.units[rows] = 100
    return market, exit.fund, rows


def against(market, fund):
    """Units of the partners who vote against going on, in the order of the partners."""
    told = _ballots(market, np.array([fund]), market.rules())
    return told.weight[~told.in_favour].tolist()


def test_whoever_is_content_votes_for_going_on(fund):
    market, number, rows = fund
    told = _ballots(market, np.array([number]), market.rules())
    assert (told.in_favour.sum(), told.weight.sum()) == (rows.size, 100 * rows.size)


def test_a_partner_in_need_of_money_votes_against_with_all_of_its_shares_though_it_sells_one(fund):
    market, number, rows = fund
    market.holdings.owner[rows[1]] = market.holdings.owner[rows[0]]
    market.holdings.units[rows[1]] = 30
    market.holdings.wish[rows[1]] = int(Trigger.LIQUIDITY_SHOCK)
    assert against(market, number) == [130.0]


def test_a_buyer_votes_by_the_return_that_it_asks(fund):
    market, number, rows = fund
    market.holdings.owner[rows[:3]] = market.first_buyer + np.arange(3)
    market.holdings.units[rows[:3]] = [11, 12, 13]
    market.buyers.required_irr[:3] = [0.35, 0.25, 0.31]
    assert against(market, number) == [11.0, 13.0]


@pytest.mark.parametrize(("asked", "carried"), [(0, True), (1, False)])
def test_a_vote_carried_makes_the_term_longer_and_one_that_failed_begins_the_liquidation_next_quarter(
    asked, carried, fund
):
    market, number, rows = fund
    funds, quarter = market.funds, market.clock.first_live
    market.extension_rules[int(funds.extension_rule[number])] = AtLeast(partners=rows.size + asked)
    funds.term_end[number], funds.extension_quarters[number], funds.state[number] = quarter - 1, 6, 0
    hold_votes(market, np.array([number]), quarter)
    if carried:
        assert (funds.state[number], funds.extensions[number]) == (EXTENDED, 1)
        assert (funds.term_end[number], funds.forced[number]) == (quarter + 6, 0)
    else:
        assert (funds.state[number], funds.forced[number]) == (LIQUIDATING, 1)
        assert (funds.liquidation_start[number], funds.extensions[number]) == (quarter + 1, 0)


@pytest.mark.parametrize("nav", [0.0, 2.0])
def test_whoever_gains_nothing_by_a_liquidation_lets_the_fund_go_on(nav, fund):
    """A NAV of nothing is worth as much either way; and so is any NAV to one whose rate makes both factors equal."""
    market, number, _ = fund
    market.funds.nav_published[number] = nav
    market.rates[:] = 0.40 if nav == 0 else 1.1 - 0.8
    assert against(market, number) == []
