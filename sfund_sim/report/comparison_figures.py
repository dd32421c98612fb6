"""Figures of a comparison: paired differences, survival in all scenarios, and the discount taken apart."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sfund_sim.experiments.comparison_folder import common_hash
from sfund_sim.experiments.decomposing import ALL_OFF, BASELINE
from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.comparison_rows import (
    EVERYBODY,
    HEADLINES,
    OTHERS,
    PRICING,
    PUBLIC,
    STATE,
    TIMING,
    VENUE,
    Difference,
    differences_of,
    group_name,
)
from sfund_sim.report.drawing import (
    BLUE,
    FAINT,
    GREY,
    INK,
    PALETTE,
    VERMILLION,
    Drawn,
    empty_figure,
    house_style,
    per_cent,
    small_print,
)
from sfund_sim.report.timing_figures import waiting_by_scenario
from sfund_sim.report.words import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sfund_sim.experiments.comparing import Comparison

MOST_SCENARIOS = len(PALETTE)
_WIDEST, _NARROWEST = 1.0, 0.02
"""Frame of the axis of relative differences: a small level makes large shares of it, which would hide the rest."""
_ROW_GAP = 0.6
"""Room between the outcomes of timing, price, venue and public interest, in rows."""
_LETTERS_ACROSS, _HEAD_ROWS, _ROW_INCHES = 160, 2, 0.2
"""Letters that the scenarios' names have room for side by side above the figure of differences, rows of names for which
there is room, and the height of a further one."""
_MOST_NAMES = 100
"""Letters of all names together in the small print."""


def comparison_figures(comparison: Comparison, language: Language) -> list[Drawn]:
    """All figures of a comparison, in the order of the page."""
    info = common_info(comparison)
    exits = {name: one.exits for name, one in zip(comparison.names, comparison.observations, strict=True)}
    shown = dict(list(exits.items())[:MOST_SCENARIOS])
    times = waiting_by_scenario(shown, info, language)
    if len(shown) < len(exits):
        few = phrase("compare_survival_first", language, shown=len(shown), n=len(exits))
        times = replace(times, caption=times.caption + few)
    figures = [forest(comparison, info, language), times]
    if comparison.decomposition is not None:
        figures.append(waterfall(comparison, info, language))
    return figures


def common_info(comparison: Comparison) -> RunInfo:
    """What figures say of a comparison: the scenarios' names, as far as there is room, and their common hash."""
    names = " / ".join(comparison.names)
    names = names if len(names) <= _MOST_NAMES else names[: _MOST_NAMES - 1] + "…"
    return replace(comparison.infos[0], scenario_id=names, scenario_hash=common_hash(comparison.scenarios))


class _Panel(NamedTuple):
    """One column of the forest plot."""

    heading: str
    rows: list[Difference]


def forest(comparison: Comparison, info: RunInfo, language: Language) -> Drawn:
    """Paired differences as shares of the baseline's level, one panel a group of sellers, one row an outcome."""
    table = comparison.differences
    panels = [
        _Panel(group_name(group, language), list(differences_of(table, HEADLINES, group)))
        for group in (EVERYBODY, STATE, OTHERS)
    ]
    drawn = [row for panel in panels for row in panel.rows if _is_drawn(row)]
    with house_style():
        figure = _forest(panels, comparison.names[1:], language) if drawn else empty_figure(phrase("no_exit", language))
        small_print(figure, info, language)
    names = ["scenario_id", "outcome", "group_by", "group", "unit", "difference", "low", "high"]
    data = pd.DataFrame([[getattr(row, name) for name in names] for row in drawn], columns=names)
    data["relative_difference"] = [row.difference / abs(row.level_first) for row in drawn]
    numbers = phrase("compare_forest_numbers", language) if len(comparison.names) == 2 else ""
    caption = phrase("compare_forest_caption", language, n=comparison.replications, numbers=numbers)
    return Drawn("differences", phrase("compare_forest_title", language), caption, figure, data)


def _is_drawn(row: Difference) -> bool:
    return row.is_defined and row.level_first != 0


def _heights() -> dict[str, float]:
    """Height of each outcome's row, from the top down, with a gap between the themes."""
    heights, at = {}, 0.0
    for theme in (TIMING, PRICING, VENUE, PUBLIC):
        for outcome in theme:
            heights[outcome] = at
            at -= 1.0
        at -= _ROW_GAP
    return heights


