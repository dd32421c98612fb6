"""The tables of a sweep: values of every run, summary of every point, effects of every policy, curves, sensitivity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sfund_sim.experiments.designs import Design
from sfund_sim.experiments.replication import Replication
from sfund_sim.experiments.sensitivity import Indices, morris_measures, rank_coefficients, sobol_indices
from sfund_sim.experiments.sweep_medians import least_reaches, pooled_medians
from sfund_sim.experiments.sweep_values import COLUMNS, Points
from sfund_sim.ground.streams import Streams
from sfund_sim.outcomes.comparison import KEY, Key, keys_of, paired_differences, reaching
from sfund_sim.outcomes.dictionary import entry
from sfund_sim.outcomes.intervals import Estimate, Floats, mean_over_replications, of_levels
from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.outcomes.measures.registry import ANY_NUMBER
from sfund_sim.outcomes.medians import Grain
from sfund_sim.scenario.experiment_points import level_text
from sfund_sim.terms import Purpose

BOOTSTRAP_DRAWS = 1000
SENSITIVITY_COLUMNS = [*KEY, "index", "factor", "estimate", "low", "high", "n"]


def values_table(runs: Mapping[int, Replication], points: Points, *, scenario_id: str, seed: int) -> pd.DataFrame:
    """One row an outcome, group and run, in the order of points and replications."""
    tables = {number: runs[number].tables["values"] for number in sorted(runs)}
    rows = [table["value"].size for table in tables.values()]
    point, rep = (np.repeat(column, rows) for column in zip(*(points.place(number) for number in tables), strict=True))
    names = [f"P{place[0] + 1}-R{place[1]}" for place in map(points.place, tables)]
    columns = {name: np.concatenate([table[name] for table in tables.values()]) for name in COLUMNS}
    return pd.DataFrame(
        {
            "scenario_id": scenario_id,
            "point_id": point + 1,
            "rep": rep,
            "seed": seed,
            "run_id": np.repeat(np.array(names, object), rows),
            **{name: columns[name].astype(object) for name in KEY},
            "value": columns["value"].astype(np.float64),
            "n": columns["n"].astype(np.int64),
        }
    )


class Cube:
    """The same values as one array [points, replications, keys]; a key is an outcome in a group.

    A replication's own median of rows gives way to its part in the point's median, so that their mean is that median
    and their spread its error; the rest of a sweep need not know of it.
    """

    def __init__(self, values: pd.DataFrame, points: int, replications: int) -> None:
        code, keys = pd.factorize(pd.MultiIndex.from_frame(values[KEY]))
        self.keys: list[Key] = list(keys)
        self._place = values["point_id"].to_numpy() - 1, values["rep"].to_numpy() - 1, code
        shape = (points, replications, len(self.keys))
        self.values, self.n = np.full(shape, np.nan), np.zeros(shape, np.int64)
        self.values[self._place], self.n[self._place] = values["value"], values["n"]
        self.is_known = ~np.isnan(self.values)
        """Where a replication has a value of its own."""
        self.medians: dict[tuple[int, int], Estimate] = {}
        """Medians of rows, by point and key."""
        self.grains: dict[tuple[int, Key], Grain] = {}
        """How finely they are known."""

    def pool(self, runs: Mapping[int, Replication], points: Points) -> Cube:
        """Take the medians of each point from the rows of its replications."""
        place = {key: number for number, key in enumerate(self.keys)}
        for one in pooled_medians(runs, points):
            self.medians[one.point, place[one.key]], self.grains[one.point, one.key] = one.median, one.grain
            self.values[one.point, np.array(one.replications) - 1, place[one.key]] = one.parts
        return self

    def put_into(self, values: pd.DataFrame) -> pd.DataFrame:
        """The table that the cube was made of, with the cube's values."""
        return values.assign(value=self.values[self._place])

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Keys with a row behind them, or a number other than zero, somewhere."""
        return np.asarray((self.n > 0).any(axis=(0, 1)) | (np.nan_to_num(self.values) != 0).any(axis=(0, 1)))


def summary_table(cube: Cube) -> pd.DataFrame:
    """One row a point and outcome: mean over replications, 95 % interval, rows behind it, replications with a value."""
    rows = []
    for point in range(cube.values.shape[0]):
        chosen = np.arange(cube.values.shape[0]) == point
        rows += [(point + 1, *cube.keys[number], *row) for number, row in _estimates(chosen, cube)]
    return _with_unit(pd.DataFrame(rows, columns=["point_id", *KEY, "estimate", "low", "high", "n", "replications"]))


def curves_table(cube: Cube, design: Design) -> pd.DataFrame:
    """One row a factor's level and outcome, averaged over everything else that the design crosses with it.

    A level that is a single point has that point's row of the summary; else the unit of the interval is the
    replication. Factors with a range have no levels and no curve.
    """
    rows = []
    for number, factor in enumerate(design.factors):
        for place, position in enumerate(factor.positions):
            chosen = np.asarray(np.isclose(design.positions[:, number], position))
            for key, row in _estimates(chosen, cube):
                rows.append((factor.name, level_text(factor.levels[place].value), *cube.keys[key], *row))
    columns = ["factor", "level_value", *KEY, "estimate", "low", "high", "n", "replications"]
    return _with_unit(pd.DataFrame(rows, columns=columns))


def pairs_table(cube: Cube, design: Design) -> pd.DataFrame:
    """One row a pair of levels of two levers and outcome, averaged over everything else."""
    rows = []
    levers = [number for number, factor in enumerate(design.factors) if factor.is_lever and len(factor.levels) > 1]
    for one, two in ((a, b) for a in levers for b in levers if a < b):
        across, down = design.factors[one], design.factors[two]
        for i, left in enumerate(across.positions):
            for j, right in enumerate(down.positions):
                chosen = np.asarray(np.isclose(design.positions[:, [one, two]], [left, right]).all(axis=1))
                names = (across.name, level_text(across.levels[i].value), down.name, level_text(down.levels[j].value))
                for key, row in _estimates(chosen, cube):
                    rows.append((*names, *cube.keys[key], *row))
    columns = ["factor", "level_value", "second_factor", "second_level_value", *KEY]
    return _with_unit(pd.DataFrame(rows, columns=[*columns, "estimate", "low", "high", "n", "replications"]))


def effects_table(values: pd.DataFrame, design: Design, grains: Mapping[tuple[int, Key], Grain]) -> pd.DataFrame:
    """Each combination of levers less the first, paired by replication (and by future, over which it is averaged).

    ``grains`` of medians of rows, by point and key, say how far their intervals reach at the least.
    """
    tagged = values.assign(
        policy_id=design.policies[values["point_id"] - 1], future=design.futures[values["point_id"] - 1]
    )
    tagged = tagged[tagged["value"].notna()]
    by_policy: dict[Any, pd.DataFrame] = dict(iter(tagged.groupby("policy_id")))
    first = by_policy.get(1, tagged.iloc[:0])
    parts = []
    for policy, part in sorted(by_policy.items()):
        if policy != 1:
            both = [_where_both(first, part), _where_both(part, first)]
            effects = paired_differences(*both)
            least = least_reaches(grains, _pairs(design, policy), keys_of(effects))
            parts.append(reaching(effects, least).assign(policy_id=policy))
    if not parts:
        parts = [paired_differences(first.iloc[:0], first.iloc[:0]).assign(policy_id=0)]
    table = pd.concat(parts, ignore_index=True)
    # A sweep shows effects and tests none.
    return table[["policy_id", *(name for name in table.columns if name not in ("policy_id", "p_value"))]]


def _pairs(design: Design, policy: int) -> list[tuple[int, int]]:
    """Points of the first combination of levers and of this one, in the same future."""
    first, other = (
        dict(zip(design.futures[places], places.tolist(), strict=True))
        for places in (np.flatnonzero(design.policies == number) for number in (1, policy))
    )
    return [(first[future], other[future]) for future in first if future in other]


def _where_both(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Means over the futures in which both have a value, by replication."""
    place = [*KEY, "rep", "future"]
    both = one.merge(other[place], on=place, sort=False)
    return both.groupby([*KEY, "rep"], sort=False)["value"].mean().reset_index()


