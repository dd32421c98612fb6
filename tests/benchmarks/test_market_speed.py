"""How long a replication takes, and that its cost grows no faster than the market; every bound is a ratio or generous.

pytest -m benchmark
"""

from __future__ import annotations

import pytest
from simpy_diary import SimpyDiary
from stopwatch import seconds
from worlds import shipped, small_pilot

from sfund_sim.ground.diary import HeapDiary, Turn, Wake
from sfund_sim.market.simulate import simulate
from sfund_sim.scenario.model import Scenario

pytestmark = pytest.mark.benchmark


def grown(factor):
    """The pilot with so many times the funds, and buyers with as many times the money."""
    tree = shipped("beijing_pilot").canonical()
    tree["population"]["funds"]["count"] = round(tree["population"]["funds"]["count"] * factor)
    for mix in tree["population"]["buyers"].values():
        mix["count"] = max(1, round(mix["count"] * factor))
    return Scenario.model_validate(tree)


def test_a_replication_of_the_pilot_takes_less_than_two_seconds():
    pilot = shipped("beijing_pilot")
    simulate(small_pilot(funds=5), 1, 1)
    assert seconds(lambda: simulate(pilot, 1, 1)) < 2.0


def test_cost_grows_no_faster_than_funds_and_listings():
    """Seconds a fund and seconds a listing, at a third, one and three times the pilot's 300 funds.

    A listing costs an array over all buyers, whose number grows with the funds here: the bound leaves room for that.
    """
    a_fund, a_listing = [], []
    for factor in (1 / 3, 1.0, 3.0):
        scenario = grown(factor)
        journal = simulate(scenario, 1, 1)
        taken = seconds(lambda scenario=scenario: simulate(scenario, 1, 1), times=2)
        a_fund.append(taken / len(journal.funds))
        a_listing.append(taken / (len(journal.listings) + len(journal.holdings)))
    assert a_fund[1] / a_fund[0] < 1.5
    assert a_fund[2] / a_fund[1] < 1.5
    assert a_listing[2] / a_listing[0] < 1.5


def test_the_diary_is_several_times_quicker_than_a_process_a_story():
    def stories(diary):
        def story(number):
            for step in range(10):
                yield Wake(diary.today + 1 + (number + step) % 7, Turn.FILING)

        for number in range(5000):
            diary.start(story(number), number * 7919 % 4096)
        diary.run_until(200)

    assert seconds(lambda: stories(SimpyDiary())) > 2 * seconds(lambda: stories(HeapDiary()))


def test_a_market_under_the_oracle_costs_no_more_than_half_again():
    """The diary is not the market: the oracle stays usable in tests."""
    scenario = small_pilot(funds=60)
    with_oracle = seconds(lambda: simulate(scenario, 1, 1, SimpyDiary()))
    assert with_oracle < 1.5 * seconds(lambda: simulate(scenario, 1, 1))