def _forest(panels: list[_Panel], scenarios: list[str], language: Language) -> Figure:
    heights = _heights()
    columns = min(max(_LETTERS_ACROSS // (max(map(len, scenarios)) + 6), 1), 4)
    more = _ROW_INCHES * max(math.ceil(len(scenarios) / columns) - _HEAD_ROWS, 0)
    tall = 7.6 + more
    figure = Figure(figsize=(13, tall))
    grid = figure.add_gridspec(
        1, len(panels), left=0.17, right=0.985, top=1 - (1.0 + more) / tall, bottom=0.9 / tall, wspace=0.08
    )
    reach = _reach([row for panel in panels for row in panel.rows if _is_drawn(row)])
    for place, panel in enumerate(panels):
        axes = figure.add_subplot(grid[0, place])
        _draw_panel(axes, panel, (scenarios, reach), language)
        if place == 0:
            names = {row.outcome: row.name(language) for one in panels for row in one.rows}
            axes.set_yticks([heights[name] for name in names], list(names.values()))
        else:
            axes.set_yticks([])
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper left", bbox_to_anchor=(0.17, 1 - 0.11 / tall), ncols=columns)
    figure.text(0.58, 0.34 / tall, phrase("compare_forest_axis", language), ha="center")
    return figure


def _reach(rows: list[Difference]) -> float:
    """Half-width of the axis: room for all but the most extreme intervals."""
    ends = [max(abs(row.low), abs(row.high)) / abs(row.level_first) for row in rows]
    return float(np.clip(1.15 * np.quantile(ends, 0.9), _NARROWEST, _WIDEST))


def _draw_panel(axes: Axes, panel: _Panel, frame: tuple[list[str], float], language: Language) -> None:
    scenarios, reach = frame
    heights = _heights()
    for number, scenario in enumerate(scenarios):
        colour = PALETTE[(number + 1) % len(PALETTE)]  # the first one is the baseline's, in the figure of times
        down = 0.0 if len(scenarios) == 1 else 0.5 * (0.5 - number / (len(scenarios) - 1))
        rows = [row for row in panel.rows if row.scenario_id == scenario and _is_drawn(row)]
        axes.plot([], [], "o", color=colour, label=scenario)
        for row in rows:
            _draw_row(axes, row, (heights[row.outcome] + down, reach), colour)
            if len(scenarios) == 1:
                text = f"{row.short_size(language)}{'*' if row.beyond_chance else ''}"
                axes.annotate(text, (1.0, heights[row.outcome]),
                              (-2, 7), axes.get_yaxis_transform(), textcoords="offset points", fontsize=7,
                              color=FAINT, ha="right", va="center")  # fmt: skip
    axes.axvline(0, color=FAINT, linewidth=0.8)
    axes.set_xlim(-reach, reach)
    axes.locator_params("x", nbins=5, prune="both")
    axes.set_ylim(min(heights.values()) - 0.7, 0.8)
    axes.set_title(panel.heading)
    per_cent(axes, "x")
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)


def _draw_row(axes: Axes, row: Difference, place: tuple[float, float], colour: str) -> None:
    height, reach = place
    low, middle, high = (one / abs(row.level_first) for one in (row.low, row.difference, row.high))
    axes.plot([max(low, -reach), min(high, reach)], [height, height], color=colour, linewidth=1.6)
    if abs(middle) <= reach:
        filled = colour if row.beyond_chance else "white"
        axes.plot(middle, height, "o", color=colour, markerfacecolor=filled, markersize=5)
    for end, is_beyond, mark in ((-reach, low < -reach, "<"), (reach, high > reach, ">")):
        if is_beyond:
            axes.plot(end, height, mark, color=colour, markersize=6, clip_on=False)


def waterfall(comparison: Comparison, info: RunInfo, language: Language) -> Drawn:
    """The baseline's mean discount, what each friction adds to it, and what is left without them."""
    decomposition = comparison.decomposition
    if decomposition is None:
        raise ValueError("the comparison has no decomposition")
    steps = decomposition.table
    with house_style():
        figure = _bars(steps, language)
        small_print(figure, info, language)
    caption = phrase("compare_waterfall_caption", language, scenario=comparison.names[0], n=comparison.replications)
    return Drawn("discount_waterfall", phrase("compare_waterfall_title", language), caption, figure, steps)


def _bars(steps: pd.DataFrame, language: Language) -> Figure:
    figure = Figure(figsize=(11, 1.5 + 0.42 * len(steps)))
    axes = figure.add_axes((0.22, 0.17, 0.75, 0.79))
    level = 0.0
    rows = zip(*(steps[name].tolist() for name in ("step", "estimate", "low", "high")), strict=True)
    for place, (step, estimate, low, high) in enumerate(rows):
        is_level = step in (BASELINE, ALL_OFF)
        start, end = (0.0, estimate) if is_level else (level, level - estimate)
        colour = GREY if is_level else (BLUE if estimate >= 0 else VERMILLION)
        axes.barh(-place, end - start, 0.62, start, color=colour)
        reach = [[estimate - low], [high - estimate]] if is_level else [[high - estimate], [estimate - low]]
        if not np.isnan(low):
            axes.errorbar(end, -place, xerr=reach, fmt="none", ecolor=INK, capsize=3, linewidth=1.2)
        text = f"{estimate * 100:.1f}%" if is_level else f"{round(estimate * 100, 1) + 0.0:+.1f}pp"
        edge = max(start, end, end + (0 if np.isnan(low) else float(np.max(reach))))
        axes.annotate(text, (edge, -place), (5, 0), textcoords="offset points", va="center", fontsize=9)
        level = end
    axes.set_yticks([-place for place in range(len(steps))], steps[f"label_{language}"].tolist())
    axes.axvline(0, color=FAINT, linewidth=0.8)
    axes.margins(x=0.1)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(phrase("compare_waterfall_axis", language))
    per_cent(axes, "x")
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    return figure
