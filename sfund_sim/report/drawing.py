"""The look of all figures: one font for Latin and Chinese, colours for all eyes, small print, reproducible bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib
import numpy as np
import pandas as pd
import pylopdf_fonts_zh_cn
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.textpath import TextPath
from numpy.typing import NDArray

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.words import phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito (2008, Color Universal Design), without yellow, which is too pale on white.
BLACK, ORANGE, SKY, GREEN, BLUE, VERMILLION, PURPLE, GREY = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7", "#8A8A8A",
)  # fmt: skip
PALETTE = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK, GREY)
DASHES = ("-", "--", "-.", (0, (1, 1)), (0, (5, 1, 1, 1)), (0, (3, 1, 1, 1, 1, 1)), "-", "--")
MARKERS = ("o", "s", "D", "^")
PNG_DPI = 200
_CLIP = re.compile(r"\bp[0-9a-f]{10}\b")
_PATH_DATA = re.compile(r' d="[^"]*"')
_DECIMALS = re.compile(r"(\.\d\d)\d+")
INK, FAINT = "#222222", "#666666"
_FOOT = 0.05
"""Inches from the lower edge of a figure to its small print."""
_STYLE: dict[Any, Any] = {
    "axes.edgecolor": FAINT, "axes.labelcolor": INK, "axes.labelsize": 10, "axes.spines.right": False,
    "axes.spines.top": False, "axes.titlelocation": "left", "axes.titlesize": 11, "axes.unicode_minus": False,
    "font.size": 10, "grid.color": "#DDDDDD", "grid.linewidth": 0.6, "legend.frameon": False, "legend.fontsize": 9,
    "svg.fonttype": "path", "svg.hashsalt": "sfund_sim", "text.color": INK, "xtick.color": FAINT,
    "xtick.labelcolor": INK, "ytick.color": FAINT, "ytick.labelcolor": INK,
}  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """A finished figure: its file name, title and caption in one language, and the numbers behind it."""

    name: str
    title: str
    caption: str
    figure: Figure
    data: pd.DataFrame

    @cached_property
    def svg(self) -> str:
        """The figure as SVG; made once, for the file and for the page."""
        return svg_text(self.figure)


class Look(NamedTuple):
    """How a scenario or a group is drawn."""

    colour: str
    dashes: Any
    marker: str


def look_of(number: int) -> Look:
    """The look of the so-manieth, from 0: eight colours with a dash each; the next eight have another marker."""
    turn, place = divmod(number, len(PALETTE))
    return Look(PALETTE[place], DASHES[(place + turn) % len(DASHES)], MARKERS[turn % len(MARKERS)])


@cache
def font() -> font_manager.FontProperties:
    """The open Noto Sans SC (SIL OFL), which has Latin and Chinese, made known to matplotlib."""
    path = str(pylopdf_fonts_zh_cn.sans_path())
    font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path)


@cache
def text_points(text: str, size: float) -> float:
    """Width of a line in the house font at this size, in points."""
    return float(TextPath((0.0, 0.0), text, size=size, prop=font()).get_extents().width)


@contextmanager
def house_style() -> Iterator[None]:
    """Draw (and save) in the house style; what stood before comes back afterwards."""
    with matplotlib.rc_context({**_STYLE, "font.family": [font().get_name()]}):
        yield


def small_print(figure: Figure, info: RunInfo, language: Language) -> None:
    """Write at the foot of a figure which run it shows."""
    text = phrase(
        "small_print", language, version=info.version, code=info.code, scenario=info.scenario_id, seed=info.seed,
        replications=info.replications, hash=info.scenario_hash[:12],
    )  # fmt: skip
    figure.text(0.995, _FOOT / figure.get_figheight(), text, ha="right", va="bottom", fontsize=7, color=FAINT)


def empty_figure(message: str) -> Figure:
    """A figure that says why there is nothing to show."""
    figure = Figure(figsize=(9, 2.4))
    figure.text(0.5, 0.55, message, ha="center", va="center", fontsize=12, color=FAINT)
    return figure


def per_cent(axes: Axes, axis: str = "y") -> None:
    """Show shares in per cent on an axis, with decimals where its ticks need them."""
    from matplotlib.ticker import FuncFormatter

    in_per_cent = FuncFormatter(lambda share, _: f"{round(100 * share, 6):g}%")
    (axes.yaxis if axis == "y" else axes.xaxis).set_major_formatter(in_per_cent)


def svg_text(figure: Figure) -> str:
    """A figure as SVG, text as paths, coordinates to a hundredth of a point; the same bytes on every run.

    Matplotlib names a clipping path by a hash of its exact corners, whose last bit a solved layout may leave
    to chance: here it is named by its number.
    """
    buffer = io.StringIO()
    with house_style():
        figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    clips: dict[str, str] = {}
    text = _CLIP.sub(lambda name: clips.setdefault(name.group(), f"clip{len(clips)}"), buffer.getvalue())
    return _PATH_DATA.sub(lambda path: _DECIMALS.sub(r"\1", path.group()), text)


def png_bytes(figure: Figure) -> bytes:
    """A figure as PNG at 200 dots an inch, without the time or version of any software."""
    buffer = io.BytesIO()
    with house_style():
        figure.savefig(buffer, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return buffer.getvalue()


def rows_apart(places: NDArray[np.float64], widths: NDArray[np.float64]) -> list[int]:
    """The row, 0 the uppermost, of each of some centred labels, so that none touches another; rows come in turn.

    ``places`` [n] and ``widths`` [n] are in the same unit; places may come in any order.
    """
    order = np.argsort(places, kind="stable")
    ends = np.array([places - widths / 2, places + widths / 2])[:, order]
    turns = next(
        turns
        for turns in range(1, len(order) + 1)
        if all((ends[0, row + turns :: turns] >= ends[1, row:-turns:turns]).all() for row in range(turns))
    )
    rows = np.empty(len(order), int)
    rows[order] = np.arange(len(order)) % turns
    return [int(row) for row in rows]
