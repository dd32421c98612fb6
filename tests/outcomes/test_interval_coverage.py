"""Intervals are honest: over repeated experiments they cover the truth about as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfund_sim.outcomes.intervals import Estimate, mean_over_replications, of_levels
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


@pytest.mark.parametrize("truth", [0.99, 0.983, 0.95, 0.05, 0.01])
def test_shares_that_are_hardly_ever_other_than_all_or_none_are_covered_too(truth: float) -> None:
    """Of ten replications with a truth of 98 %, most see nothing else than 100 %, and none of them knows it to be."""
    values = (np.random.default_rng(13).random((10, 2000)) < truth).astype(float)
    found = of_levels(mean_over_replications(values), np.full(2000, 10), 0.0, 1.0)
    assert np.mean((found.low <= truth) & (truth <= found.high)) >= 0.92
    assert np.all(found.high > found.low)


@given(st.integers(2, 400), st.sampled_from([(0.0, 1.0), (0.0, 1095.0)]), st.booleans())
def test_what_all_replications_agree_on_at_an_end_is_as_sure_as_their_number_makes_it(number, bounds, at_most) -> None:
    value = bounds[int(at_most)]
    found = of_levels(mean_over_replications(np.full((number, 1), value)), np.array([number]), *bounds)
    low, high = float(found.low[0]), float(found.high[0])
    inner, outer = (low, high) if at_most else (high, low)
    assert outer == value
    share = abs(inner - value) / bounds[1]
    # Whatever is rarer than this would not have been missed in all replications but once in forty times.
    assert (1 - share) ** number == pytest.approx(0.025)


@given(st.integers(2, 50), st.floats(0.01, 0.99))
def test_equal_values_within_the_range_or_without_one_give_no_interval(number, value) -> None:
    for bounds in ((0.0, 1.0), (0.0, np.inf), (-np.inf, np.inf)):
        found = of_levels(mean_over_replications(np.full((number, 1), value)), np.array([number]), *bounds)
        assert found.value[0] == pytest.approx(value)
        assert np.isnan([found.low[0], found.high[0]]).all()
    zero = of_levels(mean_over_replications(np.zeros((number, 1))), np.array([number]), 0.0, np.inf)
    assert np.isnan([zero.low[0], zero.high[0]]).all()
