"""What a sweep shows: response to each lever, maps of two levers together, and bars of what the outcomes depend on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sfund_sim.ground.errors import Language
from sfund_sim.report.drawing import INK, Drawn, house_style, look_of, small_print
from sfund_sim.report.sweep_bars import bars
from sfund_sim.report.sweep_labels import Counts, write_levels
from sfund_sim.report.sweep_levels import as_numbers, endings, in_order, levels_of
from sfund_sim.report.sweep_maps import heat_map
from sfund_sim.report.sweep_panels import (
    Frame,
    head,
    heading_of,
    name_lever,
    number_axis,
    of_first_grouping,
    panels_of,
    told_of_means,
)
from sfund_sim.report.words import group_word, phrase, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sfund_sim.experiments.sweep_results import SweepResults

_MOST_HEAT_MAPS = 6
_ASIDE = 0.12
"""Distance of neighbouring groups at one level without a number, so that equal intervals do not hide each other."""
_LOGARITHMIC_FROM = 30.0
"""An axis whose largest value is so many times its smallest is logarithmic."""


def sweep_figures(results: SweepResults, language: Language) -> list[Drawn]:
    """Curves of every factor with levels, by grouping; maps of the first pairs of levers; bars of sensitivity."""
    from sfund_sim.experiments.sweep_tables import curves_table, pairs_table

    design = results.plan.design
    frame = Frame(results.plan.info, levels_of(results, language), results.plan.experiment.pairing, design.size)
    names = {factor: short_name(ending) for factor, ending in endings([one.name for one in design.factors]).items()}
    drawings = []
    if design.kind in ("grid", "latin_hypercube"):
        curves, pairs = curves_table(results.cube, design), pairs_table(results.cube, design)
        levels = curves.groupby("factor")["level_value"].nunique()
        for (factor, _), part in curves[curves["factor"].map(levels) > 1].groupby(["factor", "group_by"], sort=False):
            drawings.append(response(part, frame, names[str(factor)]))
        maps = of_first_grouping(pairs).groupby(["factor", "second_factor", "group"], sort=False)
        for (factor, second, group), part in list(maps)[:_MOST_HEAT_MAPS]:
            name = f"map_{names[str(factor)]}_{names[str(second)]}"
            drawings.append(heat_map(part, frame, _of(name, str(group))))
    strengths = of_first_grouping(results.sensitivity).groupby("group", sort=False)
    return drawings + [bars(part, design.kind, frame, _of("sensitivity", str(group))) for group, part in strengths]


def short_name(factor: str) -> str:
    """A group, or the last steps of a path, as file names have them."""
    return re.sub(r"[^a-z0-9]+", "_", factor.lower()).strip("_") or "factor"


def _of(name: str, group: str) -> str:
    """The name of a figure's file, with the group that it is of."""
    return name if group == "all" else f"{name}_of_{short_name(group)}"


def response(part: pd.DataFrame, frame: Frame, name: str = "factor") -> Drawn:
    """All outcomes at every level of one factor, which has this ``name`` in file names, by one grouping."""
    factor, grouping = str(part["factor"].iloc[0]), str(part["group_by"].iloc[0])
    outcomes, groups = list(dict.fromkeys(part["outcome"])), list(dict.fromkeys(part["group"]))
    with house_style():
        figure, panels = panels_of(len(outcomes))
        lines, headings = [], []
        for axes, outcome in zip(panels, outcomes, strict=True):
            mine = part[part["outcome"] == outcome]
            lines.append(_draw_response(axes, mine, groups, frame))
            headings.append(heading_of(mine, frame))
        head(figure, panels, headings)
        if grouping != "all":
            handles = [dict(zip(*axes.get_legend_handles_labels()[::-1], strict=True)) for axes in panels]
            known = {label: handle for panel in handles[::-1] for label, handle in panel.items()}
            figure.legend(known.values(), known, loc="outside upper right", ncols=4)
        name_lever(figure, panels, frame.levels.named(factor), max(lines))
        small_print(figure, frame.info, frame.language)
    file = f"response_{name}" + (f"_by_{grouping}" if grouping != "all" else "")
    return Drawn(file, _title(factor, grouping, frame.language), _caption(part, frame), figure, part)


def _title(factor: str, grouping: str, language: Language) -> str:
    if grouping == "all":
        return phrase("sweep_response_title", language, factor=factor)
    groups = word("grouping", grouping, language)
    return phrase("sweep_response_title_by", language, factor=factor, grouping=groups)


def _caption(part: pd.DataFrame, frame: Frame) -> str:
    factor, grouping = str(part["factor"].iloc[0]), str(part["group_by"].iloc[0])
    pairing = phrase("sweep_paired" if frame.pairing else "sweep_unpaired", frame.language)
    which = "sweep_response_caption_one" if frame.info.replications == 1 else "sweep_response_caption"
    counts = "" if grouping == "all" else phrase("sweep_response_counts", frame.language)
    told = told_of_means(part, frame, "level_value")
    return phrase(
        which, frame.language, factor=factor, n=frame.info.replications, pairing=pairing, counts=counts, **told
    )


def _draw_response(axes: Axes, part: pd.DataFrame, groups: list[str], frame: Frame) -> int:
    """One outcome of all groups that have it; a group looks the same in every panel, and its n has its colour.

    Returns the lines that the labels below it take.
    """
    factor, grouping = str(part["factor"].iloc[0]), str(part["group_by"].iloc[0])
    labels = in_order(part["level_value"])
    numbers = as_numbers(labels)
    places = np.arange(len(labels), dtype=float) if numbers is None else numbers
    present, counts = set(part["group"]), []
    for number, group in enumerate(groups):
        if group not in present:
            continue
        rows = part[part["group"] == group].set_index("level_value").reindex(labels)
        middle = rows["estimate"].to_numpy(np.float64)
        reach = np.abs(rows[["low", "high"]].to_numpy(np.float64) - middle[:, None]).T
        interval = reach if np.isfinite(reach).any() else None  # one replication has no interval, not one of width 0
        look = look_of(number)
        style = look.dashes if numbers is not None else "none"
        at = places if numbers is not None else places + (number - (len(groups) - 1) / 2) * _ASIDE
        axes.errorbar(at, middle, interval, color=look.colour, linestyle=style, marker=look.marker, markersize=4,
                      capsize=3 + 2 * number, label=group_word(grouping, group, frame.language))  # fmt: skip
        behind = rows["n"].fillna(0).astype(int).tolist()
        counts.append(Counts(behind, INK if grouping == "all" else look.colour))
    _scale(axes, numbers, len(labels))
    number_axis(axes, str(part["unit"].iloc[0]), frame.language)
    if part["estimate"].isna().all():
        axes.set_yticks([])  # an axis without a number on it would be made up
    return write_levels(axes, [frame.levels.text(factor, label) for label in labels], counts, numbers)


def _scale(axes: Axes, numbers: np.ndarray[Any, Any] | None, levels: int) -> None:
    if numbers is None:
        axes.set_xlim(-0.5, levels - 0.5)
    elif numbers.min() > 0 and numbers.max() / numbers.min() >= _LOGARITHMIC_FROM:
        axes.set_xscale("log")
        axes.minorticks_off()
