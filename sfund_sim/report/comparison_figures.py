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
    Look,
    empty_figure,
    house_style,
    look_of,
    per_cent,
    small_print,
    text_points,
)
from sfund_sim.report.timing_figures import waiting_by_scenario
from sfund_sim.report.words import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sfund_sim.experiments.comparing import Comparison

MOST_SCENARIOS = len(PALETTE)
_WIDEST, _NARROWEST = 1.0, 0.02
"""Frame of the axis of relative differences: a small level makes large shares of it, which would hide the rest."""
_EDGE = 1.07
"""The frame's end, in half-widths: what lies at the very end of the axis is not hidden below the arrow there."""
_BESIDE = 1.06
"""Where a row's number begins, in widths of a panel: clear of a large arrow at the frame's end."""
_SPREAD = 0.7
"""Part of a row over which the marks of its scenarios are spread."""
_ROW_GAP = 0.6
"""Room between the outcomes of timing, price, venue and public interest, in rows."""
_LETTERS_ACROSS, _HEAD_ROWS, _ROW_INCHES = 160, 2, 0.2
"""Letters that the scenarios' names have room for side by side above the figure of differences, rows of names for which
there is room, and the height of a further one."""
_FEW, _SCENARIO_INCHES = 3, 0.3
"""Scenarios whose marks have room on a row, and what the figure grows by with each further one."""
_WIDE = 13
"""Width of the figure of differences, in inches."""
_LABEL_SIZE, _LABEL_PAD, _LABEL_ROOM = 10, 7, 24
"""Size of an outcome's name left of the panels, its distance from them, and the room there beside the widest name: that
distance, a margin, and the blank half of a Chinese bracket; in points."""
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
    return replace(comparison.infos[0], scenario_id=names, scenario_hash=common_hash(comparison.loaded))


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
    numbers = phrase("compare_forest_numbers" if len(comparison.names) == 2 else "compare_forest_dashes", language)
    caption = phrase("compare_forest_caption", language, n=comparison.replications, numbers=numbers)
    return Drawn("differences", phrase("compare_forest_title", language), caption, figure, data)


def _is_drawn(row: Difference) -> bool:
    """Can the difference be told as a share: is there a level, and is it not 0?"""
    return row.is_defined and math.isfinite(row.level_first) and row.level_first != 0


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
    tall = 7.6 + more + _SCENARIO_INCHES * max(len(scenarios) - _FEW, 0)
    figure = Figure(figsize=(_WIDE, tall))
    names = {row.outcome: row.name(language) for panel in panels for row in panel.rows}
    left = (max(text_points(name, _LABEL_SIZE) for name in names.values()) + _LABEL_ROOM) / (72 * _WIDE)
    right, gap = (0.93, 0.29) if len(scenarios) == 1 else (0.985, 0.08)  # with numbers behind each panel, or without
    grid = figure.add_gridspec(
        1, len(panels), left=left, right=right, top=1 - (1.0 + more) / tall, bottom=0.9 / tall, wspace=gap
    )
    reach = _reach([row for panel in panels for row in panel.rows if _is_drawn(row)])
    for place, panel in enumerate(panels):
        axes = figure.add_subplot(grid[0, place])
        _draw_panel(axes, panel, (scenarios, reach), language)
        if place == 0:
            axes.set_yticks([heights[name] for name in names], list(names.values()), fontsize=_LABEL_SIZE)
        else:
            axes.set_yticks([])
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper left", bbox_to_anchor=(left, 1 - 0.11 / tall), ncols=columns)
    figure.text((left + right) / 2, 0.34 / tall, phrase("compare_forest_axis", language), ha="center")
    return figure


def _reach(rows: list[Difference]) -> float:
    """Half-width of the axis: room for all but the most extreme intervals."""
    ends = [max(abs(row.low), abs(row.high)) / abs(row.level_first) for row in rows]
    return float(np.clip(1.15 * np.quantile(ends, 0.9), _NARROWEST, _WIDEST))


