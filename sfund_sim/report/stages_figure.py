"""One exit through the stages of a venue, as a Gantt timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.tables import Tables
from sfund_sim.report.drawing import BLUE, FAINT, GREY, VERMILLION, Drawn, empty_figure, house_style, small_print
from sfund_sim.report.words import number_text, phrase, word
from sfund_sim.terms import Stage

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WAITS = {
    ("wished", "custody"): "wait_way_out",
    ("intent", "published"): "wait_consent",
    ("bidding", "signed"): "wait_notice",
    ("signed", "registered"): "wait_payment",
    ("", "intent"): "wait_round",
    ("", "paid"): "wait_payment",
}
"""What is waited for between two stages; an empty word stands for any stage before."""
_VENUE_STAGES = {stage.label for stage in Stage if Stage.CUSTODY <= stage <= Stage.REGISTERED}


def typical_exit(exits: pd.DataFrame) -> str | None:
    """The exit sold at a venue by bidding, in the first replication that has one, whose duration is the median.

    Sales to a sole bidder or a partner stand in where nothing was sold by bidding; None when no venue sold anything.
    """
    sold = exits[(exits["route"] == "venue") & (exits["sold"] == 1)]
    for wanted in (sold[sold["ending"] == "sold_by_bidding"], sold):
        if len(wanted):
            first = wanted[wanted["rep"] == wanted["rep"].min()]
            ranked = first.sort_values(["duration_days", "exit_id"])
            return str(ranked["exit_id"].iloc[(len(ranked) - 1) // 2])
    return None


def stages_of_exit(tables: Tables, info: RunInfo, language: Language, *, exit_id: str | None = None) -> Drawn:
    """Bars from entering to leaving each stage of one exit (a typical one unless named), later rounds lower down."""
    stages, exits = tables["stages"], tables["exits"]
    chosen = exit_id or typical_exit(exits)
    mine = stages[stages["exit_id"] == chosen].reset_index(drop=True)
    title = phrase("stages_of_exit_title", language)
    with house_style():
        if not len(mine):
            figure, caption = empty_figure(phrase("no_stages", language)), phrase("no_stages", language)
        else:
            exit_row = exits[exits["exit_id"] == chosen].iloc[0]
            figure, caption = _gantt(mine, exit_row, language), _caption(exit_row, language)
        small_print(figure, info, language)
    data = mine[["exit_id", "round", "stage", "entered_date", "left_date", "stage_days"]]
    return Drawn("stages_of_exit", title, caption, figure, data)


def _caption(exit_row: pd.Series, language: Language) -> str:
    return phrase(
        "stages_of_exit_caption", language, exit=exit_row["exit_id"],
        kind=word("lp_kind", exit_row["lp_kind"], language), days=int(exit_row["duration_days"]),
        ending=word("ending", exit_row["ending"], language),
        price=number_text(float(exit_row["price_to_nav"]), "ratio", language),
    )  # fmt: skip


def _gantt(mine: pd.DataFrame, exit_row: pd.Series, language: Language) -> Figure:
    height = 1.5 + 0.36 * len(mine)
    figure = Figure(figsize=(11, height))
    axes = figure.add_axes((0.27, 0.75 / height, 0.66, 1 - 1.1 / height))
    begins = mine["entered_date"].to_numpy("datetime64[D]")
    ends = mine["left_date"].fillna(str(exit_row["end_date"])).to_numpy("datetime64[D]")
    waits = _waits(mine, begins, ends)
    whole = ends.max() - begins.min()
    for place, (stage, is_over) in enumerate(zip(mine["stage"], mine["left_date"].notna(), strict=True)):
        colour = VERMILLION if stage == "disclosed" else BLUE if stage in _VENUE_STAGES else GREY
        days = int((ends[place] - begins[place]).astype(int))
        axes.barh(place, np.timedelta64(days, "D"), 0.6, begins[place], color=colour, edgecolor=colour, linewidth=0.8)
        text = phrase("days_suffix", language, n=days) + ("" if is_over else f" · {phrase('open_stage', language)}")
        if wait := waits.get(place):
            axes.plot([wait.since, begins[place]], [place, place], color=FAINT, linewidth=1)
            told = f"{phrase(wait.what, language)} {phrase('days_suffix', language, n=wait.days)}"
            if wait.since - begins.min() < whole // 2 and 3 * (begins[place] - wait.since) < whole:
                text += f" · {phrase('after_wait', language, wait=told)}"
            else:
                _write_wait(axes, wait, place, told, is_long=3 * (begins[place] - wait.since) >= whole)
        axes.annotate(text, (ends[place], place), (5, 0), textcoords="offset points", fontsize=8, va="center")
    axes.set_yticks(range(len(mine)), _stage_names(mine, language))
    axes.set_ylim(len(mine) - 0.4, -0.6)
    kind = word("lp_kind", exit_row["lp_kind"], language)
    axes.set_title(phrase("stages_of_exit_named", language, exit=exit_row["exit_id"], kind=kind))
    _date_axis(axes)
    return figure


def _write_wait(axes: Axes, wait: _Wait, place: int, told: str, *, is_long: bool) -> None:
    """Say what is waited for: amid a long line, left of a short one."""
    if is_long:
        amid = wait.since + np.timedelta64(wait.days // 2, "D")
        axes.text(amid, place, told, fontsize=8, va="center", ha="center", color=FAINT,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
    else:
        axes.annotate(told, (wait.since, place), (-5, 0), textcoords="offset points", fontsize=8, va="center",
                      ha="right", color=FAINT)  # fmt: skip


class _Wait(NamedTuple):
    """Days before a stage on which the exit was in none."""

    since: Any
    days: int
    what: str
    """Phrase of what is waited for."""


def _waits(mine: pd.DataFrame, begins: Any, ends: Any) -> dict[int, _Wait]:
    """The wait before each row that has one: from the end of what came before to its own beginning."""
    waits = {}
    for place in range(1, len(mine)):
        since = ends[:place].max()
        if begins[place] > since:
            before, after = mine["stage"][place - 1], mine["stage"][place]
            what = _WAITS.get((before, after)) or _WAITS.get(("", after), "wait_other")
            waits[place] = _Wait(since, int((begins[place] - since).astype(int)), what)
    return waits


def _stage_names(mine: pd.DataFrame, language: Language) -> list[str]:
    """Stage words; where an exit went through several rounds, with the round's number."""
    several = mine["round"].max() > 1
    names = []
    for stage, number in zip(mine["stage"], mine["round"], strict=True):
        told = several and stage in _VENUE_STAGES and number > 0
        names.append(word("stage", stage, language) + (f" · {phrase('round', language, n=number)}" if told else ""))
    return names


def _date_axis(axes: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, DateFormatter

    axes.xaxis.set_major_locator(AutoDateLocator(minticks=4, maxticks=9))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m-%d"))  # type: ignore[no-untyped-call]
    axes.tick_params(axis="x", labelsize=8)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
