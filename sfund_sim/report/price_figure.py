"""At what price: price to reported NAV by route and number of bidders; beside it what liquidations paid out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.intervals import Floats
from sfund_sim.outcomes.medians import Rows
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.drawing import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    VERMILLION,
    Drawn,
    empty_figure,
    house_style,
    per_cent,
    small_print,
)
from sfund_sim.report.words import phrase, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_POINTS = 300
_MOST_BIDDERS = 4
_TOP_SHARE = 0.99
_GOLDEN = 0.6180339887498949
"""Steps of this length fill an interval evenly (Weyl 1916): jitter without chance."""
_ROUTES = {"agreement": BLUE, "venue": VERMILLION}


class _Group(NamedTuple):
    """One column of points: price (or what a liquidation paid out) to NAV [exits] and the replication of each."""

    label: str
    colour: str
    prices: Floats
    reps: NDArray[np.int64]


def price_to_nav(exits: pd.DataFrame, info: RunInfo, language: Language) -> Drawn:
    """Points, quartile boxes and medians with intervals, by route (left) and number of bidders at the venue (right).

    What liquidations paid out stands beside the routes under a name of its own, for it is no price.
    """
    priced = exits[exits["price_to_nav"].notna()]
    sold = priced[priced["sold"] == 1]
    routes = [_group(sold[sold["route"] == route], word("route", route, language), colour)
              for route, colour in _ROUTES.items()]  # fmt: skip
    paid_out = _group(priced[priced["ending"] == "liquidated"], phrase("liquidation_paid", language), GREEN)
    panels = {"by_route": [*routes, paid_out], "by_bidders": _by_bidders(sold, language)}
    data = pd.concat([_rows(name, groups) for name, groups in panels.items()], ignore_index=True)
    with house_style():
        figure = _two_panels(panels, language) if len(priced) else empty_figure(phrase("no_exit", language))
        small_print(figure, info, language)
    counts = {"n": f"{len(sold):,}", "liquidated": f"{paid_out.prices.size:,}"}
    caption = phrase("price_to_nav_caption", language, most=MOST_POINTS, **counts)
    return Drawn("price_to_nav", phrase("price_to_nav_title", language), caption, figure, data)


def _by_bidders(sold: pd.DataFrame, language: Language) -> list[_Group]:
    at_venue = sold[sold["route"] == "venue"]
    bidders = at_venue["bidders"].fillna(0).clip(upper=_MOST_BIDDERS)
    labels = [str(number) for number in range(1, _MOST_BIDDERS)]
    labels.append(phrase("bidders_or_more", language, n=_MOST_BIDDERS))
    return [_group(at_venue[bidders == number], label, _ROUTES["venue"]) for number, label in enumerate(labels, 1)]


def _group(part: pd.DataFrame, label: str, colour: str) -> _Group:
    return _Group(label, colour, part["price_to_nav"].to_numpy(np.float64), part["rep"].to_numpy(np.int64))


class _Spread(NamedTuple):
    """Quartiles of all points, and the median with its interval over replications."""

    quartiles: Floats
    estimate: float
    low: float
    high: float
    replications: int


def _spread(group: _Group) -> _Spread:
    if not group.prices.size:
        return _Spread(np.full(3, np.nan), np.nan, np.nan, np.nan, 0)
    middle = Rows(group.prices, group.reps).median()
    quartiles = np.quantile(group.prices, [0.25, 0.5, 0.75])
    return _Spread(quartiles, middle.value, middle.low, middle.high, np.unique(group.reps).size)


def _rows(panel: str, groups: list[_Group]) -> pd.DataFrame:
    spreads = [(group, _spread(group)) for group in groups]
    rows = [
        (panel, group.label, *spread.quartiles, spread.estimate, spread.low, spread.high, group.prices.size,
         spread.replications)
        for group, spread in spreads
    ]  # fmt: skip
    columns = ["panel", "group", "lower_quartile", "middle_quartile", "upper_quartile", "estimate", "low", "high", "n",
               "replications"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _two_panels(panels: dict[str, list[_Group]], language: Language) -> Figure:
    figure = Figure(figsize=(11, 5))
    grid = figure.add_gridspec(1, 2, left=0.075, right=0.985, top=0.9, bottom=0.2, wspace=0.1, width_ratios=[3, 4])
    frame = _frame(np.concatenate([group.prices for group in panels["by_route"]]))
    for place, (heading, groups) in enumerate(panels.items()):
        axes = figure.add_subplot(grid[0, place])
        axes.set_title(phrase(heading, language))
        _draw_groups(axes, groups, frame, language)
        if place == 0:
            axes.set_ylabel(phrase("price_over_nav", language))
        else:
            axes.tick_params(labelleft=False)
    return figure


def _frame(prices: Floats) -> tuple[float, float]:
    """Lower and upper end of the price axis: room for all but the outermost points, and for NAV itself."""
    if not prices.size:
        return 0.0, 1.1
    low, high = np.quantile(prices, [1 - _TOP_SHARE, _TOP_SHARE])
    return max(0.0, float(np.floor(low * 10) / 10)), max(1.1, float(np.ceil(high * 20) / 20))


def _draw_groups(axes: Axes, groups: list[_Group], frame: tuple[float, float], language: Language) -> None:
    axes.axhline(1.0, color=FAINT, linewidth=0.8, linestyle="--")
    for place, group in enumerate(groups):
        if group.prices.size:
            _draw_group(axes, place, group)
    counts = [f"{group.label}\nn = {group.prices.size:,}" for group in groups]
    axes.set_xticks(range(len(groups)), counts)
    axes.set_xlim(-0.6, len(groups) - 0.4)
    axes.set_ylim(*frame)
    axes.set_axisbelow(True)
    per_cent(axes)
    axes.grid(axis="y")
    beyond = sum(int(np.sum((group.prices < frame[0]) | (group.prices > frame[1]))) for group in groups)
    if beyond:
        note = phrase("exits_beyond", language, n=beyond)
        axes.annotate(note, (1, 1), (0, 3), "axes fraction", textcoords="offset points", fontsize=8, color=FAINT,
                      ha="right", va="bottom")  # fmt: skip


def _draw_group(axes: Axes, place: int, group: _Group) -> None:
    spread = _spread(group)
    shown = group.prices[:: -(-group.prices.size // MOST_POINTS)]
    jitter = (np.arange(shown.size) * _GOLDEN % 1.0 - 0.5) * 0.56
    axes.plot(place + jitter, shown, "o", color=group.colour, markersize=2.6, alpha=0.28, markeredgewidth=0)
    lower, upper = float(spread.quartiles[0]), float(spread.quartiles[2])
    axes.bar(place, upper - lower, 0.6, lower, facecolor="none", edgecolor=group.colour, linewidth=1.4)
    reach = None if np.isnan(spread.low) else [[spread.estimate - spread.low], [spread.high - spread.estimate]]
    axes.errorbar(place, spread.estimate, reach, fmt="D", color=INK, markersize=5, capsize=4, linewidth=1.5)
