"""Survival routines against published tables, scipy and invariants."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sfund_sim.outcomes.intervals import jackknife_error
from sfund_sim.outcomes.survival import kaplan_meier

# R survival 'aml' (Miller 1997); validation family D07
MAINTAINED = ([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])
NOT_MAINTAINED = ([5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1])
SAMPLES = st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(9, 0.909090909091), (13, 0.818181818182), (18, 0.715909090909), (23, 0.613636363636), (31, 0.490909090909),
     (34, 0.368181818182), (48, 0.184090909091)],
)  # fmt: skip
def test_kaplan_meier_gives_the_published_aml_survival(day: int, expected: float) -> None:
    assert kaplan_meier(*MAINTAINED).at(day) == pytest.approx(expected, abs=1e-8)


def test_greenwood_gives_the_published_aml_errors() -> None:
    curve = kaplan_meier(*MAINTAINED)
    errors = curve.standard_error[np.isin(curve.times, [9, 13, 18, 23, 31])]
    np.testing.assert_allclose(errors, [0.0867, 0.1163, 0.1397, 0.1526, 0.1642], atol=5e-5)
    assert curve.times[curve.events > 0].tolist() == [9, 13, 18, 23, 31, 34, 48]


def test_restricted_mean_and_median_are_those_that_r_prints_for_aml() -> None:
    # print(survfit(Surv(time, status) ~ x, data = aml), print.rmean = TRUE): 52.6 (19.83), 22.7 (4.18); medians 31, 23
    kept, dropped = kaplan_meier(*MAINTAINED), kaplan_meier(*NOT_MAINTAINED)
    assert kept.restricted_mean(161)[:2] == pytest.approx((52.6, 19.83), abs=0.05)
    assert dropped.restricted_mean(161)[:2] == pytest.approx((22.7, 4.18), abs=0.05)
    assert (kept.median().value, dropped.median().value) == (31, 23)
    assert kept.median().low <= 31 <= kept.median().high or np.isnan(kept.median().high)


@settings(max_examples=40)
@given(SAMPLES)
def test_curve_and_log_log_interval_agree_with_scipy(sample: list[tuple[int, bool]]) -> None:
    durations, ended = np.array([row[0] for row in sample], float), np.array([row[1] for row in sample])
    curve = kaplan_meier(durations, ended)
    if not ended.any():
        assert np.all(curve.survival == 1)
        return
    oracle = stats.ecdf(stats.CensoredData(uncensored=durations[ended], right=durations[~ended])).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # undefined where survival is 0 or 1
        interval = oracle.confidence_interval(method="log-log")
    np.testing.assert_allclose(curve.survival, oracle.probabilities, atol=1e-12)
    inside = (curve.survival > 0) & (curve.survival < 1)
    np.testing.assert_allclose(curve.low[inside], interval.low.probabilities[inside], atol=1e-10)
    np.testing.assert_allclose(curve.high[inside], interval.high.probabilities[inside], atol=1e-10)


@settings(max_examples=40)
@given(SAMPLES, st.integers(1, 60))
def test_restricted_mean_without_censoring_is_the_plain_mean(sample: list[tuple[int, bool]], limit: int) -> None:
    durations = np.array([row[0] for row in sample], float)
    curve = kaplan_meier(durations, np.ones(durations.size))
    assert curve.restricted_mean(limit).value == pytest.approx(np.minimum(durations, limit).mean())


def test_each_replication_as_its_own_cluster_gives_nearly_greenwoods_error() -> None:
    generator = np.random.default_rng(1)
    durations, ended = generator.exponential(100, 180).round(), generator.random(180) < 0.7
    plain, clustered = kaplan_meier(durations, ended), kaplan_meier(durations, ended, clusters=np.arange(180))
    early = plain.survival > 0.3
    np.testing.assert_allclose(clustered.standard_error[early], plain.standard_error[early], rtol=0.06)
    assert clustered.restricted_mean(150).standard_error == pytest.approx(
        plain.restricted_mean(150).standard_error, rel=0.05
    )


def test_copies_of_one_exit_within_a_replication_do_not_make_the_answer_surer() -> None:
    generator = np.random.default_rng(2)
    durations, ended = generator.exponential(100, 40).round(), generator.random(40) < 0.8
    once = kaplan_meier(durations, ended, clusters=np.arange(40))
    tenfold = kaplan_meier(np.tile(durations, 10), np.tile(ended, 10), clusters=np.tile(np.arange(40), 10))
    np.testing.assert_allclose(tenfold.standard_error, once.standard_error, atol=1e-12)
    assert np.nanmax(kaplan_meier(np.tile(durations, 10), np.tile(ended, 10)).standard_error) < 0.04


def test_a_negative_duration_is_refused_and_an_empty_sample_is_a_flat_curve() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        kaplan_meier([-1.0], [True])
    empty = kaplan_meier([], [])
    assert empty.at(10) == 1
    assert np.isnan(empty.median().value)
    assert empty.restricted_mean(7).value == 7


def test_one_who_is_out_at_a_time_was_at_risk_until_then() -> None:
    assert kaplan_meier([5, 9], [1, 1]).numbers_at_risk([0, 5, 6, 9, 10]).tolist() == [2, 2, 1, 1, 0]


def test_the_median_is_the_first_time_at_which_just_half_are_out() -> None:
    assert kaplan_meier([1, 2], [1, 1]).median().value == 1


def test_a_curve_that_has_come_to_nothing_has_no_error_and_no_interval() -> None:
    curve = kaplan_meier([1, 2], [1, 1])
    assert (curve.survival[-1], curve.standard_error[-1]) == (0, 0)
    assert np.isnan([curve.low[-1], curve.high[-1]]).all()


def test_three_replications_leave_two_degrees_of_freedom() -> None:
    curve = kaplan_meier([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 1, 1], clusters=[7, 7, 8, 8, 9, 9])
    assert curve.quantile == pytest.approx(stats.t.ppf(0.975, 2))


def test_the_jackknife_is_that_of_hand_arithmetic() -> None:
    assert jackknife_error(np.array([1.0, 2.0, 3.0])) == pytest.approx(np.sqrt(2 / 3 * (1 + 0 + 1)))


@pytest.mark.parametrize("copies", [1, 50])
@pytest.mark.parametrize(("followed", "median"), [(9, np.nan), (10, 3634.0)])
def test_a_median_that_only_the_first_few_reach_is_not_reached(followed: int, median: float, copies: int) -> None:
    """However many replications there are: who wanted out on the first days says nothing of all the others."""
    durations = [*[100] * 40, *[500] * (60 - followed), *[3634] * followed]
    ended = [*[True] * 40, *[False] * (60 - followed), *[True] * followed]
    clusters = np.repeat(np.arange(copies), 100)
    curve = kaplan_meier(durations * copies, ended * copies, clusters=clusters)
    assert curve.survival[-1] == 0.0
    assert curve.median().value == pytest.approx(median, nan_ok=True)
    assert curve.numbers_at_risk(3634) == followed * copies


def test_the_end_of_an_interval_that_only_the_first_few_reach_is_unknown() -> None:
    durations = [*range(100, 155), *[160] * 37, *range(900, 908)]
    curve = kaplan_meier(durations, [duration != 160 for duration in durations])
    median = curve.median()
    assert (median.value, np.isnan(median.high)) == (149.0, True)
    assert 130 < median.low < 149
