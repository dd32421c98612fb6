"""Pictures of the lab: what a reserve does, the life of a fund, votes, and exits that compete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sfund_sim import __version__
from sfund_sim.outcomes.intervals import Floats
from sfund_sim.report.drawing import BLUE, FAINT, GREEN, PALETTE, VERMILLION, house_style, per_cent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sfund_sim.lab.other_lessons import ExitCurves, FundTable


def _signed(figure: Figure, run: str) -> Figure:
    """Write at the foot of a figure which version and which draws it shows."""
    with house_style():
        figure.supxlabel(f"sfund_sim {__version__}, lab; {run}", fontsize=7, color=FAINT, x=0.995, ha="right")
    return figure


def auction_figure(prices: Floats, reserve: float, sweep: dict[str, Floats], *, run: str) -> Figure:
    """Left: the prices at which the share was sold. Right: revenue and sale rate at other reserves, with theory."""
    with house_style():
        figure = Figure(figsize=(10, 4.2), layout="constrained")
        left, right = figure.subplots(1, 2)
        _draw_prices(left, prices[~np.isnan(prices)], reserve)
        right.plot(sweep["reserve"], sweep["revenue"], "o", color=BLUE, markersize=4, label="revenue, found")
        right.plot(sweep["reserve"], sweep["revenue_theory"], color=BLUE, label="revenue, theory")
        right.plot(sweep["reserve"], sweep["sold"], "s", color=VERMILLION, markersize=4, label="sale rate, found")
        right.plot(sweep["reserve"], sweep["sold_theory"], "--", color=VERMILLION, label="sale rate, theory")
        right.axvline(reserve, color=FAINT, linewidth=0.8)
        right.set(title="What a reserve does", xlabel="Reserve", ylim=(0, None))
        right.legend()
    return _signed(figure, run)


def _draw_prices(axes: Axes, prices: Floats, reserve: float) -> None:
    axes.set(title="Prices when sold", xlabel="Price", ylabel="Density")
    if not prices.size:
        axes.text(0.5, 0.5, "never sold", transform=axes.transAxes, ha="center", color=FAINT)
        return
    axes.hist(prices, bins=60, range=(0.0, float(np.quantile(prices, 0.999))), density=True, color=BLUE, alpha=0.6)
    axes.axvline(float(prices.mean()), color=VERMILLION, label=f"mean {prices.mean():.4f}")
    if reserve > 0:
        axes.axvline(reserve, color=FAINT, linestyle="--", label=f"reserve {reserve:g}")
    axes.legend()


def fund_figure(table: FundTable, *, run: str) -> Figure:
    """Left: calls, distributions, NAV and the J-curve. Right: discount to NAV by age and required IRR."""
    with house_style():
        figure = Figure(figsize=(10, 4.2), layout="constrained")
        left, right = figure.subplots(1, 2)
        flows = table.flows
        left.bar(table.years, -flows.contributions, color=VERMILLION, alpha=0.7, label="contributions")
        left.bar(table.years, flows.distributions, color=BLUE, alpha=0.7, label="distributions")
        left.plot(table.years, flows.nav, color=GREEN, label="NAV")
        left.plot(table.years, table.cumulative_net, "--", color="black", label="cumulative net (J-curve)")
        left.axhline(0, color=FAINT, linewidth=0.6)
        left.set(title="Life of the fund", xlabel="Year")
        left.legend()
        for rate, discounts, colour in zip(table.required_irrs, table.discounts, PALETTE * 3, strict=False):
            right.plot(table.years, discounts, color=colour, marker="o", markersize=3, label=f"required IRR {rate:.0%}")
        right.axhline(0, color=FAINT, linewidth=0.6)
        right.set(title="Discount to NAV that a buyer asks", xlabel="Age at sale, years")
        per_cent(right)
        right.legend()
    return _signed(figure, run)


def vote_figure(partners: NDArray[np.int64], carried: dict[str, Floats], *, refusal: float) -> Figure:
    """Chance that a vote is carried, by number of partners and rule."""
    with house_style():
        figure = Figure(figsize=(7, 4.2), layout="constrained")
        axes = figure.subplots()
        for (rule, chances), colour in zip(carried.items(), PALETTE, strict=False):
            axes.plot(partners, chances, color=colour, marker="o", markersize=3, label=rule)
        axes.set(title=f"Each partner refuses with {refusal:.1%}", xlabel="Partners", ylabel="Vote carried")
        axes.set_ylim(0, 1.03)
        axes.locator_params(axis="x", integer=True)
        per_cent(axes)
        axes.legend()
    return _signed(figure, "binomial probabilities")


def timing_figure(curves: ExitCurves, *, run: str) -> Figure:
    """Incidence of each way out, the truth at the horizon, and what 1 - Kaplan-Meier claims of the first way."""
    with house_style():
        figure = Figure(figsize=(7, 4.2), layout="constrained")
        axes = figure.subplots()
        incidence = curves.incidence
        for way, (name, colour) in enumerate(zip(incidence.causes, PALETTE, strict=False)):
            axes.step(incidence.times, incidence.probability[:, way], where="post", color=colour, label=name)
            axes.plot(curves.horizon, curves.truth[way], "D", color=colour, markersize=6)
        waiting = curves.waiting
        claim = 1.0 - waiting.survival
        axes.step(waiting.times, claim, "--", where="post", color=FAINT, label="1 - Kaplan-Meier of way 1")
        axes.set(title="Ways out (diamonds: the truth)", xlabel="Years", ylabel="Has left", ylim=(0, None))
        per_cent(axes)
        axes.legend()
    return _signed(figure, run)
