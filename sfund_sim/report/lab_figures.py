"""Pictures of the lab: what a reserve does, the life of a fund, votes, and exits that compete."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sfund_sim import __version__
from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.intervals import NORMAL_QUANTILE, Floats, log_log_interval
from sfund_sim.report.drawing import BLUE, FAINT, GREEN, PALETTE, VERMILLION, house_style, per_cent
from sfund_sim.report.lab_words import lab_name, lab_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sfund_sim.lab.other_lessons import ExitCurves, FundTable

Say = Callable[..., str]
"""English words, with values, in the reader's language."""


def _in(language: Language) -> Say:
    return partial(lab_words, language=language)


def _signed(figure: Figure, say: Say, run: str) -> Figure:
    """Write at the foot of a figure which version and which draws it shows."""
    with house_style():
        told = say("sfund_sim {version}, lab; {run}", version=__version__, run=run)
        figure.supxlabel(told, fontsize=7, color=FAINT, x=0.995, ha="right")
    return figure


def auction_figure(
    prices: Floats, reserve: float, sweep: dict[str, Floats], language: Language = "en", *, run: str
) -> Figure:
    """Left: the prices at which the share was sold. Right: revenue and sale rate at other reserves, with theory."""
    say = _in(language)
    with house_style():
        figure = Figure(figsize=(10, 4.2), layout="constrained")
        left, right = figure.subplots(1, 2)
        _draw_prices(left, prices[~np.isnan(prices)], reserve, say)
        right.plot(sweep["reserve"], sweep["revenue"], "o", color=BLUE, markersize=4, label=say("revenue, found"))
        right.plot(sweep["reserve"], sweep["revenue_theory"], color=BLUE, label=say("revenue, theory"))
        right.plot(sweep["reserve"], sweep["sold"], "s", color=VERMILLION, markersize=4, label=say("sale rate, found"))
        right.plot(sweep["reserve"], sweep["sold_theory"], "--", color=VERMILLION, label=say("sale rate, theory"))
        right.axvline(reserve, color=FAINT, linewidth=0.8)
        right.set(title=say("What a reserve does"), xlabel=say("Reserve"), ylim=(0, None))
        right.legend()
    return _signed(figure, say, run)


def _draw_prices(axes: Axes, prices: Floats, reserve: float, say: Say) -> None:
    axes.set(title=say("Prices when sold"), xlabel=say("Price"), ylabel=say("Density"))
    if not prices.size:
        axes.text(0.5, 0.5, say("never sold"), transform=axes.transAxes, ha="center", color=FAINT)
        return
    axes.hist(prices, bins=60, range=(0.0, float(np.quantile(prices, 0.999))), density=True, color=BLUE, alpha=0.6)
    axes.axvline(float(prices.mean()), color=VERMILLION, label=say("mean {mean}", mean=f"{prices.mean():.4f}"))
    if reserve > 0:
        told = say("reserve {reserve}", reserve=f"{reserve:g}")
        axes.axvline(reserve, color=FAINT, linestyle="--", label=told)
    axes.legend()


def fund_figure(table: FundTable, language: Language = "en", *, run: str) -> Figure:
    """Left: calls, distributions, NAV and the J-curve. Right: discount to NAV by age and required IRR."""
    say = _in(language)
    with house_style():
        figure = Figure(figsize=(10, 4.2), layout="constrained")
        left, right = figure.subplots(1, 2)
        flows = table.flows
        left.bar(table.years, -flows.contributions, color=VERMILLION, alpha=0.7, label=say("contributions"))
        left.bar(table.years, flows.distributions, color=BLUE, alpha=0.7, label=say("distributions"))
        left.plot(table.years, flows.nav, color=GREEN, label=say("NAV"))
        left.plot(table.years, table.cumulative_net, "--", color="black", label=say("cumulative net (J-curve)"))
        left.axhline(0, color=FAINT, linewidth=0.6)
        left.set(title=say("Life of the fund"), xlabel=say("Year"))
        left.legend()
        for rate, discounts, colour in zip(table.required_irrs, table.discounts, PALETTE * 3, strict=False):
            told = say("required IRR {rate}", rate=f"{rate:.0%}")
            right.plot(table.years, discounts, color=colour, marker="o", markersize=3, label=told)
        right.axhline(0, color=FAINT, linewidth=0.6)
        right.set(title=say("Discount to NAV that a buyer asks"), xlabel=say("Age at sale, years"))
        per_cent(right)
        right.legend()
    return _signed(figure, say, run)


def vote_figure(
    partners: NDArray[np.int64], carried: dict[str, Floats], language: Language = "en", *, refusal: float
) -> Figure:
    """Chance that a vote is carried, by number of partners and rule."""
    say = _in(language)
    with house_style():
        figure = Figure(figsize=(7, 4.2), layout="constrained")
        axes = figure.subplots()
        for (rule, chances), colour in zip(carried.items(), PALETTE, strict=False):
            axes.plot(partners, chances, color=colour, marker="o", markersize=3, label=say(rule))
        title = say("Each partner refuses with {refusal}", refusal=f"{refusal:.1%}")
        axes.set(title=title, xlabel=say("Partners"), ylabel=say("Vote carried"))
        axes.set_ylim(0, 1.03)
        axes.locator_params(axis="x", integer=True)
        per_cent(axes)
        axes.legend()
    return _signed(figure, say, say("binomial probabilities"))


def timing_figure(curves: ExitCurves, language: Language = "en", *, run: str) -> Figure:
    """Incidence of each way out, the truth at the horizon, and what 1 - Kaplan-Meier claims of the first way."""
    say = _in(language)
    with house_style():
        figure = Figure(figsize=(7, 4.2), layout="constrained")
        axes = figure.subplots()
        incidence = curves.incidence
        for way, (name, colour) in enumerate(zip(incidence.causes, PALETTE, strict=False)):
            told, probability = lab_name(name, language), incidence.probability[:, way]
            low, high = log_log_interval(probability, incidence.standard_error[:, way], NORMAL_QUANTILE)
            axes.step(incidence.times, probability, where="post", color=colour, label=told)
            axes.fill_between(incidence.times, low, high, step="post", color=colour, alpha=0.2, linewidth=0)
            axes.plot(curves.horizon, curves.truth[way], "D", color=colour, markersize=6)
        waiting = curves.waiting
        claim, told = 1.0 - waiting.survival, lab_name("1 - Kaplan-Meier of way 1", language)
        axes.step(waiting.times, claim, "--", where="post", color=FAINT, label=told)
        told = say("Ways out, with 95 % intervals (diamonds: the truth)")
        axes.set(title=told, xlabel=say("Years"), ylabel=say("Has left"), ylim=(0, None))
        per_cent(axes)
        axes.legend()
    return _signed(figure, say, run)
