"""Labels below the panel of a sweep: levels in lines that are never cut within a word, and each group's n."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from rich.cells import cell_len

from sfund_sim.report.drawing import INK, rows_apart, text_points
from sfund_sim.report.terminal import wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TICKS = 9
"""Size of the labels, which carry n: to be read on a telephone."""
LINE_POINTS = 11.0
"""From one line of a label to the next."""
_FIRST_POINTS = 7.0
"""From the axis to the first line."""
_ACROSS_POINTS, _GAP_POINTS = 226.0, 4.0
"""Width of a panel's axis, and what must stay free between two labels."""
_LETTERS_ACROSS = 46
"""Letters for which a panel's axis has room."""
_CHINESE_WORD = 8
"""Letters as which four Chinese characters count: a word of four is not cut."""
_USUAL_N = "n=99,999"
"""Room kept for every n, so that labels stand alike in all panels."""
_STEP, _HERE = re.compile(r"([._])(?=[A-Za-z])"), "\N{ZERO WIDTH SPACE}"
"""Where a path may be broken."""
_WITHIN_MARGINS = 1 / 1.1
"""Part of the axis between the first and the last of levels that are numbers."""


class Counts(NamedTuple):
    """The rows behind one group's numbers, level by level, and the colour in which they are written."""

    n: Sequence[int]
    colour: str


def write_levels(
    axes: Axes, texts: Sequence[str], counts: Sequence[Counts] = (), numbers: np.ndarray[Any, Any] | None = None
) -> int:
    """Write levels below an axis and below each of them n, and return how many lines that took.

    Levels stand at their ``numbers``, or side by side when they have none; labels that would touch go further down.
    """
    places = np.arange(len(texts), dtype=float) if numbers is None else numbers
    behind = [[(f"n={group.n[number]:,}", group.colour) for group in counts] for number in range(len(texts))]
    room = _room(texts)
    labels = [[(line, INK) for line in in_lines(text, room)] for text in texts]
    least = [(_USUAL_N, INK)] if counts else []
    widths = [
        max(text_points(text, TICKS) for text, _ in [*label, *n, *least])
        for label, n in zip(labels, behind, strict=True)
    ]
    rows = rows_apart(_ACROSS_POINTS * _across(axes, places, numbers is None), np.array(widths) + _GAP_POINTS)
    tall = max(map(len, labels)) + len(counts)
    axes.set_xticks(places, [""] * len(texts))
    for place, label, n, row in zip(places.tolist(), labels, behind, rows, strict=True):
        for line, (text, colour) in enumerate([*label, *n]):
            below = -_FIRST_POINTS - (row * tall + line) * LINE_POINTS
            axes.annotate(text, (place, 0.0), (0.0, below), ha="center", va="top", color=colour, fontsize=TICKS,
                          xycoords=axes.get_xaxis_transform(), textcoords="offset points")  # fmt: skip
    return (max(rows) + 1) * tall


def in_lines(text: str, room: int) -> list[str]:
    """A text in lines of so many letters, never cut within a word."""
    return wrapped(text, room).split("\n")


def path_in_lines(path: str, room: int) -> list[str]:
    """The name of a factor in lines of so many letters; each step of a path, and of a name of code, is a word."""
    return wrapped(_STEP.sub(rf"\1{_HERE}", path), room).replace(_HERE, "").split("\n")


def _room(texts: Sequence[str]) -> int:
    """Letters that a line may have: a level's share of the axis, or the longest word of all levels."""
    longest = max(cell_len(line) for text in texts for line in wrapped(text, 1).split("\n"))
    return max(_LETTERS_ACROSS // len(texts) - 1, longest, _CHINESE_WORD)


def _across(axes: Axes, places: np.ndarray[Any, Any], is_side_by_side: bool) -> np.ndarray[Any, Any]:
    """Where the levels stand, as shares of the axis."""
    if is_side_by_side:
        return np.asarray((places + 0.5) / len(places))
    on_axis = np.log(places) if axes.get_xscale() == "log" else places
    return np.asarray(_WITHIN_MARGINS * on_axis / max(np.ptp(on_axis), 1e-12))
