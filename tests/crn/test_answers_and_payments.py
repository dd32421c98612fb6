"""Appraisals, approvals and payments are drawn by the share and the attempt, not by the place in a list of sellers."""

from __future__ import annotations

import pytest
from worlds import VENUE, small_pilot, with_leaves

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import ListingEnding, Remark

OFTEN = {
    "state_assets.regime": "full",
    "state_assets.appraisal_days": 5,
    "state_assets.appraisal_mark_weight": 1.0,
    "state_assets.appraisal_log_sd": 0.3,
    "state_assets.approval_days": 5,
    "state_assets.approval_probability": 0.5,
    "state_assets.floor": {"kind": "appraisal", "step": 0.3, "free_share": 0.95, "lowest_share": 0.1},
    "partnership.preemption.applies": False,
    VENUE + "payment_failure_probability": 0.5,
    VENUE + "relists": 4,
    VENUE + "relist_wait_days": 0,
}
"""State sellers are appraised and ask for lower floors again and again, and every second winner does not pay."""
ANSWERS = (Remark.APPROVAL_GIVEN, Remark.APPROVAL_REFUSED)


@pytest.fixture(scope="module")
def worlds():
    """A market, and the same one with more funds, whose sellers stand between those of the first."""
    return [
        simulate(with_leaves(small_pilot(haste=20.0, population__funds__count=count), OFTEN), 1, 3)
        for count in (30, 45)
    ]


def sellers(journal):
    """Each exit by the fund, the stake, the seller's kind, the day and the trigger; where two are alike neither."""
    named = {}
    for number, row in enumerate(journal.exits):
        who = journal.names["funds"][row.fund], row.units, row.lp_kind, row.wished, row.trigger
        named[who] = MISSING if who in named else number
    return {number: who for who, number in named.items() if number != MISSING}


def answers(journal):
    """What was drawn: appraised value over NAV, and what the approving body said, by appraisal; payments by round."""
    named, appraisals, found = sellers(journal), {}, {"appraisal": {}, "approval": {}, "payment": {}}
    for row in journal.trail:
        if row.exit in named and row.remark == Remark.APPRAISED:
            appraisals[row.exit] = appraisals.get(row.exit, 0) + 1
            found["appraisal"][named[row.exit], appraisals[row.exit]] = row.a / row.b
        if row.exit in named and row.remark in ANSWERS:
            found["approval"][named[row.exit], appraisals[row.exit]] = row.remark
    for row in journal.listings:
        if row.exit in named and row.ending in (ListingEnding.SOLD, ListingEnding.PAYMENT_FAILED):
            found["payment"][named[row.exit], row.round] = row.ending
    return found


@pytest.mark.parametrize("what", ["appraisal", "approval", "payment"])
def test_more_sellers_change_no_draw_of_the_others(worlds, what):
    few, many = (answers(journal)[what] for journal in worlds)
    shared = few.keys() & many.keys()
    places = [{who: number for number, who in sellers(journal).items()} for journal in worlds]
    moved = [who for who, _ in shared if places[0][who] != places[1][who]]
    assert len(moved) > 10
    assert len({round(few[each], 6) for each in shared}) > 1
    for each in shared:
        assert few[each] == pytest.approx(many[each], rel=1e-5)