def _draw_panel(axes: Axes, panel: _Panel, frame: tuple[list[str], float], language: Language) -> None:
    scenarios, reach = frame
    heights = _heights()
    for number, scenario in enumerate(scenarios):
        look = look_of(number + 1)  # the first one is the baseline's, in the figure of times
        down = 0.0 if len(scenarios) == 1 else _SPREAD * (0.5 - number / (len(scenarios) - 1))
        axes.plot([], [], look.marker, color=look.colour, label=scenario)
        for row in (row for row in panel.rows if row.scenario_id == scenario):
            if _is_drawn(row):
                _draw_row(axes, row, (heights[row.outcome] + down, reach), look, 5 if len(scenarios) <= _FEW else 3.5)
            elif any(_is_drawn(other) for other in panel.rows if other.outcome == row.outcome):
                _write(axes, (0.015, heights[row.outcome] + down), "–", look.colour)
            if len(scenarios) == 1:
                text = f"{row.short_size(language)}{'*' if row.beyond_chance else ''}"
                _write(axes, (_BESIDE, heights[row.outcome]), text, FAINT)
    for outcome, height in heights.items() if panel.rows else ():
        rows = [row for row in panel.rows if row.outcome == outcome]
        if not any(map(_is_drawn, rows)):
            _write(axes, (0.02, height), _why_not(rows, language), FAINT)
    if not panel.rows:
        axes.text(0.5, 0.5, phrase("no_exit", language), transform=axes.transAxes, ha="center", color=FAINT)
    axes.axvline(0, color=FAINT, linewidth=0.8, zorder=0)
    axes.set_xlim(-_EDGE * reach, _EDGE * reach)
    axes.locator_params("x", nbins=5, prune="both")
    axes.set_ylim(min(heights.values()) - 0.7, 0.8)
    axes.set_title(panel.heading)
    per_cent(axes, "x")
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0, pad=_LABEL_PAD)


def _write(axes: Axes, place: tuple[float, float], text: str, colour: str) -> None:
    """Write a few small letters on a row, from a share of the panel's width on."""
    axes.text(*place, text, transform=axes.get_yaxis_transform(), fontsize=7, color=colour, va="center")


def _why_not(rows: list[Difference], language: Language) -> str:
    """Why none of an outcome's rows has a difference as a share of the baseline's level; no rows: it has no sellers."""
    reasons = {_why_not_drawn(row) for row in rows} or {"compare_no_such_group"}
    return phrase(reasons.pop() if len(reasons) == 1 else "compare_no_share", language)


def _why_not_drawn(row: Difference) -> str:
    """Name of the phrase that says why a row has no share: a pooled median may be missing beside a difference."""
    if not row.is_defined:
        return f"compare_{row.verdict}"
    return "compare_level_not_reached" if math.isnan(row.level_first) else "compare_baseline_is_nought"


def _draw_row(axes: Axes, row: Difference, place: tuple[float, float], look: Look, size: float) -> None:
    """An interval, cut at the frame's end, and its estimate; one that lies beyond the end is a large arrow there."""
    height, reach = place
    low, middle, high = (one / abs(row.level_first) for one in (row.low, row.difference, row.high))
    edge = _EDGE * reach
    axes.plot(np.clip([low, high], -edge, edge), [height, height], color=look.colour, linewidth=1.6)
    filled = look.colour if row.beyond_chance else "white"
    for end, is_beyond, mark in ((-edge, low < -edge, "<"), (edge, high > edge, ">")):
        if is_beyond:
            axes.plot(end, height, mark, color=look.colour, markersize=size, clip_on=False)
    mark = look.marker if abs(middle) <= edge else "<" if middle < 0 else ">"
    axes.plot(np.clip(middle, -edge, edge), height, mark, color=look.colour, markerfacecolor=filled,
              markersize=size if abs(middle) <= edge else 2 * size, clip_on=False)  # fmt: skip


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
    tall = 1.8 + 0.42 * len(steps)
    figure = Figure(figsize=(11, tall))
    axes = figure.add_axes((0.22, 0.98 / tall, 0.75, 1 - 1.43 / tall))
    level = 0.0
    rows = zip(*(steps[name].tolist() for name in ("step", "estimate", "low", "high")), strict=True)
    for place, (step, estimate, low, high) in enumerate(rows):
        is_level = step in (BASELINE, ALL_OFF)
        start, end = (0.0, estimate) if is_level else (level, level - estimate)
        axes.barh(-place, end - start, 0.62, start, color=GREY if is_level else (BLUE if estimate >= 0 else VERMILLION))
        reach = [[estimate - low], [high - estimate]] if is_level else [[high - estimate], [estimate - low]]
        if not np.isnan(low):
            axes.errorbar(end, -place, xerr=reach, fmt="none", ecolor=INK, capsize=3, linewidth=1.2)
        text = f"{estimate * 100:.1f}%" if is_level else _points(estimate, language)
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
    for colour, told in ((GREY, "level"), (BLUE, "adds"), (VERMILLION, "takes")):
        axes.barh(0, 0, color=colour, label=phrase(f"compare_waterfall_{told}", language))
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=3)
    return figure


def _points(estimate: float, language: Language) -> str:
    """A contribution in percentage points: so many decimals that its sign is not that of nothing."""
    points = 100 * estimate
    digits = next((digits for digits in (1, 2) if round(points, digits)), 0)
    number = f"{points:+.{digits}f}" if digits else "0"
    return number + ("百分点" if language == "zh" else "pp")
