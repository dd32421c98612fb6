"""Who bought a share may not have it sold again at the venue before the gap is over (P-BJ11)."""

from __future__ import annotations

import pytest
from lone_seller import selling
from worlds import VENUE, small_pilot, with_leaves

from sfund_sim.ground.calendar import Calendar
from sfund_sim.ground.columns import MISSING
from sfund_sim.market.exchange import sell_at_venue
from sfund_sim.market.route import assess
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import RegisterEntry

GAP = 120
"""Working days."""


def resold(gap):
    """Of shares that were bought before in a world where partners buy: the day they were, and the day of filing."""
    leaves = {VENUE + "resale_gap_days": gap, "partnership.preemption_interest_probability": 1.0}
    world = with_leaves(small_pilot(haste=20.0), leaves)
    journal, pairs = simulate(world, 1, 3), []
    for row in journal.exits:
        if row.filed != MISSING:
            moves = (move for move in journal.register if move.holding == row.holding)
            bought = [move.day for move in moves if move.entry == RegisterEntry.TRANSFER and move.day <= row.filed]
            pairs += [(max(bought), row.filed)] if bought else []
    return Calendar(world.horizon.start, world.horizon.days), pairs


def test_nobody_files_earlier_than_the_gap_allows():
    calendar, pairs = resold(0)
    assert sum(filed < calendar.working_day_after(bought, GAP) for bought, filed in pairs) > 2
    calendar, pairs = resold(GAP)
    assert sum(filed <= calendar.working_day_after(bought, GAP) + 7 for bought, filed in pairs) > 0  # It binds some.
    assert all(filed >= calendar.working_day_after(bought, GAP) for bought, filed in pairs)


@pytest.mark.parametrize(("bought", "waits"), [(MISSING, False), (0, True), (0 - GAP * 2, False)])
def test_only_a_buyer_of_late_waits_and_before_anything_else(monkeypatch, bought, waits):
    market, exit = selling()
    rules = market.rules()
    venue = market.venue_rules(0, rules).model_copy(update={"resale_gap_days": GAP})
    monkeypatch.setattr(market, "venue_rules", lambda *_: venue)
    market.holdings.acquired[exit.holding] = bought
    story = sell_at_venue(market, exit, assess(market, exit))
    first = next(story, None)
    allowed = market.calendar.working_day_after(0, GAP)
    assert (first is not None and first.day == allowed) == waits
