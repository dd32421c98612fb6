"""Differences with verdicts: what is said when something can be seen, when not, and when one side has nothing."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.comparison import Grid, lacking
from sfund_sim.outcomes.contrasts import contrasts, holm
from sfund_sim.outcomes.verdicts import Finding, Verdict, judged, sentence, signed_text, size_text
from sfund_sim.report.comparison_rows import Difference
from sfund_sim.report.comparison_rows import looked_at as differences_looked_at

NAN = float("nan")


def frames(outcome: str = "share_sold", **numbers: list[float] | None) -> tuple[pd.DataFrame, dict[str, Grid]]:
    """Levels and values of an outcome in scenarios by name; None for a scenario without the outcome."""
    values, levels = [], []
    for name, drawn in numbers.items():
        if drawn is None:
            continue
        key = {"scenario_id": name, "outcome": outcome, "group_by": "all", "group": "all"}
        values.append(pd.DataFrame({**key, "rep": range(1, len(drawn) + 1), "value": drawn, "n": 1}))
        levels.append(pd.DataFrame([{**key, "estimate": pd.Series(drawn).mean()}]))
    table = pd.concat(values, ignore_index=True)
    return pd.concat(levels, ignore_index=True), {
        name: Grid.of(table[table["scenario_id"] == name]) for name in numbers
    }


def test_p_values_are_those_of_the_paired_t_test_where_differences_are_not_skewed() -> None:
    generator = np.random.default_rng(3)
    one, away = generator.random(24), generator.normal(0.0, 0.1, 12)
    two = one + 0.05 + np.concatenate((away, -away))
    row = contrasts(*frames(a=list(one), b=list(two)), ["a", "b"]).iloc[0]
    assert row["p_value"] == pytest.approx(stats.ttest_rel(two, one).pvalue)
    assert row["relative_difference"] == pytest.approx((two - one).mean() / one.mean())


def test_what_never_happens_in_either_scenario_is_no_test_and_makes_the_others_no_less_sure() -> None:
    generator = np.random.default_rng(3)
    one = generator.random(25)
    some = frames(a=list(one), b=list(one + generator.normal(0.05, 0.1, 25)))
    none = frames("share_pledged", a=[0.0] * 25, b=[0.0] * 25)
    grids = {
        name: Grid(
            *(some[1][name].keys + none[1][name].keys, some[1][name].replications),
            np.hstack([some[1][name].values, none[1][name].values]),
        )
        for name in "ab"
    }
    both = contrasts(pd.concat([some[0], none[0]], ignore_index=True), grids, ["a", "b"]).set_index("outcome")
    alone = contrasts(*some, ["a", "b"]).iloc[0]
    assert np.isnan(both.loc["share_pledged", "p_value"])
    assert both.loc["share_pledged", "verdict"] == "same"
    assert both.loc["share_sold", "p_value"] == alone["p_value"]
    assert both["p_value"].notna().sum() == 1
    first = contrasts(*frames("share_pledged", a=[0.0] * 25, b=[0.0] * 24 + [0.1]), ["a", "b"]).iloc[0]
    assert first["p_value"] > 0.05


@pytest.mark.parametrize(("pairs", "verdict"), [(2, "perhaps_higher"), (5, "perhaps_higher"), (6, "clearly_higher")])
def test_equal_differences_say_no_more_than_their_signs(pairs: int, verdict: str) -> None:
    """Two pairs that differ by the same amount have an interval without width, and still are but two pairs."""
    first = [0.1 * number for number in range(pairs)]
    row = contrasts(*frames(a=first, b=[level + 0.1 for level in first]), ["a", "b"]).iloc[0]
    assert row["p_value"] == pytest.approx(stats.binomtest(pairs, pairs).pvalue)
    assert row["verdict"] == verdict


@pytest.mark.parametrize(
    ("a", "b", "verdict", "words"),
    [
        ([0.1, 0.2, 0.3], [0.61, 0.7, 0.8], "clearly_higher", "clearly higher, by 49 percentage points to "),
        ([0.1, 0.2, 0.3], [0.1, 0.2, 0.3], "same", "the same in every replication"),
        ([0.1, 0.2, 0.3], [0.15, 0.2, 0.25], "not_seen", "an effect larger than 12 percentage points is ruled out"),
        ([0.1, 0.2, 0.3], None, "not_in_scenario", "the scenario has no such outcome"),
        (None, [0.1, 0.2, 0.3], "not_in_baseline", "the baseline has no such outcome"),
        ([NAN, NAN, NAN], [NAN, NAN, NAN], "in_neither", "neither scenario has such an outcome"),
        ([0.1, NAN, NAN], [0.2, NAN, NAN], "too_few_pairs", "fewer than two replications"),
        ([0.1, 0.2, NAN], [0.1, 0.2, NAN], "same", "every replication (said of the 2 of 3 replications that have it)"),
        ([0.1, 0.2, NAN], [NAN, 0.2, 0.3], "selected_pairs", "of 3 replications 1 has it in the baseline only, 1 in"),
        ([0.1, 0.2, NAN], [0.5, 0.6, 0.7], "selected_pairs", "of 3 replications 1 has it in the scenario only, and"),
        ([0.1, NAN, NAN], [NAN, 0.6, NAN], "selected_pairs", "only, 1 in the scenario only, 1 in neither, and"),
        ([0.0, 1.0], [1.0, 0.0], "nothing_ruled_out", "no size of it is ruled out"),
    ],
)
def test_each_state_of_knowledge_has_its_verdict(a, b, verdict, words) -> None:
    row = contrasts(*frames(a=a, b=b), ["a", "b"]).iloc[0]
    assert row["verdict"] == verdict
    assert words in row["verdict_en"]
    assert (row["scenario_id"], row["baseline_id"]) == ("b", "a")
    if b is None or a is None:
        assert np.isnan(row["difference"])
        assert row[["level_first", "level_second"]].notna().sum() == 1


def test_what_some_replications_lack_on_one_side_has_its_own_level_and_no_difference() -> None:
    """Left out, the replications in which nothing happened would make the others look like all."""
    row = contrasts(*frames(a=[0.1, 0.2, 0.3, 0.4], b=[0.5, 0.6, NAN, NAN]), ["a", "b"]).iloc[0]
    assert row["level_first"] == pytest.approx(0.25), "the baseline's own level, of all its replications"
    assert row[["difference", "low", "high", "variance_removed", "p_value"]].isna().all()
    assert (row["beyond_chance"], row["replications"]) == (0, 2)


@pytest.mark.parametrize("outcome", ["median_exit_days", "restricted_mean_exit_days", "share_out_in_one_year"])
def test_times_that_neither_scenario_reaches_in_some_replications_make_the_others_a_selection(outcome) -> None:
    """Slow markets lack a median in both; the quick ones alone must not rule anything out for all."""
    row = contrasts(*frames(outcome, a=[0.5, 0.4, NAN], b=[0.4, 0.5, NAN]), ["a", "b"]).iloc[0]
    assert row["verdict"] == "selected_pairs"
    assert "of 3 replications 1 has it in neither, and" in row["verdict_en"]
    assert "3次重复中，两者皆无该指标的1次，两者皆有" in row["verdict_zh"]
    assert row[["difference", "low", "high", "p_value"]].isna().all()


def test_a_replication_in_which_nobody_wanted_out_is_no_slow_one() -> None:
    levels, values = frames("median_exit_days", a=[300.0, 400.0, NAN], b=[350.0, 380.0, NAN])
    _, counts = frames("exits_count", a=[5, 6, 0], b=[5, 6, 0])
    grids = {name: _side_by_side(values[name], counts[name]) for name in values}
    row = contrasts(levels, grids, ["a", "b"]).iloc[0]
    assert (row["verdict"], row["difference"]) == ("not_seen", pytest.approx(15.0))
    assert "said of the 2 of 3 replications that have it" in row["verdict_en"]


def _side_by_side(one: Grid, two: Grid) -> Grid:
    return Grid([*one.keys, *two.keys], one.replications, np.hstack([one.values, two.values]))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=6))
def test_no_interval_of_a_share_reaches_beyond_what_can_be(pairs) -> None:
    one, two = zip(*pairs, strict=True)
    row = contrasts(*frames(a=list(one), b=list(two)), ["a", "b"]).iloc[0]
    assert -1 <= row["low"] <= row["high"] <= 1
    for size in re.findall(r"larger than ([\d.]+) percentage points", row["verdict_en"]):
        assert float(size) <= 100


def test_many_scenarios_are_all_taken_from_the_first() -> None:
    table = contrasts(*frames(a=[0.1, 0.2], b=[0.2, 0.3], c=[0.1, 0.2]), ["a", "b", "c"])
    assert list(zip(table["baseline_id"], table["scenario_id"], strict=True)) == [("a", "b"), ("a", "c")]


def test_holm_rejects_step_by_step_and_stops_at_the_first_that_holds() -> None:
    # Worked example: sorted p-values meet 0.05/4, 0.05/3, 0.05/2, 0.05/1; the third does not, so the fourth is lost.
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])).tolist() == [True, False, False, True]
    assert holm(np.array([NAN, 0.04, NAN])).tolist() == [False, True, False]
    assert holm(np.array([])).tolist() == []


@pytest.mark.parametrize(("others", "looked_at", "kept"), [([0.0], 1, 2), ([0.0, 1e-6], 2, 0)])
def test_groups_of_the_same_sellers_are_looked_at_once(others: list[float], looked_at: int, kept: int) -> None:
    """A sector with one kind of sellers only says what its kind says; a group that differs at all is one test more."""
    generator = np.random.default_rng(3)
    one = generator.random(25)
    not_skewed = generator.permutation(stats.norm.ppf((np.arange(25) + 0.5) / 25))
    two = one + 0.02 * (2.2 / 5 + stats.zscore(not_skewed, ddof=1))
    assert 0.025 < stats.ttest_rel(two, one).pvalue < 0.05
    groups = [("all", "all"), *(("lp_kind", f"kind {number}") for number in range(len(others)))]
    keys = [("share_sold", *group) for group in groups]
    replications = np.arange(25)
    first = np.column_stack([one] * len(keys))
    second = np.column_stack([two, *(two + other * one for other in others)])
    grids = {name: Grid(keys, replications, values) for name, values in (("a", first), ("b", second))}
    levels = [
        {"scenario_id": name, "outcome": "share_sold", "group_by": by, "group": group, "estimate": level}
        for name, values in (("a", first), ("b", second))
        for (by, group), level in zip(groups, values.mean(axis=0), strict=True)
    ]
    table = contrasts(pd.DataFrame(levels), grids, ["a", "b"])
    assert table["p_value"].notna().all()
    assert differences_looked_at(table, only_named=False) == (looked_at, min(kept, 1))
    assert table["beyond_chance"].sum() == kept
    if not kept:
        assert f"among {looked_at} differences" in table["verdict_en"][0]


def test_a_difference_that_does_not_outlast_the_correction_says_how_many_were_looked_at() -> None:
    finding = Finding("days", 100.0, 90.0, -10.0, -15.0, -5.0, is_beyond_chance=False)
    assert judged(finding) is Verdict.MAYBE_LOWER
    assert sentence(finding, 1234, "en").startswith("lower, by 5.0 days to 15 days; but among 1,234 differences")
    assert "1,234项" in sentence(finding, 1234, "zh")


@pytest.mark.parametrize("is_beyond_chance", [True, False])
@pytest.mark.parametrize("ends", [(1.0, 2.0), (-2.0, -1.0), (-1.0, 1.0), (0.0, 0.0), (NAN, NAN)])
def test_every_verdict_has_words_in_both_languages(ends, is_beyond_chance) -> None:
    finding = Finding("count", 5.0, 6.0, sum(ends) / 2, *ends, is_beyond_chance=is_beyond_chance)
    english, chinese = sentence(finding, 7, "en"), sentence(finding, 7, "zh")
    assert not re.search("[\u4e00-\u9fff{}]", english)
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert "{" not in chinese


def test_an_interval_stands_in_the_unit_of_its_difference() -> None:
    row = Difference("b", "volume_cny", "all", "all", "CNY", 1e9, 1.01e9, 1.5e7, 1.0e7, 2.0e7, 0.5, 9, 0,
                     "perhaps_higher", "", "")  # fmt: skip
    assert (row.size("en"), row.interval("en")) == ("+15 m yuan", "[10, 20]")
    assert (row.size("zh"), row.interval("zh")) == ("+1,500万元", "[1,000, 2,000]")


@pytest.mark.parametrize(
    ("size", "unit", "english", "chinese"),
    [
        (0.0123, "share", "1.2 percentage points", "1.2个百分点"),
        (4.25, "days", "4.2 days", "4.2天"),
        (2.5e9, "CNY", "2.5 bn yuan", "25亿元"),
        (3.1e6, "CNY", "3.1 m yuan", "310万元"),
        (0.0004, "multiple", "0.00040 times", "0.00040倍"),
        (12345.6, "count", "12,346", "12,346"),
        (0.71, "1/year", "0.71 a year", "0.71次/年"),
        (0.036, "share/year", "3.6 percentage points a year", "3.6个百分点/年"),
        (0.0, "days", "0 days", "0天"),
        (4e-12, "ratio", "0 percentage points", "0个百分点"),
    ],
)
def test_sizes_carry_their_units(size, unit, english, chinese) -> None:
    assert size_text(size, unit, "en") == english
    assert size_text(size, unit, "zh") == chinese
    has_sign = not english.startswith("0 ")
    assert signed_text(-size, unit, "en") == (f"-{english}" if has_sign else english)
    assert signed_text(-size, unit, "zh") == (f"-{chinese}" if has_sign else chinese)


@pytest.mark.parametrize(("language", "said"), [("en", "clearly lower, by about 20"), ("zh", "明显更低，低约20个")])
def test_an_interval_whose_ends_read_alike_is_told_as_about_that_size(language: Language, said: str) -> None:
    finding = Finding("share", 0.5, 0.3, -0.2, -0.2004, -0.1996, True, 30, 30, 0, 0, 0, 1.0)
    assert sentence(finding, 800, language).startswith(said)


def test_no_replication_is_missing_from_a_median_of_all_sales() -> None:
    """One without a sale in one scenario only is no reason to say nothing: the others have a median."""
    for outcome, is_missing in (("median_price_to_nav", False), ("mean_price_to_nav", True)):
        _, values = frames(outcome, a=[0.7, NAN, 0.9], b=[NAN, 0.8, 0.9])
        found = lacking(values["a"], values["b"]).values()
        assert any(one.is_choice for one in found) == is_missing
