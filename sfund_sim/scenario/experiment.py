"""The experiment: which levers are pulled, what nobody knows for sure, by which design, and what is measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from sfund_sim.ground.errors import ON_THE_KEY, RuleError, RuleErrors
from sfund_sim.scenario.base import Described, check_names, is_of_the_market, overlap, overlaps

DesignName = Literal["grid", "latin_hypercube", "sobol", "morris"]
GroupingName = Literal[
    "all", "lp_kind", "is_state", "regime", "route", "trigger", "period", "is_state_period", "buyer_kind",
    "home_venue_id", "ending", "venue_id", "strategy",
]  # fmt: skip
USUAL_OUTCOMES = (
    "share_sold", "restricted_mean_exit_days", "median_price_to_nav", "sales_count", "venue_deals_per_year",
    "hit_rate", "mean_bidders", "realised_less_held_to_nav",
)  # fmt: skip
"""When do they get out, at what price, how often, against how many bidders, and was it better than holding on?"""
MOST_POINTS = 100_000


class Uncertainty(Described):
    """What is not known about one parameter: a range with a distribution, or a list of values, all equally likely."""

    low: float | None = None
    """Lower end of the range."""
    high: float | None = None
    """Upper end of the range."""
    values: list[Any] | None = Field(default=None, min_length=2)
    """Values, all equally likely, instead of a range."""
    distribution: Literal["uniform", "loguniform"] = "uniform"
    """Distribution within the range; of a whole number every one within the range is possible."""
    also: list[str] = Field(default_factory=list)
    """Further paths that take the same value."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Uncertainty:
        if (self.values is None) == (self.low is None or self.high is None):
            raise RuleError("give either low and high, or values", "请给出 low 与 high，或给出 values，二者择一")
        if self.low is not None and self.high is not None:
            if self.low >= self.high:
                raise RuleError(
                    f"low {self.low:g} is not below high {self.high:g}", f"low {self.low:g} 不小于 high {self.high:g}"
                )
            if self.distribution == "loguniform" and self.low <= 0:
                raise RuleError("a loguniform range must lie above 0", "loguniform 的区间须大于 0")
        return self


class Experiment(Described):
    """A designed experiment upon the scenario in which it stands."""

    levers: dict[str, list[Any]] = Field(default_factory=dict)
    """What policy can choose: values by path, for example ``venues.beijing.disclosure.days: [5, 10, 20]``."""
    packages: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)
    """Levers that set several values at once: by name of the lever and of the level, values by path."""
    uncertainties: dict[str, Uncertainty] = Field(default_factory=dict)
    """What nobody knows for sure, by path."""
    design: DesignName = "grid"
    """grid: all combinations; latin_hypercube: a sample of the uncertainties at each combination of levers; sobol and
    morris: levers and uncertainties varied together, for indices of sensitivity."""
    points: int = Field(default=64, ge=2, le=MOST_POINTS)
    """Size of the sample: draws of the uncertainties (latin_hypercube), base draws, a power of two (sobol)."""
    trajectories: int = Field(default=10, ge=2, le=MOST_POINTS)
    """Paths through the parameters, each of one point more than there are parameters (morris)."""
    replications: int | None = Field(default=None, ge=1, le=1_000_000)
    """Replications at each point; the scenario's own number when empty."""
    outcomes: list[str] = Field(default=list(USUAL_OUTCOMES), min_length=1)
    """What is measured, by the names of the dictionary."""
    group_by: list[GroupingName] = Field(default=["all"], min_length=1)
    """For which groups it is measured."""
    pairing: bool = True
    """Has each replication the same chance at every point, so that differences between points are paired?"""

    @field_validator("levers")
    @classmethod
    def _levers_move(cls, levers: dict[str, list[Any]]) -> dict[str, list[Any]]:
        still = [
            RuleError(f"a lever needs at least one value: {path}", f"杠杆至少要有一个取值：{path}", (path,))
            for path, values in levers.items()
            if not values
        ]
        if still:
            raise RuleErrors(still)
        return levers

    @field_validator("packages")
    @classmethod
    def _named(cls, packages: dict[str, dict[str, dict[str, Any]]]) -> dict[str, dict[str, dict[str, Any]]]:
        check_names(packages)
        for package, levels in packages.items():
            check_names(levels, package)
        return packages

    @model_validator(mode="after")
    def _fits_together(self) -> Experiment:
        if faults := list(self.faults()):
            raise RuleErrors(faults)
        return self

    def faults(self) -> Iterator[RuleError]:
        """All that does not fit together, each with its place."""
        if not (self.levers or self.packages or self.uncertainties):
            yield RuleError(
                "the experiment varies nothing: name levers, packages or uncertainties",
                "实验没有任何变动：请列出 levers、packages 或 uncertainties",
            )
        for path, place in self._varied():
            if not is_of_the_market(path):
                yield RuleError(
                    f"{path} says how a scenario is run or called, not what the market is like: it cannot be varied",
                    f"{path} 只说明如何运行或命名，不影响市场，不能作为变动项",
                    place,
                )
        yield from self._faults_of_design()
        yield from self._faults_of_order()

    def _faults_of_order(self) -> Iterator[RuleError]:
        """Values that two paths set, so that their order would decide."""
        for name, levels in self.packages.items():
            for level, values in levels.items():
                paths = list(values)
                for number, earlier in overlaps(paths):
                    at = ("packages", name, level, paths[number], ON_THE_KEY)
                    yield RuleError(*overlap(paths[number], earlier), at)
        # Levels of one package may all set the same value: by name of the package it counts once.
        varied = list(dict.fromkeys((p, place[:2] if place[0] == "packages" else place) for p, place in self._varied()))
        for number, earlier in overlaps((path for path, _ in varied), (place for _, place in varied)):
            path, place = varied[number]
            if path == earlier:
                yield RuleError(f"{path} is varied twice", f"{path} 被重复变动", place)
            else:
                yield RuleError(*overlap(path, earlier), place)

    def _faults_of_design(self) -> Iterator[RuleError]:
        ranges = [path for path, one in self.uncertainties.items() if one.low is not None and one.values is None]
        for path in ranges if self.design == "grid" else ():
            yield RuleError(
                f"a grid takes lists, not ranges: give 'values' for {path}, or take another design",
                f"grid 只接受取值列表：请为 {path} 给出 values，或改用其他设计",
                ("uncertainties", path),
            )
        if self.design == "latin_hypercube" and not self.uncertainties:
            yield RuleError("a Latin hypercube needs uncertainties", "拉丁超立方设计需要 uncertainties", ("design",))
        if self.design == "sobol" and self.points & (self.points - 1):
            yield RuleError(
                f"the points of a Sobol design are a power of two, not {self.points}",
                f"Sobol 设计的 points 须为 2 的幂，而非 {self.points}",
                ("points",),
            )

    def _varied(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """Every path that is varied, and where the experiment says so."""
        yield from ((path, ("levers", path)) for path in self.levers)
        for path, one in self.uncertainties.items():
            yield path, ("uncertainties", path)
            yield from ((more, ("uncertainties", path, "also", number)) for number, more in enumerate(one.also))
        for name, levels in self.packages.items():
            for level, values in levels.items():
                yield from ((path, ("packages", name, level, path)) for path in values)
