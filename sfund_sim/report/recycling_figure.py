"""Where exit money went: flows from kinds of seller to uses, with what they financed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.intervals import Estimates, Floats, mean_over_replications, of_levels
from sfund_sim.outcomes.measures.registry import POSITIVE
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.drawing import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    ORANGE,
    PALETTE,
    Drawn,
    empty_figure,
    house_style,
    small_print,
)
from sfund_sim.report.words import estimate_text, money_text, phrase, word
from sfund_sim.terms import LpKind, Use

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_USE_COLOURS = {"early_stage": GREEN, "later_stage": BLUE, "treasury": ORANGE, "idle": GREY, "not_yet": FAINT}
_LEFT_GAP, _RIGHT_GAP = 0.045, 0.1
"""Space between nodes, as a share of all money: room for one line of text, and for three."""
_LEFT, _RIGHT, _WIDTH = 0.0, 1.0, 0.025


class _Flows(NamedTuple):
    """Mean amounts of a replication, yuan [kinds, uses], and the totals of each use with their intervals."""

    kinds: list[str]
    uses: list[str]
    amounts: Floats
    by_use: Estimates
    companies: Floats


def recycling(table: pd.DataFrame, info: RunInfo, language: Language) -> Drawn:
    """Flows of exit money from kinds of seller (left) to uses (right), mean of a replication."""
    flows = _flows(table, info.replications)
    with house_style():
        figure = _sankey(flows, language) if flows.kinds else empty_figure(phrase("no_money", language))
        small_print(figure, info, language)
    caption = phrase("recycling_caption", language, n=f"{len(table):,}")
    columns = {"lp_kind": np.repeat(np.array(flows.kinds, object), len(flows.uses)),
               "use": np.tile(np.array(flows.uses, object), len(flows.kinds)),
               "amount_cny": flows.amounts.ravel()}  # fmt: skip
    return Drawn("recycling", phrase("recycling_title", language), caption, figure, pd.DataFrame(columns))


def _flows(table: pd.DataFrame, replications: int) -> _Flows:
    kinds = [kind for kind in LpKind.labels() if np.any(table["lp_kind"] == kind)]
    uses = [use for use in Use.labels() if np.any(table["use"] == use)]
    sums = table.groupby(["lp_kind", "use"], observed=True)["amount_cny"].sum()
    amounts = np.array([[sums.get((kind, use), 0.0) for use in uses] for kind in kinds]) / max(replications, 1)
    by_rep = table.groupby(["rep", "use"], observed=True)[["amount_cny", "companies_financed"]].sum().unstack("use")
    shape = (replications, len(uses))
    money, companies = np.zeros(shape), np.zeros(shape)
    if uses:
        money[: len(by_rep)] = by_rep["amount_cny"][uses].fillna(0.0).to_numpy()
        companies[: len(by_rep)] = by_rep["companies_financed"][uses].fillna(0.0).to_numpy()
    return _Flows(
        kinds,
        uses,
        amounts,
        of_levels(mean_over_replications(money), np.full(len(uses), replications), *POSITIVE),
        companies.mean(axis=0),
    )


def _sankey(flows: _Flows, language: Language) -> Figure:
    figure = Figure(figsize=(11, 5.4))
    axes = figure.add_axes((0.2, 0.06, 0.53, 0.84))
    total = float(flows.amounts.sum())
    shares = flows.amounts / total
    left, right = _tops(shares.sum(axis=1), _LEFT_GAP), _tops(shares.sum(axis=0), _RIGHT_GAP)
    left_now, right_now = left.copy(), right.copy()
    for kind in range(len(flows.kinds)):
        for use, name in enumerate(flows.uses):
            thick = float(shares[kind, use])
            _ribbon(axes, (left_now[kind], right_now[use]), thick, _USE_COLOURS[name])
            left_now[kind] -= thick
            right_now[use] -= thick
    _left_nodes(axes, flows, left, language)
    _right_nodes(axes, flows, right, language)
    axes.set_xlim(_LEFT - _WIDTH, _RIGHT + _WIDTH)
    half = max(left[0], right[0]) + 0.02
    axes.set_ylim(-half, half)
    axes.set_axis_off()
    return figure


def _tops(sizes: Floats, gap: float) -> Floats:
    """Upper edges of nodes stacked downwards about the middle, with gaps."""
    whole = 1.0 + gap * (sizes.size - 1)
    before = np.concatenate(([0.0], np.cumsum(sizes)[:-1])) + gap * np.arange(sizes.size)
    return np.asarray(whole / 2 - before)


def _ribbon(axes: Axes, tops: tuple[float, float], thick: float, colour: str) -> None:
    """A band of one thickness from a left node to a right one (half a cosine)."""
    across = np.linspace(_LEFT, _RIGHT, 60)
    blend = (1 - np.cos(np.pi * np.linspace(0, 1, 60))) / 2
    upper = tops[0] + (tops[1] - tops[0]) * blend
    axes.fill_between(across, upper - thick, upper, color=colour, alpha=0.35, linewidth=0)


def _left_nodes(axes: Axes, flows: _Flows, tops: Floats, language: Language) -> None:
    sizes = flows.amounts.sum(axis=1) / flows.amounts.sum()
    axes.annotate(
        phrase("exit_money_from", language), (_LEFT, tops[0]), (-8, 14), textcoords="offset points", ha="right"
    )
    for place, (kind, size) in enumerate(zip(flows.kinds, sizes, strict=True)):
        axes.fill_between([_LEFT - _WIDTH, _LEFT], tops[place] - size, tops[place], color=PALETTE[6], linewidth=0)
        text = f"{word('lp_kind', kind, language)}  {money_text(float(flows.amounts[place].sum()), language)}"
        axes.annotate(text, (_LEFT - _WIDTH, tops[place] - size / 2), (-6, 0), textcoords="offset points",
                      ha="right", va="center", fontsize=9)  # fmt: skip


def _right_nodes(axes: Axes, flows: _Flows, tops: Floats, language: Language) -> None:
    sizes = flows.amounts.sum(axis=0) / flows.amounts.sum()
    axes.annotate(phrase("goes_to", language), (_RIGHT, tops[0]), (8, 14), textcoords="offset points")
    for place, (use, size) in enumerate(zip(flows.uses, sizes, strict=True)):
        colour = _USE_COLOURS[use]
        axes.fill_between([_RIGHT, _RIGHT + _WIDTH], tops[place] - size, tops[place], color=colour, linewidth=0)
        lines = [f"{word('use', use, language)}  {size:.0%}", _interval(flows.by_use, place, language)]
        if flows.companies[place] > 0:
            lines.append(phrase("companies_line", language, n=f"{flows.companies[place]:,.1f}"))
        axes.annotate("\n".join(lines), (_RIGHT + _WIDTH, tops[place] - size / 2), (6, 0),
                      textcoords="offset points", va="center", fontsize=9, linespacing=1.35)  # fmt: skip


def _interval(by_use: Estimates, place: int, language: Language) -> str:
    low = float(np.maximum(by_use.low[place], 0.0))
    return estimate_text((float(by_use.value[place]), low, float(by_use.high[place])), "CNY", language)