def sensitivity_table(cube: Cube, design: Design, seed: int) -> pd.DataFrame:
    """One row an index of a factor and outcome, with its bootstrap interval; empty for a grid."""
    rows = []
    for number, key in enumerate(cube.keys):
        if design.kind == "grid" or not cube.seen[number]:
            continue
        generator = Streams(seed, 0).of(Purpose.BOOTSTRAP, number)
        with np.errstate(invalid="ignore"):
            response = _mean(cube.values[:, :, number], axis=1)
        for point in range(response.size):
            if median := cube.medians.get((point, number)):
                response[point] = median.value
        n, found = _indices(response, design, generator)
        for index in found:
            for place, factor in enumerate(design.factors):
                interval = (index.value[place], index.low[place], index.high[place])
                rows.append((*key, index.name, factor.name, *interval, n))
    return pd.DataFrame(rows, columns=SENSITIVITY_COLUMNS)


def _indices(response: Floats, design: Design, generator: np.random.Generator) -> tuple[int, list[Indices]]:
    """The design's indices and how many points they rest on; whole blocks with a missing value are left out."""
    factors = len(design.factors)
    blocks = {"sobol": factors + 2, "morris": factors + 1}.get(design.kind, 1)
    whole = ~np.isnan(response).reshape(-1, blocks).any(axis=1)
    values = response.reshape(-1, blocks)[whole]
    count = int(whole.sum())
    if count < 2:
        return count * blocks, []
    if design.kind == "sobol":
        return count * blocks, sobol_indices(values, _drawn(generator, count))
    positions = design.positions.reshape(-1, blocks, factors)[whole]
    if design.kind == "morris":
        return count * blocks, morris_measures(positions, values, _drawn(generator, count))
    rows = _drawn_futures(generator, design.futures[whole])
    return count, [rank_coefficients(positions[:, 0], values[:, 0], rows)]


