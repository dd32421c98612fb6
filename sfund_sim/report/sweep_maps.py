"""Maps of a sweep: an outcome at every pair of levels of two levers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sfund_sim.outcomes.verdicts import size_text
from sfund_sim.report.drawing import Drawn, house_style, small_print, text_points
from sfund_sim.report.sweep_labels import LINE_POINTS, TICKS, in_lines, path_in_lines, write_levels
from sfund_sim.report.sweep_levels import in_order
from sfund_sim.report.sweep_panels import (
    Frame,
    enlarge,
    head,
    heading_of,
    name_lever,
    of_group,
    panels_of,
    told_of_means,
)
from sfund_sim.report.words import number_text, phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DARK_FROM = 0.2
"""How far above the middle of a map's colours writing is white: 0 is the middle, 1 the darkest."""
_LETTERS_BESIDE, _LONG = 14, 26
"""Letters of a line beside a map, and of one where a level would else take more lines than these."""
_USUAL_LINES = 4
_ACROSS_POINTS, _UPWARDS_POINTS, _BESIDE_POINTS = 190.0, 150.0, 75.0
"""What a usual panel has for a map, across and upwards, and for the levels beside it."""
_GAP_POINTS = 8.0
"""What stays free around the number in a cell, and between two levels beside the map."""
_LETTERS_UPWARDS = 44
"""Letters of a line of the lever's name beside it; a Chinese character counts as two."""


class _Size(NamedTuple):
    """What a map needs."""

    lines: int
    """Of the labels below it."""
    across: float
    """Points by which its panel is wider than a usual one."""
    upwards: float
    """Points by which it is taller."""


def heat_map(part: pd.DataFrame, frame: Frame, name: str) -> Drawn:
    """All outcomes of one group over two levers, the first across, the second upwards."""
    factor, second, grouping, group = (
        str(part[column].iloc[0]) for column in ("factor", "second_factor", "group_by", "group")
    )
    outcomes = list(dict.fromkeys(part["outcome"]))
    with house_style():
        figure, panels = panels_of(len(outcomes))
        sizes, headings = [], []
        for axes, outcome in zip(panels, outcomes, strict=True):
            mine = part[part["outcome"] == outcome]
            half_width = _mean_half_width(mine)
            sizes.append(_draw_map(axes, mine, half_width, frame))
            headings.append(_heading(mine, half_width, frame))
        head(figure, panels, headings)
        enlarge(figure, panels, max(size.across for size in sizes), max(size.upwards for size in sizes))
        name_lever(figure, panels, frame.levels.named(factor), max(size.lines for size in sizes))
        figure.supylabel("\n".join(path_in_lines(frame.levels.named(second), _LETTERS_UPWARDS)), fontsize=10)
        small_print(figure, frame.info, frame.language)
    title = phrase("sweep_heat_title", frame.language, factor=factor, second=second)
    which = "sweep_heat_caption_one" if frame.info.replications == 1 else "sweep_heat_caption"
    told = told_of_means(part, frame, "level_value", "second_level_value")
    caption = phrase(which, frame.language, n=frame.info.replications, **told)
    return Drawn(name, of_group(title, grouping, group, frame.language), caption, figure, part)


def _mean_half_width(part: pd.DataFrame) -> float:
    """Mean half-width of the cells' intervals; NaN where no cell has one."""
    return float(((part["high"] - part["low"]) / 2).mean())


def _heading(part: pd.DataFrame, half_width: float, frame: Frame) -> str:
    heading = heading_of(part, frame)
    if math.isnan(half_width):
        return heading
    size = size_text(half_width, str(part["unit"].iloc[0]), frame.language)
    return f"{heading}\n" + phrase("sweep_heat_interval", frame.language, size=size)


def _draw_map(axes: Axes, part: pd.DataFrame, half_width: float, frame: Frame) -> _Size:
    """Cells of one outcome; the colours run at least over an interval's width, so that chance is not seen as colour."""
    across, down = (in_order(part[name]) for name in ("level_value", "second_level_value"))
    table = part.pivot(index="second_level_value", columns="level_value", values="estimate").loc[down, across]
    values = table.to_numpy(np.float64)
    known = values[~np.isnan(values)]
    middle = (known.min() + known.max()) / 2 if known.size else 0.0
    reach = max(float(np.ptp(known)) / 2 if known.size else 0.0, np.nan_to_num(half_width), 1e-12)
    axes.imshow(values, origin="lower", aspect="auto", cmap="Blues", vmin=middle - reach, vmax=middle + reach)
    unit, widest = str(part["unit"].iloc[0]), 0.0
    for row, column in np.ndindex(values.shape):
        text = number_text(float(values[row, column]), unit, frame.language)
        widest = max(widest, text_points(text, TICKS))
        dark = values[row, column] > middle + _DARK_FROM * reach
        axes.text(column, row, text, ha="center", va="center", fontsize=TICKS, color="white" if dark else "black")
    factor, second = (str(part[name].iloc[0]) for name in ("factor", "second_factor"))
    beside = _beside([frame.levels.text(second, label) for label in down])
    axes.set_yticks(range(len(down)), ["\n".join(lines) for lines in beside], fontsize=TICKS)
    lines = write_levels(axes, [frame.levels.text(factor, label) for label in across])
    levels_points = max(text_points(line, TICKS) for label in beside for line in label)
    wider = max(len(across) * (widest + _GAP_POINTS) - _ACROSS_POINTS, 0.0) + max(levels_points - _BESIDE_POINTS, 0.0)
    row_points = max(map(len, beside)) * LINE_POINTS + _GAP_POINTS
    return _Size(lines, wider, max(len(down) * row_points - _UPWARDS_POINTS, 0.0))


def _beside(texts: list[str]) -> list[list[str]]:
    """Levels in lines that are as short as usual, or longer where there would be too many."""
    short = [in_lines(text, _LETTERS_BESIDE) for text in texts]
    is_tall = max(map(len, short)) > _USUAL_LINES
    return [in_lines(text, _LONG) for text in texts] if is_tall else short
