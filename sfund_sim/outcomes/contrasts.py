"""What one scenario does against another: paired difference, interval, variance that pairing removed, verdict.

Many outcomes are looked at at once, so each difference also says whether it outlasts Holm's correction for all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sfund_sim.outcomes.comparison import KEY, Grid, Lacking, lacking, paired_grids
from sfund_sim.outcomes.dictionary import entry, outcomes
from sfund_sim.outcomes.intervals import ROUNDING, Floats, student_quantile
from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.outcomes.verdicts import Finding, judged, sentence

COLUMNS = ["scenario_id", "baseline_id", *KEY, "unit", "level_first", "level_second", "difference", "low", "high",
           "relative_difference", "variance_removed", "p_value", "named_beforehand", "beyond_chance",
           "replications", "verdict", "verdict_en", "verdict_zh"]  # fmt: skip

_NUMBERS = ["scenario_id", "outcome", "level_first", "level_second", "difference", "low", "high", "replications"]
"""Columns in which rows that tell of the same exits are the same."""


def contrasts(
    levels: pd.DataFrame,
    values: Mapping[str, Grid],
    scenarios: Sequence[str],
    named: Collection[tuple[str, str, str]] = (),
) -> pd.DataFrame:
    """Every scenario less the first one, in every outcome and group that either has; 95 % intervals.

    ``levels`` is the table of levels with their ``scenario_id``, ``values`` has the paired values of each scenario.
    Levels are those of ``levels``. Where only one of the two has an outcome, in all replications or in some, or where a
    time is not reached in either, the difference is missing: those that have it in both are a selection.
    No interval reaches beyond the largest difference that there can be. One family of tests: the differences in the
    outcomes and groups ``named`` beforehand, or the whole table where none is; see ``family_of``.
    """
    baseline, *others = scenarios
    parts = [_contrast(levels, values, baseline, other) for other in others]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*COLUMNS])
    p_value = _p_values(table)
    table["p_value"] = p_value
    keys = zip(*(table[name] for name in KEY), strict=True)
    table["named_beforehand"] = np.array([key in named for key in keys], np.int64)
    of_family = family_of(table, only_named=bool(named))
    largest = p_value[of_family][holm(p_value[of_family])].max(initial=-1.0)
    survives = (p_value <= largest) & _may_be_tests(table, only_named=bool(named))
    table["beyond_chance"] = survives.astype(np.int64)
    most = np.array([_largest(outcome) for outcome in table["outcome"]], np.float64)
    for end in ("low", "high"):
        table[end] = np.clip(table[end].to_numpy(np.float64), -most, most)
    table["most"] = most
    findings = list(_findings(table, survives, values[baseline].replications.size, only_named=bool(named)))
    looked_at = int(of_family.sum())
    table["verdict"] = [str(judged(finding)) for finding in findings]
    table["verdict_en"] = [sentence(finding, looked_at, "en") for finding in findings]
    table["verdict_zh"] = [sentence(finding, looked_at, "zh") for finding in findings]
    return table[COLUMNS]


def family_of(table: pd.DataFrame, *, only_named: bool) -> NDArray[np.bool_]:
    """Which rows of such a table are the tests for whose number Holm's correction is made [rows].

    ``only_named``: outcomes were named beforehand, be it that none of them has a row.

    Groups of the same sellers, such as a sector and the only kind that it has, are looked at once: of rows of one
    outcome whose numbers are all the same the first counts.
    """
    tested = np.flatnonzero(_may_be_tests(table, only_named=only_named) & table["p_value"].notna())
    once = tested[~table.iloc[tested].duplicated(_NUMBERS)]
    return np.isin(np.arange(len(table)), once)


def _may_be_tests(table: pd.DataFrame, *, only_named: bool) -> NDArray[np.bool_]:
    """Rows named beforehand; all where nothing was named."""
    return np.asarray(table["named_beforehand"] == 1, np.bool_) | (not only_named)


def holm(p_values: Floats) -> NDArray[np.bool_]:
    """Which tests are rejected at a family-wise level of 5 %; NaN (no test) is not one of the family.

    Source: Holm (1979, "A simple sequentially rejective multiple test procedure").
    """
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    passed = p_values[order] <= 0.05 / np.arange(order.size, 0, -1)
    rejected = np.zeros(p_values.size, bool)
    rejected[order[np.logical_and.accumulate(passed)]] = True
    return rejected


def _contrast(levels: pd.DataFrame, values: Mapping[str, Grid], baseline: str, other: str) -> pd.DataFrame:
    sides = [levels[levels["scenario_id"] == name][[*KEY, "estimate"]] for name in (baseline, other)]
    both = sides[0].merge(sides[1], on=KEY, how="outer", suffixes=("_first", "_second"), sort=False)
    pairs = paired_grids(values[baseline], values[other])
    paired = ["difference", "low", "high", "p_value", "variance_removed"]
    table = both.merge(pairs[[*KEY, *paired, "replications"]], on=KEY, how="left", sort=False)
    table = table.rename(columns={f"estimate_{side}": f"level_{side}" for side in ("first", "second")})
    missing = lacking(values[baseline], values[other])
    keys = zip(table["outcome"], table["group_by"], table["group"], strict=True)
    found = [missing.get(key, Lacking(0, 0, 0)) for key in keys]
    table[[*Lacking._fields]] = np.array(found, np.int64).reshape(-1, len(Lacking._fields))
    table.loc[[one.is_choice for one in found], paired] = np.nan
    medians = [MEASURES[name].rows is not None for name in table["outcome"]]
    table["difference"] = table["difference"].where(
        ~np.array(medians, bool), table["level_second"] - table["level_first"]
    )
    table["is_median"] = medians
    table["unit"] = [entry(name).unit for name in table["outcome"]]
    table["replications"] = table["replications"].fillna(0).astype(np.int64)
    level = table["level_first"].abs()
    table["relative_difference"] = table["difference"] / level.where(level > 0)
    table["scenario_id"], table["baseline_id"] = other, baseline
    return _in_order(table, levels)


def _in_order(table: pd.DataFrame, levels: pd.DataFrame) -> pd.DataFrame:
    """Outcomes in the order of reports, groupings and groups in the order in which the levels have them."""
    outcome = {one.name: place for place, one in enumerate(outcomes())}
    groups = levels[["group_by", "group"]].drop_duplicates().itertuples(index=False, name=None)
    group = {key: place for place, key in enumerate(groups)}
    keys = zip(table["outcome"], table["group_by"], table["group"], strict=True)
    places = [(outcome[name], group[by, one]) for name, by, one in keys]
    return table.iloc[sorted(range(len(places)), key=places.__getitem__)].reset_index(drop=True)


def _p_values(table: pd.DataFrame) -> Floats:
    """Two-sided p-values of paired t-tests, by the intervals; NaN where there is none.

    NaN, too, where an outcome is 0 in every replication of both, as loans are where nobody lends: no test could tell
    the two apart, and none makes the others less sure (Tarone 1990, "A modified Bonferroni method for discrete data").
    Differences of medians reach further than their parts, so theirs are those of their intervals.
    """
    from scipy.special import stdtr

    difference, low, high = (table[name].to_numpy(np.float64) for name in ("difference", "low", "high"))
    degrees = np.maximum(table["replications"].to_numpy(np.int64) - 1, 1)
    error = (high - low) / 2.0 / student_quantile(degrees)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_interval = np.where(error > 0, 2.0 * stdtr(degrees, -np.abs(difference) / error), np.nan)
    is_interval = table["is_median"].to_numpy(bool) & (error > ROUNDING * np.abs(difference))
    p_value = np.where(is_interval, of_interval, table["p_value"].to_numpy(np.float64))
    levels = (table[f"level_{side}"].to_numpy(np.float64) == 0 for side in ("first", "second"))
    nothing = np.logical_and.reduce([*levels, low == 0, high == 0])
    return np.asarray(np.where(np.isnan(low) | nothing, np.nan, p_value), np.float64)


def _findings(
    table: pd.DataFrame, survives: NDArray[np.bool_], replications: int, *, only_named: bool
) -> Iterator[Finding]:
    names = ("level_first", "level_second", "difference", "low", "high")
    numbers = (table[name].to_numpy(np.float64).tolist() for name in names)
    more = (table[name].tolist() for name in ("replications", *Lacking._fields, "most"))
    named = table["named_beforehand"].to_numpy(bool).tolist() if only_named else [None] * len(table)
    for row in zip(table["unit"], *numbers, survives.tolist(), *more, named, strict=True):
        *known, only_first, only_second, unreached, most, was_named = row
        yield Finding(*known, replications, only_first, only_second, unreached, most, was_named)  # type: ignore[call-arg]


def _largest(outcome: str) -> float:
    """Largest difference between two values of an outcome: 1 for a share."""
    least, greatest = MEASURES[outcome].bounds
    return greatest - least
