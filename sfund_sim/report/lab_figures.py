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
    from matplotlib.axis import Axis

    from sfund_sim.lab.other_lessons import ExitCurves, FundTable

_BARS = 60
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
    """Left: the prices at which the share was sold. Right: revenue, and sale rate, at other reserves, with theory."""
    say = _in(language)
    with house_style():
        figure = Figure(figsize=(10, 4.6), layout="constrained")
        panels = figure.subplot_mosaic([["prices", "revenue"], ["prices", "sold"]])
        _draw_prices(panels["prices"], prices[~np.isnan(prices)], reserve, say)
        above, below = panels["revenue"], panels["sold"]
        _draw_sweep(above, sweep, "revenue", BLUE, say)
        _draw_sweep(below, sweep, "sold", VERMILLION, say)
        for axes in (above, below):
            axes.axvline(reserve, color=FAINT, linewidth=0.8)
            axes.set_ylim(0, None)
        below.sharex(above)
        above.tick_params(labelbottom=False)
        above.set(title=say("What a reserve does"), ylabel=say("Revenue (0 if unsold)"))
        below.set(xlabel=say("Reserve"), ylabel=say("Sale rate"), ylim=(0, 1.05))
        _money(above.yaxis)
        _money(below.xaxis)
        per_cent(below)
    return _signed(figure, say, run)


def _draw_sweep(axes: Axes, sweep: dict[str, Floats], name: str, colour: str, say: Say) -> None:
    """Points found and the line of theory, where it has more to say than a point; only what is seen is named."""
    axes.plot(sweep["reserve"], sweep[name], "o", color=colour, markersize=4, label=say("found"))
    theory = sweep[f"{name}_theory"]
    if (~np.isnan(theory)).sum() > 1:
        axes.plot(sweep["reserve"], theory, color=colour, label=say("theory"))
    axes.legend()


def _draw_prices(axes: Axes, prices: Floats, reserve: float, say: Say) -> None:
    axes.set(title=say("Prices when sold"), xlabel=say("Price"), ylabel=say("Share of sales, each bar"))
    if not prices.size:
        axes.text(0.5, 0.5, say("never sold"), transform=axes.transAxes, ha="center", color=FAINT)
        return
    shares = np.full(prices.size, 1.0 / prices.size)
    axes.hist(prices, bins=price_bars(prices, reserve), weights=shares, color=BLUE, alpha=0.6)  # type: ignore[arg-type]
    axes.axvline(float(prices.mean()), color=VERMILLION, label=say("mean {mean}", mean=money(float(prices.mean()))))
    if reserve > 0:
        told = say("reserve {reserve}", reserve=money(reserve))
        axes.axvline(reserve, color=FAINT, linestyle="--", label=told)
    _money(axes.xaxis)
    per_cent(axes)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.1)
    axes.legend()


def price_bars(prices: Floats, reserve: float) -> Floats:
    """Ends of some 60 bars for prices of sales, of one width; what is sold at the reserve stands above it, not below.

    All in the unit of prices. The dearest sale in a thousand is left out, and so is the room from 0 where that is far.
    """
    low, high = float(prices.min()), float(np.quantile(prices, 0.999))
    start = low if 0.8 * high < low < high else 0.0
    width = (high - start) / _BARS or 1.0
    first, last = np.floor((start - reserve) / width), np.floor((high - reserve) / width) + 1
    return reserve + width * np.arange(first, last + 1)


def money(amount: float) -> str:
    """An amount in any unit, with the digits that its size calls for: 0.4158, 548.2, 36,733,947."""
    return f"{amount:,.0f}" if abs(amount) >= 10_000 else f"{amount:.4g}"


def _money(axis: Axis) -> None:
    """Amounts on an axis in full, without powers of ten, at a few round numbers."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda amount, _: f"{round(amount, 9):,.10g}"))


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
