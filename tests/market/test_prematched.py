"""Pre-matched sales: who has them, who takes the share, at which price, and no change where nobody stands ready."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import pytest
from worlds import changed, digest, small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.market import agreement
from sfund_sim.market.simulate import simulate
from sfund_sim.market.talks import brief_talks
from sfund_sim.scenario.model import Scenario
from sfund_sim.terms import BuyerKind, Ending, LpKind, Remark, Route

STATE = {int(kind) for kind in LpKind if kind.is_state}
ENTERPRISES = {int(LpKind.CENTRAL_SOE), int(LpKind.LOCAL_SOE)}
EASY = {"state_assets__agreement": "at_venue", "state_assets__blame_weight": 0.0}


@lru_cache(maxsize=8)
def market_with(share, **leaves):
    return simulate(small_pilot(funds=160, haste=8.0, agreement__prematched_share=share, **EASY, **leaves), 1, 5)


def sales(journal):
    return [row for row in journal.exits if row.prematched and row.ending == Ending.SOLD_BY_AGREEMENT]


def test_only_state_sellers_have_somebody_ready_and_more_of_them_at_a_higher_share():
    some, most = (market_with(share) for share in (0.4, 1.0))
    ready = [row for row in most.exits if row.prematched]
    assert {row.lp_kind for row in ready} <= STATE
    assert {row.route for row in sales(most)} == {Route.AGREEMENT}
    assert 8 < len(sales(some)) < 0.7 * len(sales(most))


def test_somebody_who_stands_ready_pays_the_appraised_value_whatever_the_share_is_worth_to_it():
    rows = sales(market_with(1.0))
    assert all(row.price == row.appraisal for row in rows)
    assert any(row.buyer_value < row.price for row in rows)


def test_where_nothing_is_appraised_the_price_is_nav():
    rows = sales(market_with(1.0, state_assets__regime="none"))
    assert len(rows) > 15
    assert all(row.appraisal == MISSING for row in rows)
    at_nav = [row for row in rows if row.price == pytest.approx(row.nav, rel=1e-6)]
    assert len(at_nav) > 0.25 * len(rows)  # NAV moves between the bargain and the day of payment, of which NAV is told.


def test_a_state_s_fund_takes_the_share_where_it_can_else_an_enterprise_that_is_not_the_seller():
    journal = market_with(1.0)
    rows, kinds = sales(journal), journal.kinds["lps"]
    of_funds = [row for row in rows if row.buyer_kind == BuyerKind.STATE_S_FUND]
    of_groups = [row for row in rows if row.buyer_kind == BuyerKind.RELATED_STATE]
    assert len(of_funds) > 3
    assert len(of_funds) + len(of_groups) == len(rows)
    assert {kinds[row.buyer] for row in of_groups} <= ENTERPRISES
    assert all(row.buyer != row.lp for row in of_groups)
    poor = market_with(1.0, population__buyers__state_s_fund__ticket_max_cny=1.1e7)
    assert not any(row.price > 1.1e9 for row in sales(poor) if row.buyer_kind == BuyerKind.STATE_S_FUND)


def test_talks_that_fail_are_not_prematched_again():
    wary = {f"partnership__{by}_gp_consent_probability": 0.3 for by in ("private", "state")}
    journal = market_with(1.0, agreement__known_counterparty_probability=1.0, **wary)
    begun = Counter(row.exit for row in journal.trail if row.remark == Remark.CHOSE_AGREEMENT)
    ready = Counter(row.exit for row in journal.trail if row.remark == Remark.PREMATCHED)
    assert len(ready) > 15
    assert set(ready.values()) == {1}
    assert max(begun[number] for number in ready) > 1


def test_where_agreements_are_refused_nobody_stands_ready():
    tree = small_pilot(funds=40, haste=8.0, state_assets__agreement="refused").canonical()
    tree["policy"] = [each for each in tree["policy"] if each["name"] != "business_rules"]
    without = Scenario.model_validate(tree)
    one, other = (simulate(changed(without, agreement__prematched_share=share), 1, 5) for share in (0.0, 1.0))
    assert digest(one) == digest(other)


def test_who_stands_ready_is_whoever_would_be_found_at_that_moment_alone(monkeypatch):
    seen, met = Counter(), agreement.meet_now

    def watched(market, talk):
        meeting = met(market, talk)
        if talk.exit.prematched:
            assert meeting[:2] == brief_talks(market, [talk], [market.today])[0][:2]
            seen[meeting.investor >= market.first_buyer] += 1
        return meeting

    monkeypatch.setattr(agreement, "meet_now", watched)
    needless = {"state_assets__agreement_needs_appraised_value": False, "state_assets__appraisal_validity_days": 30}
    simulate(small_pilot(funds=160, haste=8.0, agreement__prematched_share=1.0, **EASY | needless), 1, 5)
    assert min(seen[True], seen[False]) > 5