def _drawn(generator: np.random.Generator, count: int) -> NDArray[np.int64]:
    return generator.integers(0, count, (BOOTSTRAP_DRAWS, count))


def _drawn_futures(generator: np.random.Generator, futures: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows of points, drawn future by future, for the same future under several policies is one observation.

    Where points are missing, futures differ in size: then single points are drawn.
    """
    names, counts = np.unique(futures, return_counts=True)
    if np.ptp(counts):
        return _drawn(generator, futures.size)
    members = np.argsort(futures, kind="stable").reshape(names.size, -1)
    return members[_drawn(generator, names.size)].reshape(BOOTSTRAP_DRAWS, -1)


def combinations(design: Design) -> dict[int, str]:
    """What the levers are at in each combination of them, by its number (``policy_id``)."""
    names: dict[int, str] = {}
    for point in range(design.size):
        names.setdefault(int(design.policies[point]), _levels_told(design, point, levers_only=True))
    return names


def points_told(design: Design) -> dict[int, str]:
    """What everything that varies is at in each point, by its number (``point_id``)."""
    return {point + 1: _levels_told(design, point, levers_only=False) for point in range(design.size)}


def _levels_told(design: Design, point: int, *, levers_only: bool) -> str:
    levels = zip(design.factors, design.levels(point), strict=True)
    return ", ".join(
        f"{factor.name} = {level_text(level.value)}" for factor, level in levels if factor.is_lever or not levers_only
    )


def _mean(values: Floats, axis: int) -> Floats:
    """Mean of what is known, NaN where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=axis)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=axis) / np.maximum(count, 1), np.nan)


def _estimates(chosen: NDArray[np.bool_], cube: Cube) -> Iterator[tuple[int, tuple[float, float, float, int, int]]]:
    """Of each key that occurs at all: mean over the chosen points, interval, n, and replications with a value."""
    values, n = _mean(cube.values[chosen], axis=0), cube.n[chosen].sum(axis=(0, 1))
    known = cube.is_known[chosen].any(axis=0).sum(axis=0)
    least, most = np.array([_bounds(key[0]) for key in cube.keys]).reshape(-1, 2).T
    # Parts of a median are spread so that Student's own interval of their mean is the median's.
    skewed = [key[0] not in MEASURES or MEASURES[key[0]].rows is None for key in cube.keys]
    mean = of_levels(mean_over_replications(values, skewed=skewed), np.sum(~np.isnan(values), axis=0), least, most)
    points = np.flatnonzero(chosen).tolist()
    for number in np.flatnonzero(cube.seen).tolist():
        found = Estimate(*(float(column[number]) for column in mean))
        medians = {point: median for point in points if (median := cube.medians.get((point, number)))}
        value, _, *ends = _of_medians(medians, cube.values[:, :, number], found) if medians else found
        low, high = _within(cube.keys[number][0], *ends)
        yield number, (value, low, high, int(n[number]), int(known[number]))


def _of_medians(medians: Mapping[int, Estimate], parts: Floats, found: Estimate) -> Estimate:
    """What is told of medians by point: of one its own, of several their mean, which was ``found`` from their parts.

    Where one of them has no interval, and so no ``parts`` [points, replications], their mean has none either.
    """
    known = {point: median for point, median in medians.items() if not np.isnan(median.value)}
    if len(known) == 1:
        return next(iter(known.values()))
    if not np.isnan(parts[list(known)]).all(axis=1).any():
        return found
    return Estimate(float(np.mean([median.value for median in known.values()])), np.nan, np.nan, np.nan)


def _within(outcome: str, *ends: float) -> tuple[float, ...]:
    """Ends of an interval that do not reach beyond what is possible."""
    return tuple(float(np.clip(end, *_bounds(outcome))) for end in ends)


def _bounds(outcome: str) -> tuple[float, float]:
    """An outcome's possible range; anything for one that no registry knows."""
    return MEASURES[outcome].bounds if outcome in MEASURES else ANY_NUMBER


def _with_unit(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(unit=[entry(name).unit if name in MEASURES else "" for name in table["outcome"]])
