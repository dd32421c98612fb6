"""Intervals are honest: over repeated experiments they cover the truth about as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from sfund_sim.outcomes.intervals import Estimate, mean_over_replications
from sfund_sim.outcomes.survival import kaplan_meier

REPLICATIONS, EXITS, EXPERIMENTS = 20, 40, 400


def market(generator: np.random.Generator, replications: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Days, endings and replications of exits that share the luck of their replication."""
    luck = np.repeat(np.exp(generator.normal(0, 0.3, replications)), EXITS)
    days, horizon = generator.exponential(300 / luck), generator.uniform(50, 1500, luck.size)
    return np.ceil(np.minimum(days, horizon)), days <= horizon, np.repeat(np.arange(replications), EXITS)


def covers(interval: Estimate, truth: float) -> bool:
    return bool(interval.low <= truth <= interval.high)


@pytest.mark.slow
def test_survival_intervals_cover_the_truth_though_exits_of_one_replication_share_their_luck() -> None:
    generator = np.random.default_rng(11)
    days, ended, _ = market(generator, 20_000)
    whole = kaplan_meier(days, ended)
    truth = (whole.median().value, whole.restricted_mean(700).value)
    hits, naive = np.zeros(2), 0
    for _ in range(EXPERIMENTS):
        days, ended, replication = market(generator, REPLICATIONS)
        curve = kaplan_meier(days, ended, clusters=replication)
        hits += [covers(curve.median(), truth[0]), covers(curve.restricted_mean(700), truth[1])]
        naive += covers(kaplan_meier(days, ended).restricted_mean(700), truth[1])
    assert np.all((hits / EXPERIMENTS >= 0.92) & (hits / EXPERIMENTS <= 0.98))
    assert naive / EXPERIMENTS < 0.85


@pytest.mark.slow
def test_means_over_replications_cover_the_truth() -> None:
    values = np.random.default_rng(12).gamma(4.0, 0.25, (REPLICATIONS, 2000))
    estimate = mean_over_replications(values)
    coverage = np.mean((estimate.low <= 1.0) & (estimate.high >= 1.0))
    assert 0.92 <= coverage <= 0.98
