"""What all figures of a sweep share: panels side by side, the lever's name below them, axes in an outcome's unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.drawing import per_cent
from sfund_sim.report.sweep_labels import LINE_POINTS, in_lines
from sfund_sim.report.sweep_levels import Levels
from sfund_sim.report.words import group_word, number_text, outcome_heading, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

_WIDTH, _HEIGHT = 3.9, 3.1
_FOOT, _LEVER = 0.22, 0.24
"""Inches kept free below the panels for the small print, and for the name of a lever above it."""
_COLUMNS = 3
_USUAL_LINES = 2
"""Lines of labels for which a panel's usual height has room."""
_LETTERS_ABOVE, _HEADING_POINTS = 42, 15.0
"""Letters of a heading for which a panel has room, and from one of its lines to the next."""


class Frame(NamedTuple):
    """What all figures of a sweep share."""

    info: RunInfo
    levels: Levels
    pairing: bool
    points: int = 1
    """Points at which the sweep ran."""

    @property
    def language(self) -> Language:
        """The language of the figures."""
        return self.levels.language


def of_first_grouping(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of everybody together; where nobody asked for these, those of the first grouping."""
    groupings = list(dict.fromkeys(table["group_by"]))
    return table[table["group_by"] == ("all" if "all" in groupings else next(iter(groupings), "all"))]


def of_group(text: str, grouping: str, group: str, language: Language) -> str:
    """A name, and of which group it is where it is not of everybody."""
    if grouping == "all":
        return text
    return f"{text}{'：' if language == 'zh' else ': '}{group_word(grouping, group, language)}"


def told_of_means(part: pd.DataFrame, frame: Frame, *by: str) -> dict[str, str]:
    """What a caption says of the numbers at each level (or pair of levels) ``by``: over how many points they are
    averaged, how medians come by their intervals, and why some have none; empty where there is nothing to say.
    """
    is_pair, points = len(by) > 1, frame.points // len(part[list(by)].drop_duplicates())
    averaged, intervals = "", []
    if points > 1:
        averaged = phrase("sweep_averaged_pair" if is_pair else "sweep_averaged", frame.language, points=points)
    if any(name in MEASURES and MEASURES[name].rows for name in part["outcome"].unique()):
        intervals.append("sweep_medians_of_points" if points > 1 else "sweep_medians_of_a_point")
    if (part["estimate"].notna() & part["low"].isna() & part["high"].isna()).any():
        intervals.append("sweep_without_intervals")
    return {"averaged": averaged, "intervals": "".join(phrase(each, frame.language) for each in intervals)}


def heading_of(part: pd.DataFrame, frame: Frame) -> str:
    """An outcome's heading; where several replications give none of its numbers an interval, that stands below it."""
    heading = outcome_heading(str(part["outcome"].iloc[0]), frame.language)
    if frame.info.replications < 2 or part["estimate"].isna().all() or part[["low", "high"]].notna().any(axis=None):
        return heading
    return f"{heading}\n" + phrase("sweep_no_intervals", frame.language, n=frame.info.replications)


def by_strength(table: pd.DataFrame) -> list[str]:
    """Factors of one outcome, the strongest first, by the index that sums them up best (ST, mu_star, srrc)."""
    names = list(dict.fromkeys(table["index"]))
    strength = table[table["index"] == ("ST" if "ST" in names else names[0])].set_index("factor")["estimate"].abs()
    return [str(factor) for factor in strength.fillna(0.0).sort_values(kind="stable", ascending=False).index]


def panels_of(
    count: int, *, height: float = _HEIGHT, width: float = _WIDTH, columns: int = _COLUMNS
) -> tuple[Figure, list[Axes]]:
    """A figure with so many panels."""
    across = min(columns, count)
    rows = math.ceil(count / across)
    figure = Figure(figsize=(width * max(across, 2), height * rows + 0.7), layout="constrained")
    _keep_foot(figure, _FOOT)
    grid = figure.subplots(rows, across, squeeze=False).ravel().tolist()
    for axes in grid[count:]:
        axes.set_axis_off()
    return figure, grid[:count]


def enlarge(figure: Figure, panels: Sequence[Axes], across: float, upwards: float) -> None:
    """Give every panel so many points more."""
    rows, columns = _grid(panels)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width + columns * across / 72, height + rows * upwards / 72)


def head(figure: Figure, panels: Sequence[Axes], headings: Sequence[str]) -> None:
    """Write a heading above each panel, in lines for which it has room, and make room for them."""
    (rows, _), more = _grid(panels), 0
    for axes, heading in zip(panels, headings, strict=True):
        given = heading.split("\n")
        lines = [line for each in given for line in in_lines(each, _LETTERS_ABOVE)]
        more = max(more, len(lines) - len(given))
        axes.set_title("\n".join(lines))
    figure.set_figheight(figure.get_figheight() + rows * more * _HEADING_POINTS / 72)


def name_lever(figure: Figure, panels: Sequence[Axes], name: str, lines: int) -> None:
    """Make room for labels of so many lines, and write below all panels what is varied, above the small print."""
    rows, _ = _grid(panels)
    figure.set_figheight(figure.get_figheight() + rows * max(lines - _USUAL_LINES, 0) * LINE_POINTS / 72)
    _keep_foot(figure, _FOOT + _LEVER)
    figure.supxlabel(name, fontsize=10, y=_FOOT / figure.get_figheight(), va="bottom")


def _grid(panels: Sequence[Axes]) -> tuple[int, int]:
    """Rows and columns in which panels stand."""
    place = panels[0].get_subplotspec()
    assert place is not None
    rows, columns = place.get_gridspec().get_geometry()
    return rows, columns


def _keep_foot(figure: Figure, inches: float) -> None:
    """Keep so much free below the panels."""
    foot = inches / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0.0, foot, 1.0, 0.995 - foot))  # type: ignore[union-attr, call-arg]


def number_axis(axes: Axes, unit: str, language: Language) -> None:
    """Write an axis of values in the outcome's unit."""
    if unit in ("share", "ratio", "share/year"):
        per_cent(axes)
    elif unit == "CNY":
        axes.yaxis.set_major_formatter(lambda value, _: number_text(value, unit, language) if value else "0")
