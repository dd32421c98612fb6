"""A share that nobody bought is listed again after the venue's wait: so many working days from the end of the round."""

from __future__ import annotations

from itertools import pairwise

import pytest
from worlds import VENUE, small_pilot, with_leaves

from sfund_sim.ground.calendar import Calendar
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import ListingEnding

RELISTS = 2
WAITS = [0, 1, 10, 45]


def rounds_that_follow_one_another(waits):
    """Of private sellers, each round and the next in one stay at the venue, in a market where few bids are made.

    State sellers may have to appraise anew or ask for approval before the next round; private ones only wait.
    """
    first, *later = [{VENUE + "relist_wait_days": wait} for wait in waits]
    policy = [
        {"name": f"change_{place}", "on": f"2022-0{1 + 4 * place}-10", "because": "a change midway", "set": told}
        for place, told in enumerate(later)
    ]
    few = {VENUE + "disclosure.invited": 2, VENUE + "relists": RELISTS, VENUE + "open": True}
    alone = {"state_assets.regime": "none", "agreement.known_counterparty_probability": 0.0}
    scenario = with_leaves(small_pilot(policy=policy), few | first | alone)
    journal = simulate(scenario, 1, 5)
    rounds = {}
    for row in journal.listings:
        rounds.setdefault(row.exit, []).append(row)
    pairs = [
        (one, other)
        for listings in rounds.values()
        for one, other in pairwise(listings)
        if one.round % (1 + RELISTS) and one.ending != ListingEnding.OVERTAKEN
    ]
    return scenario, pairs


@pytest.mark.parametrize("wait", WAITS)
def test_the_next_round_is_filed_so_many_working_days_after_the_last_one_ended(wait):
    scenario, pairs = rounds_that_follow_one_another([wait])
    calendar = Calendar(scenario.horizon.start, scenario.horizon.days)
    assert len(pairs) > 20
    assert {one.ending for one, _ in pairs} >= {ListingEnding.NO_BID, ListingEnding.CONSENT_REFUSED}
    for one, other in pairs:
        assert other.filed == calendar.working_day_after(one.closed, wait), (one, other)


def test_the_wait_is_that_of_the_rules_on_the_day_on_which_the_round_ended():
    waits = [5, 30, 15]
    scenario, pairs = rounds_that_follow_one_another(waits)
    calendar, timeline = Calendar(scenario.horizon.start, scenario.horizon.days), scenario.timeline()
    seen = []
    for one, other in pairs:
        seen.append(timeline.on(one.closed).venues["beijing"].relist_wait_days)
        assert other.filed == calendar.working_day_after(one.closed, seen[-1]), (one, other)
    assert min(seen.count(wait) for wait in waits) > 5
