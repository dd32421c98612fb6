"""What a sweep shows: response to each lever, maps of two levers together, and bars of what the outcomes depend on."""

from __future__ import annotations

import math
import re
import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.dictionary import entry
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.verdicts import scale, size_name, size_text
from sfund_sim.report.drawing import (
    FAINT,
    INK,
    ORANGE,
    SKY,
    Drawn,
    house_style,
    look_of,
    per_cent,
    rows_apart,
    small_print,
)
from sfund_sim.report.words import group_word, number_text, outcome_heading, phrase, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sfund_sim.experiments.sweep_results import SweepResults

_PANEL_WIDTH, _PANEL_HEIGHT = 3.9, 3.1
_FOOT, _LEVER = 0.22, 0.24
"""Inches kept free below the panels for the small print, and for the name of a lever above it."""
_COLUMNS = 3
_MOST_HEAT_MAPS = 6
_MOST_LABEL = 18
_TICKS = 9
"""Size of the labels below a panel, which carry n: to be read on a telephone."""
_LETTERS_ACROSS, _MOST_LINES = 50, 4
"""Letters that all labels below a panel have room for side by side, and lines that one of them may take."""
_ASIDE = 0.12
"""Distance of neighbouring groups at one level without a number, so that equal intervals do not hide each other."""
_DARK_FROM = 0.2
"""How far above the middle of a map's colours writing is white: 0 is the middle, 1 the darkest."""
_INDEX_AXES = {"latin_hypercube": "sweep_axis_rank", "sobol": "sweep_axis_variance"}
"""What axes of bars are called; those of Morris measures, by the unit of the outcome."""
_LOGARITHMIC_FROM = 30.0
"""An axis whose largest value is so many times its smallest is logarithmic."""


class _Frame(NamedTuple):
    """What all figures of a sweep share."""

    info: RunInfo
    language: Language
    pairing: bool


def sweep_figures(results: SweepResults, language: Language) -> list[Drawn]:
    """Curves of every factor with levels, by grouping; maps of the first pairs of levers; bars of sensitivity."""
    from sfund_sim.experiments.sweep_tables import curves_table, pairs_table

    frame = _Frame(results.plan.info, language, results.plan.experiment.pairing)
    drawings = []
    if results.plan.design.kind in ("grid", "latin_hypercube"):
        curves, pairs = curves_table(results.cube, results.plan.design), pairs_table(results.cube, results.plan.design)
        levels = curves.groupby("factor")["level_value"].nunique()
        for (_, _), part in curves[curves["factor"].map(levels) > 1].groupby(["factor", "group_by"], sort=False):
            drawings.append(_response(part, frame))
        maps = [part for _, part in pairs[pairs["group_by"] == "all"].groupby(["factor", "second_factor"], sort=False)]
        drawings += [_heat_map(part, frame) for part in maps[:_MOST_HEAT_MAPS]]
    bars = results.sensitivity[results.sensitivity["group_by"] == "all"]
    return drawings + ([_bars(bars, results.plan.design.kind, frame)] if len(bars) else [])


def short_name(factor: str) -> str:
    """The last two words of a path, as file names have them."""
    return re.sub(r"[^a-z0-9]+", "_", "_".join(factor.lower().split(".")[-2:])).strip("_") or "factor"


