"""A share that nobody bought is listed again after the venue's wait, and only if that still is the best way out."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from worlds import VENUE, small_pilot, with_leaves

from sfund_sim.ground.calendar import Calendar
from sfund_sim.market import exchange
from sfund_sim.market.simulate import simulate
from sfund_sim.report.narrative import Narrator
from sfund_sim.terms import ListingEnding, Remark, Route, Stage

RELISTS = 2
WAITS = [0, 1, 10, 45]


FEW_BIDS = {VENUE + "disclosure.invited": 2, VENUE + "relists": RELISTS, VENUE + "open": True,
            "state_assets.regime": "none"}  # fmt: skip


def rounds_of_one_stay(journal):
    """Each round and the next where the share stayed at the venue: custody is gone through once a stay."""
    anew = {(row.exit, row.round) for row in journal.stages if row.stage == Stage.CUSTODY}
    rounds = {}
    for row in journal.listings:
        rounds.setdefault(row.exit, []).append(row)
    pairs = [pair for listings in rounds.values() for pair in pairwise(listings)]
    return [(one, other) for one, other in pairs if (one.exit, one.round) not in anew]


def rounds_that_follow_one_another(waits):
    """Of private sellers, each round and the next in one stay at the venue, in a market where few bids are made.

    State sellers may have to appraise anew or ask for approval before the next round; private ones only wait.
    """
    first, *later = [{VENUE + "relist_wait_days": wait} for wait in waits]
    policy = [
        {"name": f"change_{place}", "on": f"2022-0{1 + 4 * place}-10", "because": "a change midway", "set": told}
        for place, told in enumerate(later)
    ]
    alone = {"agreement.known_counterparty_probability": 0.0}
    scenario = with_leaves(small_pilot(policy=policy), FEW_BIDS | first | alone)
    journal = simulate(scenario, 1, 5)
    pairs = [pair for pair in rounds_of_one_stay(journal) if pair[0].ending != ListingEnding.OVERTAKEN]
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


def test_who_believes_no_more_in_a_sale_after_a_failure_does_not_list_again():
    trusting, others = (
        rounds_of_one_stay(
            simulate(with_leaves(small_pilot(policy=[]), FEW_BIDS | {"expectations.failure_learning": factor}), 1, 5)
        )
        for factor in (1.0, 0.0)
    )
    assert sum(one.ending == ListingEnding.NO_BID for one, _ in trusting) > 20
    endings = {one.ending for one, _ in others}
    assert ListingEnding.NO_BID not in endings
    assert ListingEnding.CONSENT_REFUSED in endings  # Which says nothing of demand.


def test_each_seller_goes_the_way_that_it_found_best_when_the_wait_was_over(monkeypatch):
    found, reviewed = {}, exchange.look_again

    def watched(market, exit):
        review = reviewed(market, exit)
        found[exit.number, market.today] = review.route, market.reports.next(market.today)
        return review

    monkeypatch.setattr(exchange, "look_again", watched)
    doubting = FEW_BIDS | {"expectations.failure_learning": 0.4}
    journal = simulate(with_leaves(small_pilot(funds=60), doubting), 1, 5)
    filed = {(row.exit, row.filed) for row in journal.listings}
    said = {(row.exit, row.day, row.remark) for row in journal.trail}
    ways = Counter(route for route, _ in found.values())
    assert min(ways[route] for route in (Route.HOLD, Route.AGREEMENT, Route.VENUE)) > 5
    words = {Route.HOLD: Remark.HELD, Route.AGREEMENT: Remark.CHOSE_AGREEMENT, Route.VENUE: Remark.LISTED}
    for (exit, day), (route, report) in found.items():
        assert (exit, day, words[route]) in said
        if route != Route.VENUE:
            assert not [each for number, each in filed if number == exit and day <= each < report]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_story_of_a_relisting_tells_once_what_the_seller_would_take(language):
    scenario = with_leaves(small_pilot(policy=[]), FEW_BIDS)
    journal = simulate(scenario, 1, 5)
    least = {"en": "would take no less than", "zh": "最低可接受"}[language]
    for one, other in rounds_of_one_stay(journal):
        lines = Narrator(journal, scenario.horizon.start, language).story(one.exit)
        day = Narrator(journal, scenario.horizon.start, language)._date(other.filed)
        assert sum(line.startswith(day) and least in line for line in lines) == 1
