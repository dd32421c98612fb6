"""Appraisals of state shares and approvals of lower floors: how long they hold, and when they are asked for."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from lone_seller import selling
from worlds import VENUE, small_pilot, with_leaves

from sfund_sim.market.appraisal import appraise
from sfund_sim.market.sheet import blame_weights
from sfund_sim.market.simulate import simulate
from sfund_sim.scenario.model import Scenario
from sfund_sim.terms import Remark

ANSWERS = (Remark.APPROVAL_GIVEN, Remark.APPROVAL_REFUSED)


def test_an_appraisal_holds_through_its_last_day():
    market, exit = selling(appraisal=100, appraised_on=0)
    market.diary.today = market.rules().state_assets.appraisal_validity_days
    assert list(appraise(market, exit)) == []


def test_a_new_appraisal_forgets_steps_of_the_floor_and_approval():
    market, exit = selling(appraisal=100, appraised_on=0, approved=True, rounds_on_appraisal=2)
    market.diary.today = market.rules().state_assets.appraisal_validity_days + 1
    assert len(list(appraise(market, exit))) == 1
    assert (exit.approved, exit.rounds_on_appraisal, exit.appraised_on) == (False, 0, market.today)


def test_nothing_is_appraised_or_charged_once_the_fund_is_wound_up(monkeypatch):
    market, exit = selling()
    steps = appraise(market, exit)
    next(steps)
    monkeypatch.setattr(market, "gone", b"\x01" * len(market.funds))
    assert list(steps) == []
    assert (exit.appraisals, exit.costs) == (0, 0)


def remarks_of_exits(regime, probability):
    """What is remarked of each seller under steep floors, with the rules on state assets the same throughout."""
    tree = small_pilot(haste=8.0).canonical()
    tree["policy"] = [
        change for change in tree["policy"] if not any(rule.startswith("state_assets") for rule in change["set"])
    ]
    leaves = {
        "state_assets.regime": regime,
        "state_assets.approval_probability": probability,
        "state_assets.floor": {"kind": "appraisal", "step": 0.2, "free_share": 0.9, "lowest_share": 0.5},
        VENUE + "relists": 4,
    }
    told = defaultdict(Counter)
    for row in simulate(with_leaves(Scenario.model_validate(tree), leaves), 1, 5).trail:
        told[row.exit][Remark(row.remark)] += 1
    return told.values()


@pytest.mark.parametrize(("probability", "answer"), [(1.0, Remark.APPROVAL_GIVEN), (0.0, Remark.APPROVAL_REFUSED)])
def test_a_lower_floor_is_asked_for_once_an_appraisal_and_answered_by_its_probability(probability, answer):
    asked = [each for each in remarks_of_exits("full", probability) if any(each[word] for word in ANSWERS)]
    assert len(asked) > 3
    for each in asked:
        assert sum(each[word] for word in ANSWERS) == each[answer] <= each[Remark.APPRAISED]


def test_nobody_asks_for_a_lower_floor_where_no_floor_binds():
    told = remarks_of_exits("appraisal", 1.0)
    assert sum(each[Remark.APPRAISED] for each in told) > 3
    assert not any(each[word] for each in told for word in ANSWERS)


def test_who_is_exempt_at_a_venue_is_blamed_for_nothing_there():
    state = selling()[0].rules().state_assets
    told = {"regime": "full", "blame_weight": 0.8, "exempt_share": 0.25, "exempt_at_venue_share": 1.0}
    assert blame_weights(state.model_copy(update=told)) == pytest.approx((0.6, 0.0))
    assert blame_weights(state.model_copy(update=told | {"exempt_at_venue_share": 0.5})) == pytest.approx((0.6, 0.3))