def _response(part: pd.DataFrame, frame: _Frame) -> Drawn:
    factor, grouping = str(part["factor"].iloc[0]), str(part["group_by"].iloc[0])
    outcomes, groups = list(dict.fromkeys(part["outcome"])), list(dict.fromkeys(part["group"]))
    with house_style():
        figure, panels = _panels(len(outcomes))
        for axes, outcome in zip(panels, outcomes, strict=True):
            _draw_response(axes, part[part["outcome"] == outcome], groups, frame)
            axes.set_title(outcome_heading(outcome, frame.language))
        if grouping != "all":
            handles = [dict(zip(*axes.get_legend_handles_labels()[::-1], strict=True)) for axes in panels]
            known = {label: handle for panel in handles[::-1] for label, handle in panel.items()}
            figure.legend(known.values(), known, loc="outside upper right", ncols=4)
        _name_lever(figure, factor)
        small_print(figure, frame.info, frame.language)
    pairing = phrase("sweep_paired" if frame.pairing else "sweep_unpaired", frame.language)
    which = "sweep_response_caption_one" if frame.info.replications == 1 else "sweep_response_caption"
    caption = phrase(which, frame.language, factor=factor, n=frame.info.replications, pairing=pairing)
    name = f"response_{short_name(factor)}" + (f"_by_{grouping}" if grouping != "all" else "")
    return Drawn(name, _response_title(factor, grouping, frame.language), caption, figure, part)


def _response_title(factor: str, grouping: str, language: Language) -> str:
    if grouping == "all":
        return phrase("sweep_response_title", language, factor=factor)
    groups = word("grouping", grouping, language)
    return phrase("sweep_response_title_by", language, factor=factor, grouping=groups)


def _draw_response(axes: Axes, part: pd.DataFrame, groups: list[str], frame: _Frame) -> None:
    """One outcome of all groups that have it; a group looks the same in every panel."""
    labels = list(dict.fromkeys(part["level_value"]))
    numbers = _numbers(labels)
    places = np.arange(len(labels), dtype=float) if numbers is None else numbers
    present = set(part["group"])
    for number, group in enumerate(groups):
        if group not in present:
            continue
        rows = part[part["group"] == group].set_index("level_value").reindex(labels)
        middle = rows["estimate"].to_numpy(np.float64)
        reach = np.abs(rows[["low", "high"]].to_numpy(np.float64) - middle[:, None]).T
        bars = reach if np.isfinite(reach).any() else None  # one replication has no interval, not one of width 0
        look = look_of(number)
        style = look.dashes if numbers is not None else "none"
        name = group_word(str(part["group_by"].iloc[0]), str(group), frame.language)
        at = places if numbers is not None else places + (number - (len(groups) - 1) / 2) * _ASIDE
        axes.errorbar(at, middle, bars, color=look.colour, linestyle=style,
                      marker=look.marker, markersize=4, capsize=3 + 2 * number, label=name)  # fmt: skip
    counts = part.groupby("level_value", sort=False)["n"].sum().loc[labels]
    told = [_shortened(label) if numbers is not None else _wrapped(label, len(labels)) for label in labels]
    _scale(axes, [f"{text}\nn={count:,}" for text, count in zip(told, counts, strict=True)], numbers)
    _number_axis(axes, str(part["unit"].iloc[0]), frame.language)


def _scale(axes: Axes, texts: list[str], numbers: np.ndarray[Any, Any] | None) -> None:
    if numbers is None:
        axes.set_xticks(range(len(texts)), texts, fontsize=_TICKS)
        axes.set_xlim(-0.5, len(texts) - 0.5)
        return
    if numbers.min() > 0 and numbers.max() / numbers.min() >= _LOGARITHMIC_FROM:
        axes.set_xscale("log")
        axes.minorticks_off()
    places = np.log(numbers) if axes.get_xscale() == "log" else numbers
    letters = np.array([max(map(len, text.split("\n"))) + 1 for text in texts])
    rows = rows_apart(places / max(np.ptp(places), 1e-12), letters / _LETTERS_ACROSS)
    axes.set_xticks(numbers, ["\n\n" * row + text for row, text in zip(rows, texts, strict=True)], fontsize=_TICKS)


