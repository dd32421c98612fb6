"""Intervals are honest: over repeated experiments they cover the truth about as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from sfund_sim.outcomes.intervals import FEWEST_TO_BE_SKEWED, Estimate, Moments, mean_over_replications, of_levels
from sfund_sim.outcomes.medians import Grain, Rows, least_reach
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


@pytest.mark.slow
@pytest.mark.parametrize("replications", [10, 30])
def test_sums_that_a_few_large_shares_rule_are_covered_too_which_students_own_interval_misses(replications) -> None:
    """Money of some ten sales a replication, each lognormal with a spread of 1.5: the mean of so skewed sums."""
    generator = np.random.default_rng(17)
    sales = generator.lognormal(0.0, 1.5, (replications, 4000, 10)).sum(axis=2)
    truth = 10.0 * np.exp(1.5**2 / 2.0)
    found, plain = mean_over_replications(sales), mean_over_replications(sales, skewed=False)
    covered, without = (np.mean((each.low <= truth) & (truth <= each.high)) for each in (found, plain))
    assert covered > without + 0.02
    assert covered >= 0.90
    share = np.mean(found.high < truth) / np.mean(plain.high < truth)
    assert share < 0.7, "what is missed is missed on one side, and that is what the correction is for"


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12), st.floats(-1e6, 1e6), st.floats(0.1, 10))
def test_intervals_move_and_stretch_with_the_values_and_hold_their_mean(values, shift, scale) -> None:
    assume(np.std(values) > 1e-3)
    here, there = (
        mean_over_replications(np.array(each)[:, None]) for each in (values, np.array(values) * scale + shift)
    )
    mirrored = mean_over_replications(-np.array(values)[:, None])
    assert here.low[0] <= here.value[0] <= here.high[0]
    size = np.abs(values).max() * scale + abs(shift)
    assert np.array([there.low[0], there.high[0]]) == pytest.approx(
        np.array([here.low[0], here.high[0]]) * scale + shift, abs=1e-6 * size
    )
    assert (mirrored.low[0], mirrored.high[0]) == pytest.approx((-here.high[0], -here.low[0]))


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=12))
def test_a_p_value_is_below_a_twentieth_just_where_the_interval_leaves_0_out(values) -> None:
    assume(np.std(values) > 1e-3)
    moments = Moments.of(np.array(values)[:, None])
    found, p_value = moments.estimates(), moments.p_values()[0]
    assume(min(abs(found.low[0]), abs(found.high[0])) > 1e-6)
    assert (p_value < 0.05) == bool(found.low[0] > 0 or found.high[0] < 0)


@pytest.mark.parametrize("replications", [FEWEST_TO_BE_SKEWED, 30])
def test_an_interval_is_students_once_it_is_turned_by_halls_transformation(replications) -> None:
    sample = np.random.default_rng(18).lognormal(size=replications)
    found, (skewness, size) = mean_over_replications(sample[:, None]), (stats.skew(sample), np.sqrt(replications))
    ratio = (sample.mean() - np.array([found.low[0], found.high[0]])) / sample.std(ddof=1)
    turned = ratio + skewness * ratio**2 / 3 + skewness**2 * ratio**3 / 27 + skewness / (6 * replications)
    assert turned * size == pytest.approx(stats.t.ppf([0.975, 0.025], replications - 1))


def two_rules(generator: np.random.Generator, replications: int, mean: float, changed: float) -> tuple[Rows, Rows]:
    """Sales under two rules, ``mean`` a replication; a share ``changed`` differs or, a third of it, is missing."""
    replication = np.repeat(np.arange(replications), generator.poisson(mean, replications))
    luck = generator.normal(0, 0.1, replications)[replication]
    value = np.exp(luck + generator.normal(0, 0.4, replication.size))
    is_changed = generator.random(replication.size) < changed
    other = np.where(is_changed, value * np.exp(generator.normal(0.05, 0.4, replication.size)), value)
    stays = ~is_changed | (generator.random(replication.size) > 1 / 3)
    return Rows(value, replication), Rows(other[stays], replication[stays])


def difference_of_medians(one: Rows, other: Rows, replications: int) -> tuple[Estimate, Estimate]:
    """By the parts of replications alone, and with the least reach of a difference of medians."""
    parts = other.linearised(replications) - one.linearised(replications)
    alone = Estimate(*(float(each[0]) for each in mean_over_replications(parts[:, None], skewed=False)))
    reach = least_reach(one.grain(), other.grain())
    low, high = min(alone.low, alone.value - reach), max(alone.high, alone.value + reach)
    return alone, alone._replace(low=low, high=high)


@pytest.mark.slow
@pytest.mark.parametrize("replications", [4, 10, 30])
@pytest.mark.parametrize(("mean", "changed"), [(30, 0.03), (30, 0.1), (200, 0.01)])
def test_differences_of_medians_are_covered_too_where_few_rows_are_changed(mean, changed, replications) -> None:
    """Between scenarios that are nearly the same the median moves from row to row, which no spread of parts shows."""
    one, other = two_rules(np.random.default_rng(14), 30_000, mean, changed)
    truth = float(np.median(other.value) - np.median(one.value))
    generator, found = np.random.default_rng(15), []
    while len(found) < EXPERIMENTS:
        one, other = two_rules(generator, replications, mean, changed)
        if one.grain().rows != other.grain().rows:
            found.append(difference_of_medians(one, other, replications))
    alone, whole = ([covers(each, truth) for each in intervals] for intervals in zip(*found, strict=True))
    assert np.mean(whole) >= 0.92
    if (mean, changed, replications) == (30, 0.03, 4):
        assert np.mean(alone) < 0.85, "the parts alone"


def test_where_many_rows_change_the_interval_of_a_difference_is_that_of_the_parts() -> None:
    generator = np.random.default_rng(16)
    for _ in range(50):
        one, other = two_rules(generator, 30, 200.0, 0.3)
        alone, whole = difference_of_medians(one, other, 30)
        assert alone == whole


@given(st.lists(st.floats(0, 10), min_size=1, max_size=9))
def test_a_difference_reaches_as_far_as_a_row_more_or_less_moves_the_medians_and_not_at_all_of_equal_rows(some) -> None:
    rows = Rows(np.array(some), np.arange(len(some)))
    again = Rows(np.array(some), np.arange(len(some)))
    grain = rows.grain()
    assert least_reach(grain, again.grain()) == 0.0
    assert least_reach(grain, Grain(0.0, grain.rows + 1)) == pytest.approx(1.96 * grain.step, rel=1e-3)
    without = [float(np.median(np.delete(some, place))) for place in range(len(some))] if len(some) > 1 else []
    middle = float(np.median(some))
    assert all(abs(each - middle) <= 2 * grain.step + 1e-12 for each in without)
    assert Rows(np.empty(0), np.empty(0, int)).grain().step == 0.0


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
