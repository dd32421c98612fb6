"""Designs: which combinations of levers and uncertainties are tried, from the seed alone.

Every design is a table of positions between 0 and 1, one row a point, one column a factor; a factor turns its position
into the values that it sets. Sources: grid (full factorial); Latin hypercube, McKay, Beckman and Conover (1979);
Sobol's sequence in the radial scheme of Saltelli et al. (2010), scrambled after Owen (1998); Morris (1991).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.errors import SfundError
from sfund_sim.ground.streams import Streams
from sfund_sim.outcomes.intervals import Floats
from sfund_sim.scenario.experiment_points import (
    Setting,
    is_whole,
    lever_settings,
    listed_settings,
    package_settings,
    ranged_settings,
)
from sfund_sim.scenario.nodes import plain
from sfund_sim.terms import Purpose

if TYPE_CHECKING:
    from sfund_sim.scenario.experiment import Experiment, Uncertainty
    from sfund_sim.scenario.nodes import Mapping

MORRIS_LEVELS = 4
"""Levels of Morris's grid; with four, the steps of two thirds visit all levels equally often (Morris 1991)."""


class Level(NamedTuple):
    """One value of a factor: what it sets, and the value as tables show it."""

    settings: list[Setting]
    value: Any


@dataclass(frozen=True)
class Factor:
    """A lever, a package or an uncertainty: what a position between 0 and 1 means for the scenario."""

    name: str
    """Path, or name of the package."""
    is_lever: bool
    """Can policy choose it?"""
    root: Mapping
    experiment: Experiment
    levels: tuple[Level, ...] = ()
    """Its values; empty for a range."""

    @property
    def positions(self) -> list[float]:
        """The middles of its levels' shares of the unit interval."""
        return [(number + 0.5) / len(self.levels) for number in range(len(self.levels))]

    def at(self, position: float) -> Level:
        """Its level at a position from 0 to 1."""
        if self.levels:
            return self.levels[min(int(position * len(self.levels)), len(self.levels) - 1)]
        value = self._within(self.experiment.uncertainties[self.name], position)
        return Level(ranged_settings(self.root, self.name, self.experiment, value), value)

    def _within(self, one: Uncertainty, position: float) -> float | int:
        low, high = float(one.low or 0.0), float(one.high or 0.0)
        grows = one.distribution == "loguniform"
        if is_whole(self.root, self.name):
            first, last = math.ceil(low), math.floor(high)
            if grows:
                return min(max(round(float(low * (high / low) ** position)), first), last)
            return min(first + int(position * (last - first + 1)), last)
        return float(low * (high / low) ** position) if grows else low + (high - low) * position


@dataclass(frozen=True)
class Design:
    """The points of an experiment, in the order in which they are numbered (from 1)."""

    kind: str
    factors: tuple[Factor, ...]
    positions: Floats
    """[points, factors], from 0 to 1."""
    policies: NDArray[np.int64]
    """Number of each point's combination of levers, from 1."""
    futures: NDArray[np.int64]
    """Number of each point's combination of uncertainties, from 1."""

    @property
    def size(self) -> int:
        """Number of points."""
        return int(self.positions.shape[0])

    def levels(self, point: int) -> list[Level]:
        """Each factor's level at a point (counted from 0)."""
        return [factor.at(float(place)) for factor, place in zip(self.factors, self.positions[point], strict=True)]


def design_of(experiment: Experiment, root: Mapping, seed: int) -> Design:
    """The design of an experiment; SfundError when it needs SALib and SALib is not there."""
    levers, unknown = _levers(experiment, root), _uncertainties(experiment, root)
    factors = (*levers, *unknown)
    streams = Streams(seed, 0)
    if experiment.design in ("sobol", "morris"):
        positions = _sobol(len(factors), experiment, streams) if experiment.design == "sobol" else _morris(
            len(factors), experiment, streams
        )  # fmt: skip
        alone = np.arange(1, positions.shape[0] + 1)
        return Design(experiment.design, factors, positions, alone, alone)
    sample = _grid(unknown) if experiment.design == "grid" else _hypercube(len(unknown), experiment.points, streams)
    return _crossed(experiment.design, (levers, unknown), (_grid(levers), sample))


def _levers(experiment: Experiment, root: Mapping) -> tuple[Factor, ...]:
    paths = {path: _levels_of(lever_settings(root, path)) for path in experiment.levers}
    packages = {
        name: tuple(Level(one, level) for level, one in package_settings(root, name).items())
        for name in experiment.packages
    }
    return tuple(Factor(name, True, root, experiment, levels) for name, levels in [*paths.items(), *packages.items()])


def _uncertainties(experiment: Experiment, root: Mapping) -> tuple[Factor, ...]:
    listed = {path: _levels_of(listed_settings(root, path, experiment)) for path in experiment.uncertainties}
    return tuple(Factor(path, False, root, experiment, levels) for path, levels in listed.items())


def _levels_of(levels: list[list[Setting]]) -> tuple[Level, ...]:
    return tuple(Level(one, plain(one[0].value)) for one in levels)


def _grid(factors: Sequence[Factor]) -> Floats:
    """All combinations, the last factor fastest; one row without columns when there is no factor."""
    rows = list(itertools.product(*(factor.positions for factor in factors)))
    return np.array(rows, np.float64).reshape(len(rows), len(factors))


def _hypercube(dimensions: int, points: int, streams: Streams) -> Floats:
    from scipy.stats import qmc

    sampler = qmc.LatinHypercube(dimensions, rng=streams.of(Purpose.DESIGN))
    return np.asarray(sampler.random(points), np.float64)


def _crossed(kind: str, factors: tuple[tuple[Factor, ...], ...], parts: tuple[Floats, Floats]) -> Design:
    """Every combination of levers with every draw of the uncertainties: the same futures for every policy."""
    policies, futures = parts
    policy = np.repeat(np.arange(policies.shape[0]), futures.shape[0])
    future = np.tile(np.arange(futures.shape[0]), policies.shape[0])
    positions = np.concatenate((policies[policy], futures[future]), axis=1)
    return Design(kind, (*factors[0], *factors[1]), positions, policy + 1, future + 1)


def _sobol(dimensions: int, experiment: Experiment, streams: Streams) -> Floats:
    sobol = salib("sample.sobol")
    problem = _problem(dimensions)
    generator = streams.of(Purpose.DESIGN)
    return np.asarray(sobol.sample(problem, experiment.points, calc_second_order=False, seed=generator))


def _morris(dimensions: int, experiment: Experiment, streams: Streams) -> Floats:
    morris = salib("sample.morris")
    generator = streams.of(Purpose.DESIGN)
    positions = morris.sample(_problem(dimensions), experiment.trajectories, num_levels=MORRIS_LEVELS, seed=generator)
    return np.asarray(positions)


def _problem(dimensions: int) -> dict[str, Any]:
    """SALib's description of a unit cube."""
    names = [f"x{number}" for number in range(dimensions)]
    return {"num_vars": dimensions, "names": names, "bounds": [[0.0, 1.0]] * dimensions}


def salib(module: str) -> Any:
    """A module of SALib; SfundError with the remedy when it is not installed."""
    from importlib import import_module

    try:
        return import_module(f"SALib.{module}")
    except ModuleNotFoundError as missing:
        command = 'pip install "sfund-sim[sensitivity]"'
        raise SfundError(
            f"the designs sobol and morris need SALib: {command}", f"sobol 和 morris 设计需要 SALib：{command}"
        ) from missing