def _heat_map(part: pd.DataFrame, frame: _Frame) -> Drawn:
    factor, second = str(part["factor"].iloc[0]), str(part["second_factor"].iloc[0])
    outcomes = list(dict.fromkeys(part["outcome"]))
    with house_style():
        figure, panels = _panels(len(outcomes))
        for axes, outcome in zip(panels, outcomes, strict=True):
            mine = part[part["outcome"] == outcome]
            half_width = _mean_half_width(mine)
            _draw_map(axes, mine, half_width, frame.language)
            axes.set_title(_map_heading(outcome, str(mine["unit"].iloc[0]), half_width, frame.language))
        _name_lever(figure, factor)
        figure.supylabel(second, fontsize=10)
        small_print(figure, frame.info, frame.language)
    title = phrase("sweep_heat_title", frame.language, factor=factor, second=second)
    which = "sweep_heat_caption_one" if frame.info.replications == 1 else "sweep_heat_caption"
    caption = phrase(which, frame.language, n=frame.info.replications)
    return Drawn(f"map_{short_name(factor)}_{short_name(second)}", title, caption, figure, part)


def _mean_half_width(part: pd.DataFrame) -> float:
    """Mean half-width of the cells' intervals; NaN where no cell has one."""
    return float(((part["high"] - part["low"]) / 2).mean())


def _map_heading(outcome: str, unit: str, half_width: float, language: Language) -> str:
    heading = outcome_heading(outcome, language)
    if math.isnan(half_width):
        return heading
    return f"{heading}\n" + phrase("sweep_heat_interval", language, size=size_text(half_width, unit, language))


def _draw_map(axes: Axes, part: pd.DataFrame, half_width: float, language: Language) -> None:
    """Cells of one outcome; the colours run at least over an interval's width, so that chance is not seen as colour."""
    across, down = (list(dict.fromkeys(part[name])) for name in ("level_value", "second_level_value"))
    table = part.pivot(index="second_level_value", columns="level_value", values="estimate").loc[down, across]
    values = table.to_numpy(np.float64)
    known = values[~np.isnan(values)]
    middle = (known.min() + known.max()) / 2 if known.size else 0.0
    reach = max(float(np.ptp(known)) / 2 if known.size else 0.0, np.nan_to_num(half_width), 1e-12)
    axes.imshow(values, origin="lower", aspect="auto", cmap="Blues", vmin=middle - reach, vmax=middle + reach)
    for row, column in np.ndindex(values.shape):
        text = number_text(float(values[row, column]), str(part["unit"].iloc[0]), language)
        dark = values[row, column] > middle + _DARK_FROM * reach
        axes.text(column, row, text, ha="center", va="center", fontsize=_TICKS, color="white" if dark else "black")
    axes.set_xticks(range(len(across)), [_shortened(label) for label in across], fontsize=8)
    axes.set_yticks(range(len(down)), [_shortened(label) for label in down], fontsize=8)


def _bars(table: pd.DataFrame, design: str, frame: _Frame) -> Drawn:
    """Factors in the order of the index that sums them up best (ST, mu_star, srrc), the strongest on top."""
    outcomes = list(dict.fromkeys(table["outcome"]))
    factors = list(dict.fromkeys(table["factor"]))
    with house_style():
        figure, panels = _panels(len(outcomes), height=1.3 + 0.42 * len(factors), width=5.2, columns=2)
        for axes, outcome in zip(panels, outcomes, strict=True):
            _draw_bars(axes, table[table["outcome"] == outcome], frame.language)
            axes.set_title(outcome_heading(outcome, frame.language))
            _index_axis(axes, outcome, design, frame.language)
        if table["index"].nunique() > 1:
            figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
        small_print(figure, frame.info, frame.language)
    caption = phrase(f"sweep_{design}_caption", frame.language, n=f"{int(table['n'].max()):,}")
    return Drawn("sensitivity", phrase("sweep_bars_title", frame.language), caption, figure, table)


