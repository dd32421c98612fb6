"""A partner votes once with all it holds, however many shares of the fund it has bought."""

from __future__ import annotations

import numpy as np
import pytest
from lone_seller import selling

from sfund_sim.funds.extension.at_least import AtLeast
from sfund_sim.market.votes import _blocks, hold_votes
from sfund_sim.terms import LpKind, Trigger


@pytest.fixture
def vote():
    """A fund's holdings, of which the first partner has bought the second, and its vote at the first quarter's end."""
    market, exit = selling()
    rows = market.holdings.in_funds(np.array([exit.fund]))
    market.holdings.owner[rows[1]] = market.holdings.owner[rows[0]]
    market.holdings.wish[rows] = -1
    market.funds.nav_published[exit.fund] = 1.0

    def held():
        hold_votes(market, np.array([exit.fund]), market.clock.first_live)
        return list(market.journal.votes)[-1]

    return market, exit, rows, held


def test_the_table_counts_partners(vote):
    *_, rows, held = vote
    row = held()
    assert row.partners == rows.size - 1
    assert (row.in_favour, row.rule_share) == (rows.size - 1, 1.0)


def test_a_rule_by_head_counts_heads(vote):
    market, exit, rows, held = vote
    market.extension_rules[int(market.funds.extension_rule[exit.fund])] = AtLeast(partners=rows.size)
    assert held().carried == 0
    market.extension_rules[int(market.funds.extension_rule[exit.fund])] = AtLeast(partners=rows.size - 1)
    assert held().carried == 1


def test_a_guidance_fund_that_must_leave_votes_with_none_of_its_shares(vote):
    market, _, rows, held = vote
    guidance = int(market.holdings.owner[rows[2]])
    market.lps.kind[guidance], market.holdings.owner[rows[3]] = int(LpKind.GUIDANCE_FUND), guidance
    market.holdings.wish[rows[2]] = int(Trigger.POLICY_GOAL_MET)
    row, units = held(), market.holdings.units[rows]
    assert (row.partners, row.in_favour, row.barred) == (rows.size - 2, rows.size - 3, 1)
    assert row.rule_share == pytest.approx(1 - units[[2, 3]].sum() / units.sum())


def test_by_head_one_partner_with_two_shares_is_one_voice_that_is_missing(vote):
    market, exit, rows, _ = vote
    exit.lp = int(market.holdings.owner[rows[0]])
    number = int(market.funds.extension_rule[exit.fund])
    market.extension_rules[number] = AtLeast(partners=rows.size - 2)
    assert not _blocks(market, exit)
    market.extension_rules[number] = AtLeast(partners=rows.size - 1)
    assert _blocks(market, exit)
