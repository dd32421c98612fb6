"""Over many repeated experiments, 95 % intervals of levels and of paired differences cover the truth 92 to 98 %."""

from __future__ import annotations

import numpy as np
import pytest
from fake_markets import one_sale

import sfund_sim as sf
from sfund_sim.experiments.facts import run_info
from sfund_sim.experiments.observing import Observations, observed
from sfund_sim.experiments.replication import of_journal
from sfund_sim.experiments.sweep_values import MarketMeasure
from sfund_sim.outcomes.intervals import mean_over_replications

EXPERIMENTS, SIZE = 400, 8
TINY = ["population.funds.count=14", "horizon.end=2019-12-31", "policy=[]"]
CHANGE = "agreement.negotiation_days=120"
MEAN_VOLUME = 9_000 * 749.5
"""``one_sale`` sells 500 to 999 units at 9,000 yuan, all equally likely."""


def coverage(intervals: list[tuple[float, float]], truth: float) -> float:
    return float(np.mean([low <= truth <= high for low, high in intervals]))


@pytest.mark.slow
def test_intervals_of_a_synthetic_market_cover_its_known_mean(pilot) -> None:
    info = run_info(pilot.scenario, seed=1, replications=1)
    intervals = []
    for seed in range(EXPERIMENTS):
        observations = Observations(info)
        for number in range(1, SIZE + 1):
            observations.add(number, observed(info, of_journal(one_sale(None, number, seed), number)))
        levels = observations.levels().set_index(["outcome", "group_by", "group"])
        row = levels.loc["volume_cny", "all", "all"]
        intervals.append((row["low"], row["high"]))
    assert 0.92 <= coverage(intervals, MEAN_VOLUME) <= 0.98


@pytest.mark.slow
def test_intervals_of_a_tiny_real_market_cover_what_a_large_run_finds() -> None:
    outcomes = ("exits_count", "share_sold", "restricted_mean_exit_days")
    levels, changed = (_measured(changes, outcomes) for changes in ([], [CHANGE]))
    for numbers in (*levels.values(), changed["restricted_mean_exit_days"] - levels["restricted_mean_exit_days"]):
        found = mean_over_replications(numbers.reshape(EXPERIMENTS, SIZE).T)
        known = ~np.isnan(found.low)
        intervals = list(zip(found.low[known], found.high[known], strict=True))
        assert known.mean() > 0.98
        assert 0.92 <= coverage(intervals, float(np.nanmean(numbers))) <= 0.98


def _measured(changes: list[str], outcomes: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Each outcome in all replications, everybody together; an experiment is ``SIZE`` of them in a row."""
    scenario = sf.load_scenario("beijing_pilot", [*TINY, *changes]).scenario
    measure = MarketMeasure(outcomes, ("all",))
    runs = [measure(scenario, number, 1) for number in range(1, EXPERIMENTS * SIZE + 1)]
    return {name: np.array([value.value for run in runs for value in run if value.outcome == name])
            for name in outcomes}  # fmt: skip