def _draw_bars(axes: Axes, table: pd.DataFrame, language: Language) -> None:
    names = list(dict.fromkeys(table["index"]))
    strength = table[table["index"] == ("ST" if "ST" in names else names[0])].set_index("factor")["estimate"].abs()
    factors = list(strength.fillna(0.0).sort_values(kind="stable").index)
    thick = 0.8 / len(names)
    for number, name in enumerate(names):
        rows = table[table["index"] == name].set_index("factor").reindex(factors)
        middle = rows["estimate"].to_numpy(np.float64)
        reach = np.nan_to_num(np.clip([middle - rows["low"], rows["high"] - middle], 0.0, None))
        places = np.arange(len(factors)) + (len(names) / 2 - number - 0.5) * thick
        axes.barh(places, np.nan_to_num(middle), thick, xerr=reach, color=(SKY, ORANGE)[number],
                  label=word("index", name, language),
                  error_kw={"ecolor": INK, "capsize": 2, "elinewidth": 1})  # fmt: skip
    axes.set_yticks(range(len(factors)), [".".join(factor.split(".")[-2:]) for factor in factors], fontsize=8)
    axes.axvline(0.0, color=FAINT, linewidth=0.8)


def _index_axis(axes: Axes, outcome: str, design: str, language: Language) -> None:
    """Say below bars what they measure: an index has its name, an effect is in the outcome's unit."""
    if design in _INDEX_AXES:
        axes.set_xlabel(phrase(_INDEX_AXES[design], language))
        return
    unit = entry(outcome).unit
    name = size_name(unit, language)
    axes.set_xlabel(phrase("sweep_axis_effect_in" if name else "sweep_axis_effect", language, unit=name))
    one = 1.0 if unit == "CNY" else scale(1.0, unit, language)
    axes.xaxis.set_major_formatter(
        lambda size, _: number_text(size, unit, language) if unit == "CNY" else f"{round(size / one, 6):g}"
    )


def _panels(
    count: int, *, height: float = _PANEL_HEIGHT, width: float = _PANEL_WIDTH, columns: int = _COLUMNS
) -> tuple[Figure, list[Axes]]:
    across = min(columns, count)
    rows = math.ceil(count / across)
    figure = Figure(figsize=(width * max(across, 2), height * rows + 0.7), layout="constrained")
    _keep_foot(figure, _FOOT)
    grid = figure.subplots(rows, across, squeeze=False).ravel().tolist()
    for axes in grid[count:]:
        axes.set_axis_off()
    return figure, grid[:count]


def _name_lever(figure: Figure, factor: str) -> None:
    """Write below all panels what is varied, above the small print, whatever the figure's height."""
    _keep_foot(figure, _FOOT + _LEVER)
    figure.supxlabel(factor, fontsize=10, y=_FOOT / figure.get_figheight(), va="bottom")


def _keep_foot(figure: Figure, inches: float) -> None:
    """Keep so much free below the panels."""
    foot = inches / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0.0, foot, 1.0, 0.995 - foot))  # type: ignore[union-attr, call-arg]


def _numbers(labels: list[str]) -> np.ndarray[Any, Any] | None:
    """The labels as numbers, if all are."""
    try:
        return np.array([float(label) for label in labels])
    except ValueError:
        return None


def _number_axis(axes: Axes, unit: str, language: Language) -> None:
    if unit in ("share", "ratio", "share/year"):
        per_cent(axes)
    elif unit == "CNY":
        axes.yaxis.set_major_formatter(lambda value, _: number_text(value, unit, language))


def _wrapped(label: str, labels: int) -> str:
    """A label on lines so short that it does not run into its neighbours; a line may end behind an underscore."""
    width, words = max(_LETTERS_ACROSS // labels - 1, 5), label.replace("_", "_ ")
    lines = textwrap.wrap(words, width, max_lines=_MOST_LINES, placeholder="…", break_on_hyphens=False)
    return "\n".join(line.replace("_ ", "_") for line in lines)


def _shortened(label: str) -> str:
    return label if len(label) <= _MOST_LABEL else label[: _MOST_LABEL - 1] + "…"
