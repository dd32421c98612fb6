"""Lessons on a fund's life, on votes to extend it, and on the ways its companies leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.extension import ExtensionRule
from sfund_sim.funds.extension.gp_alone import GpAlone
from sfund_sim.funds.extension.two_thirds import TwoThirds
from sfund_sim.funds.extension.unanimous import Unanimous
from sfund_sim.funds.performance import Flows
from sfund_sim.funds.takahashi import TakahashiSpec, discount_to_nav, project
from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.chance import Chance, Draw, FloatArray, Told
from sfund_sim.lab.estimate import Estimate, Measure, mean
from sfund_sim.lab.timing import CompetingExits
from sfund_sim.lab.votes import MOST_VOTES, Extension, Extensions, chance_of_failure
from sfund_sim.outcomes.multistate import Incidence, cumulative_incidence
from sfund_sim.outcomes.survival import SurvivalCurve, kaplan_meier

_NOBODY_LEFT = 60.0
"""Cumulative hazard at which the chance of not having left is nothing, exp(-60)."""


@dataclass(frozen=True)
class FundTable:
    """A fund's life, year by year."""

    flows: Flows
    required_irrs: tuple[float, ...]
    discounts: FloatArray
    """[required IRRs, years] discount to NAV of a buyer after each year; NaN without NAV, and after the last year."""

    @property
    def years(self) -> NDArray[np.int64]:
        """1, 2, ..."""
        return np.arange(1, len(self.flows.nav) + 1)

    @property
    def cumulative_net(self) -> FloatArray:
        """Distributions less contributions so far: the J-curve."""
        return np.cumsum(self.flows.distributions - self.flows.contributions)


def fund_table(spec: TakahashiSpec, commitment: float, required_irrs: tuple[float, ...]) -> FundTable:
    """The Takahashi-Alexander table, with the discount to NAV by age and required IRR.

    The equations leave the last call as NAV at the end of life, after which no cash follows: who buys it buys nothing.
    RuleError without money, or if the numbers grow beyond all bounds.
    """
    if not commitment > 0:
        raise RuleError("the commitment must be above 0", "认缴额须大于 0")
    if not all(-1 < rate < np.inf for rate in required_irrs):
        raise RuleError("a required IRR must be above -1 (-100 % a year)", "要求的内部收益率须大于 -1（即每年 -100 %）")
    with np.errstate(over="ignore", invalid="ignore"):
        flows = project(spec, commitment)
    if not all(np.isfinite(column).all() for column in (flows.nav, flows.distributions.cumsum())):
        raise RuleError("the fund grows beyond what a computer can count", "基金增长超出计算机可表示的范围")
    ages = np.arange(1, spec.life_years + 1)
    rates = np.array(required_irrs, np.float64).reshape(-1, 1)
    discounts = discount_to_nav(spec, age=ages, required_irr=rates)
    return FundTable(flows, required_irrs, np.where(ages < spec.life_years, discounts, np.nan))


def vote_table(
    rule: ExtensionRule,
    *,
    partners: int,
    refusal: float,
    chance: Chance,
    replications: int,
    told: Told = lambda done: None,
) -> list[Measure]:
    """Chance that a vote is carried, and how many are carried in a row; equal commitments, independent refusals.

    ``told`` hears of votes and of rows of votes that are over.
    """
    fails = chance_of_failure(rule, partners, refusal)
    once = Extension(rule=rule, partners=partners, refusal=refusal).sample(chance, replications, told)
    table = [Measure("vote carried", mean(once["carried"]), 1.0 - fails)]
    if fails * MOST_VOTES >= 1:
        again = Extensions(rule=rule, partners=partners, refusal=refusal).sample(chance, replications, told)
        table.append(Measure("extensions in a row", mean(again["extensions"]), (1.0 - fails) / fails))
    return table


def by_partners(refusal: float, partners: Sequence[int]) -> dict[str, FloatArray]:
    """Chance that a vote is carried under each of the usual rules, by number of partners."""
    rules: dict[str, ExtensionRule] = {"unanimous": Unanimous(), "two thirds": TwoThirds(), "GP alone": GpAlone()}
    return {
        name: np.array([1.0 - chance_of_failure(rule, number, refusal) for number in partners])
        for name, rule in rules.items()
    }


@dataclass(frozen=True)
class ExitCurves:
    """Exits of a sample of companies: what the estimators say, and the truth."""

    incidence: Incidence
    waiting: SurvivalCurve
    """Kaplan-Meier for the first way out, the others treated as censoring: 1 minus it overstates the first way.

    Where there is no other way, it is the incidence itself."""
    horizon: float
    truth: FloatArray
    """[ways] probability of having left by the horizon, by each way."""
    alone: float
    """Probability of having left by the horizon if the first way were the only one: what 1 - Kaplan-Meier estimates."""


def exit_curves(
    exits: CompetingExits, *, horizon: float, censoring: float, chance: Chance, companies: int
) -> ExitCurves:
    """Follow ``companies`` until they leave, the horizon, or a random loss from sight at rate ``censoring``."""
    columns = exits.sample(chance, companies)
    lost = chance.of(Draw.WAITING, 0).exponential(1.0 / censoring, companies) if censoring else np.inf
    seen = np.minimum(np.minimum(columns["time"], horizon), lost)
    cause = np.where(columns["time"] <= seen, columns["way"] + 1, 0).astype(np.int64)
    names = [f"way {number + 1}" for number in range(len(exits.ways))]
    return ExitCurves(
        incidence=cumulative_incidence(seen, cause, names),
        waiting=kaplan_meier(seen, cause == 1),
        horizon=horizon,
        truth=np.array([true_incidence(exits, number, horizon) for number in range(len(exits.ways))]),
        alone=true_incidence(CompetingExits(ways=exits.ways[:1]), 0, horizon),
    )


def exit_table(curves: ExitCurves) -> list[Measure]:
    """Share that has left by the horizon, by each way, and what ignoring the other ways would claim of the first."""
    table = [
        Measure(
            f"left by {name}",
            Estimate(float(curves.incidence.probability[-1, way]), float(curves.incidence.standard_error[-1, way])),
            float(curves.truth[way]),
        )
        for way, name in enumerate(curves.incidence.causes)
    ]
    claimed = Estimate(1.0 - float(curves.waiting.survival[-1]), float(curves.waiting.standard_error[-1]))
    said = " (overstates it)" if len(curves.truth) > 1 else ""
    return [*table, Measure(f"1 - Kaplan-Meier of way 1{said}", claimed, curves.alone)]


def true_incidence(exits: CompetingExits, way: int, horizon: float) -> float:
    """Integral of a way's hazard times the chance that nothing has happened yet (Putter, Fiocco and Geskus 2007)."""
    from scipy.integrate import quad

    own = exits.ways[way]

    def waiting(time: float) -> float:
        with np.errstate(over="ignore"):
            return float(np.exp(-sum(np.power(time / law.scale, law.shape) for law in exits.ways)))

    # In the own cumulative hazard the integrand is bounded even where the hazard itself is infinite at 0.
    def of_hazard(cumulative: float) -> float:
        return waiting(own.scale * cumulative ** (1.0 / own.shape))

    with np.errstate(over="ignore"):
        end = min(float(np.power(horizon / own.scale, own.shape)), _NOBODY_LEFT)
    return float(quad(of_hazard, 0.0, end, epsabs=1e-12, limit=200)[0])
