"""When exits are made: Kaplan-Meier curves by kind of seller, and the competing ways in which exits end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sfund_sim.ground.calendar import DAYS_A_YEAR
from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.intervals import Floats
from sfund_sim.outcomes.multistate import Incidence, cumulative_incidence
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.survival import SurvivalCurve, kaplan_meier
from sfund_sim.report.drawing import (
    DASHES,
    FAINT,
    INK,
    PALETTE,
    Drawn,
    empty_figure,
    house_style,
    per_cent,
    small_print,
)
from sfund_sim.report.words import phrase, word
from sfund_sim.terms import LpKind

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_YEAR, _WEEK = DAYS_A_YEAR, 7.0
_LONGEST_YEARS = 5
_MARGIN = 1.03
"""A frame is so much longer than its last day, so that a step on that very day is seen."""
_NOBODY = 1e-9
"""A share below which nobody is left."""
_FEWEST_AT_RISK = 10
"""Panels end where fewer are still at risk: beyond, a curve says more of single exits than of the market."""
_LETTERS = "ABCDEFGH"
_LETTERS_ACROSS, _LONGEST_LABEL, _HANDLE = 62, 50, 5
"""Letters that the labels above a panel have room for side by side, those of one label, and what its line takes."""
_HEAD_ROWS, _ROW_POINTS = 3, 16
"""Rows of labels for which there is room above a panel, and the height of a further one."""
_KINDS = {
    "state_sellers": [kind.label for kind in LpKind if kind.is_state],
    "other_sellers": [kind.label for kind in LpKind if not kind.is_state],
}
WAYS = ("agreement", "venue", "liquidated", "fund_ended", "lapsed", "loan_repaid")
"""Competing ways out: sold by agreement, sold at a venue, and the endings without a sale."""


class _Line(NamedTuple):
    """One step curve with its band."""

    label: str
    look: int
    """Number of its colour and dashes: the same for the same thing in both halves."""
    start: float
    """Value before the first day."""
    times: Floats
    value: Floats
    low: Floats
    high: Floats
    until: float
    """Last day on which it is known; infinite where nobody is left whose exit could change it."""


class _Panel(NamedTuple):
    """One half of a figure: lines, the numbers still waiting, and the top of the axis (None: above all lines)."""

    heading: str
    lines: list[_Line]
    waiting: list[tuple[str, SurvivalCurve]]
    top: float | None

    @property
    def columns(self) -> int:
        """Columns of labels, filled one after the other: as many as there is room for, three at most."""
        lengths = [len(line.label) for line in self.lines]
        for columns in (3, 2):
            widths = [int(part.max()) + _HANDLE for part in np.array_split(lengths, columns) if part.size]
            if sum(widths) <= _LETTERS_ACROSS:
                return columns
        return 1

    @property
    def more_points(self) -> int:
        """Height of the rows of labels for which there is no room otherwise."""
        rows = math.ceil(len(self.lines) / self.columns)
        return _ROW_POINTS * max(0, rows - _HEAD_ROWS)


def time_to_exit(exits: pd.DataFrame, info: RunInfo, language: Language) -> Drawn:
    """Share still waiting against time since the wish, state sellers left and others right, numbers at risk below."""
    panels, rows = [], []
    for heading, kinds in _KINDS.items():
        curves = [(kind, _curve(part)) for kind in kinds if len(part := exits[exits["lp_kind"] == kind])]
        named = [(word("lp_kind", kind, language), curve) for kind, curve in curves]
        lines = [_survival_line(curve, look, name) for look, (name, curve) in enumerate(named)]
        panels.append(_Panel(phrase(heading, language), lines, named, 1.0))
        rows += [_survival_rows(kind, curve) for kind, curve in curves]
    figure = _drawn(panels, phrase("share_waiting", language), info, language)
    data = pd.concat(rows, ignore_index=True) if rows else _survival_rows("", _curve(exits))
    caption = phrase("time_to_exit_caption", language, n=f"{len(exits):,}")
    return Drawn("time_to_exit", phrase("time_to_exit_title", language), caption, figure, data)


def ways_out(exits: pd.DataFrame, info: RunInfo, language: Language) -> Drawn:
    """Cumulative incidence of each way out against time since the wish, state sellers left and others right."""
    panels, rows = [], []
    for heading, kinds in _KINDS.items():
        part = exits[exits["lp_kind"].isin(kinds)]
        way = _way_numbers(part)
        curve = cumulative_incidence(part["duration_days"], way, WAYS, clusters=part["rep"])
        seen = [number for number in range(len(WAYS)) if np.any(way == number + 1)]
        lines = [_incidence_line(curve, number, _way_word(WAYS[number], language)) for number in seen]
        undecided = kaplan_meier(part["duration_days"], way > 0)  # of the same exits as the curves, on the same clock
        waiting = [(phrase("undecided", language), undecided)] if len(part) else []
        panels.append(_Panel(phrase(heading, language), lines, waiting, None))
        rows.append(_incidence_rows(heading, curve))
    figure = _drawn(panels, phrase("share_ended", language), info, language)
    caption = phrase("ways_out_caption", language, n=f"{len(exits):,}")
    data = pd.concat(rows, ignore_index=True)
    return Drawn("ways_out", phrase("ways_out_title", language), caption, figure, data)


def waiting_by_scenario(exits: Mapping[str, pd.DataFrame], info: RunInfo, language: Language) -> Drawn:
    """Share still waiting against time since the wish in each scenario, state sellers left and others right."""
    letters = dict(zip(exits, _LETTERS, strict=False))
    panels, rows = [], []
    for heading, is_state in (("state_sellers", 1), ("other_sellers", 0)):
        parts = [(name, table[table["is_state"] == is_state]) for name, table in exits.items()]
        curves = [(name, _curve(part)) for name, part in parts if len(part)]
        labels = [_shortened(f"{letters[name]}  {name}") for name, _ in curves]
        lines = [_survival_line(curve, look, labels[look]) for look, (_, curve) in enumerate(curves)]
        waiting = [(letters[name], curve) for name, curve in curves]
        panels.append(_Panel(phrase(heading, language), lines, waiting, 1.0))
        rows += [_survival_rows(name, _curve(part)).assign(sellers=heading) for name, part in parts]
    figure = _drawn(panels, phrase("share_waiting", language), info, language)
    data = pd.concat(rows, ignore_index=True).rename(columns={"lp_kind": "scenario_id"})
    caption = phrase("compare_survival_caption", language, n=f"{sum(map(len, exits.values())):,}")
    return Drawn("time_to_exit", phrase("compare_survival_title", language), caption, figure, data)


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"


def _curve(exits: pd.DataFrame) -> SurvivalCurve:
    return kaplan_meier(exits["followed_days"], exits["event"], clusters=exits["rep"])


def _way_numbers(exits: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """0 for an open exit, else 1 + the number of its way out; a sale at a venue is told by its route."""
    ways = np.where(exits["sold"] == 1, np.where(exits["route"] == "venue", "venue", "agreement"), exits["ending"])
    return np.array([WAYS.index(way) + 1 if way in WAYS else 0 for way in ways.tolist()], np.int64)


def _way_word(way: str, language: Language) -> str:
    return word("ending", way, language) if way not in ("agreement", "venue") else word("route", way, language)


def _survival_line(curve: SurvivalCurve, look: int, label: str) -> _Line:
    until = _known_until(curve.times, float(curve.survival[-1]))
    return _Line(label, look, 1.0, curve.times, curve.survival, curve.low, curve.high, until)


def _incidence_line(curve: Incidence, number: int, label: str) -> _Line:
    value, low, high = (line[:, number] for line in (curve.probability, curve.low, curve.high))
    return _Line(label, number, 0.0, curve.times, value, low, high,
                 _known_until(curve.times, float(curve.waiting[-1])))  # fmt: skip


def _known_until(times: Floats, left: float) -> float:
    return math.inf if left < _NOBODY else float(times[-1])


def _survival_rows(kind: str, curve: SurvivalCurve) -> pd.DataFrame:
    columns = {"lp_kind": np.full(curve.times.size, kind, object), "days": curve.times, "at_risk": curve.at_risk,
               "events": curve.events, "probability": curve.survival, "low": curve.low, "high": curve.high}  # fmt: skip
    return pd.DataFrame(columns)


def _incidence_rows(sellers: str, curve: Incidence) -> pd.DataFrame:
    size, ways = curve.times.size, len(WAYS)
    columns = {"sellers": np.full(size * ways, sellers, object), "way_out": np.tile(np.array(WAYS, object), size),
               "days": np.repeat(curve.times, ways), "probability": curve.probability.ravel(),
               "low": curve.low.ravel(), "high": curve.high.ravel()}  # fmt: skip
    return pd.DataFrame(columns)


def _drawn(panels: Sequence[_Panel], ylabel: str, info: RunInfo, language: Language) -> Figure:
    with house_style():
        curves = [curve for panel in panels for _, curve in panel.waiting]
        figure = _two_panels(panels, _longest_years(curves), ylabel, language) if curves else None
        figure = figure or empty_figure(phrase("no_exit", language))
        small_print(figure, info, language)
    return figure


def _longest_years(curves: Sequence[SurvivalCurve]) -> float:
    last = max(float(curve.times[curve.at_risk >= _fewest(curve)].max()) for curve in curves)
    return min(max(_MARGIN * last / _YEAR, 0.25), _LONGEST_YEARS)


def _fewest(curve: SurvivalCurve) -> float:
    """A tenth of a small group is as good as ten of a large one."""
    return min(_FEWEST_AT_RISK, max(1.0, int(curve.at_risk[0]) / 10.0))


def _two_panels(panels: Sequence[_Panel], longest: float, ylabel: str, language: Language) -> Figure:
    rows = max(len(panel.waiting) for panel in panels)
    foot, body = 0.95 + 0.22 * rows, 4.1
    head = 0.95 + max(panel.more_points for panel in panels) / 72
    height = foot + body + head
    figure = Figure(figsize=(11, height))
    grid = figure.add_gridspec(1, 2, left=0.13, right=0.985, top=1 - head / height, bottom=foot / height, wspace=0.42)
    highest = max((_highest(line, longest) for panel in panels for line in panel.lines), default=0.05)
    for place, panel in enumerate(panels):
        axes = figure.add_subplot(grid[0, place])
        axes.set_ylim(0, panel.top or min(1.0, 1.05 * highest))
        for line in panel.lines:
            _draw_line(axes, line, longest)
        _dress(axes, panel, longest, language)
        axes.set_ylabel(ylabel)
        _numbers_below(axes, panel.waiting, longest, language)
    return figure


def _highest(line: _Line, longest: float) -> float:
    inside = line.times <= longest * _YEAR
    return float(np.nanmax(np.append(line.high[inside], line.value[inside].max(initial=0.05))))


def _draw_line(axes: Axes, line: _Line, longest: float) -> None:
    """Draw a curve and its band, step by step."""
    days = _days_drawn(line, longest * _YEAR)
    place = np.searchsorted(line.times, days, side="right")
    known = days <= line.until
    value, low, high = (
        np.where(known, np.concatenate(([line.start], np.where(np.isnan(end), line.value, end)))[place], np.nan)
        for end in (line.value, line.low, line.high)
    )
    colour, years = PALETTE[line.look], days / _YEAR
    axes.step(years, value, where="post", color=colour, linestyle=DASHES[line.look], linewidth=1.8, label=line.label)
    axes.fill_between(years, low, high, step="post", color=colour, alpha=0.15, linewidth=0)


def _days_drawn(line: _Line, last: float) -> Floats:
    """Days on which a curve is drawn anew: those of its steps; of many steps, those of each week's first day.

    Weeks are finer than the eye and keep the file small.
    """
    steps, weeks = line.times[line.times <= last], np.arange(0.0, last, _WEEK)
    return np.union1d(steps if steps.size <= weeks.size else weeks, [0.0, min(line.until, last), last])


def _dress(axes: Axes, panel: _Panel, longest: float, language: Language) -> None:
    axes.set_title(panel.heading, pad=42 + panel.more_points)
    axes.set_xlim(0, longest)
    axes.set_xlabel(phrase("years_since_wish", language))
    per_cent(axes)
    axes.grid(axis="y")
    if not panel.waiting:
        axes.text(0.5, 0.5, phrase("no_exit", language), transform=axes.transAxes, ha="center", color=FAINT)
    if panel.lines:
        axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 0.985), ncols=panel.columns, columnspacing=0.9,
                    handlelength=1.9)  # fmt: skip


def _numbers_below(axes: Axes, rows: Sequence[tuple[str, SurvivalCurve]], longest: float, language: Language) -> None:
    """Numbers still waiting, one row a curve, under the ticks of the time axis (offsets in points)."""
    ticks = np.arange(0, longest + 1e-9, 1.0 if longest > 2 else 0.5 if longest > 1 else 0.25)
    axes.set_xticks(ticks)
    labels = [(label, PALETTE[place]) for place, (label, _) in enumerate(rows)]
    if len(rows) > 1:
        _write_below(axes, (0, -40), phrase("at_risk", language), label_colour=FAINT)
    else:
        labels = [(label, INK) for label, _ in labels]
    for place, ((label, colour), (_, curve)) in enumerate(zip(labels, rows, strict=True)):
        down = -40 - 14 * (place + (len(rows) > 1))
        _write_below(axes, (0, down), label, label_colour=colour)
        for tick, number in zip(ticks, curve.numbers_at_risk(ticks * _YEAR), strict=True):
            _write_below(axes, (tick, down), f"{number:,}")


def _write_below(axes: Axes, place: tuple[float, float], text: str, *, label_colour: str = "") -> None:
    """Write a number, or a label in its colour left of the axis, at a time (years) and points below the time axis."""
    when, down = place
    axes.annotate(text, (when, 0), (-22 if label_colour else 0, down), axes.get_xaxis_transform(),
                  textcoords="offset points", fontsize=8, color=label_colour or INK,
                  ha="right" if label_colour else "center", va="center", annotation_clip=False)  # fmt: skip
