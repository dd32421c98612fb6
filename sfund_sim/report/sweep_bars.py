"""Bars of a sweep: which factors the outcomes depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.dictionary import entry
from sfund_sim.outcomes.verdicts import scale, size_name
from sfund_sim.report.drawing import FAINT, INK, ORANGE, SKY, Drawn, house_style, small_print
from sfund_sim.report.sweep_labels import path_in_lines
from sfund_sim.report.sweep_levels import endings
from sfund_sim.report.sweep_panels import Frame, by_strength, head, of_group, panels_of
from sfund_sim.report.words import outcome_heading, phrase, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INDEX_AXES = {"latin_hypercube": "sweep_axis_rank", "sobol": "sweep_axis_variance"}
"""What axes of bars are called; those of Morris measures, by the unit of the outcome."""
_LETTERS_BESIDE = 30
"""Letters of a line beside bars; a Chinese character counts as two."""


def bars(table: pd.DataFrame, design: str, frame: Frame, name: str) -> Drawn:
    """Factors of one group by strength, the strongest on top, one panel an outcome."""
    outcomes = list(dict.fromkeys(table["outcome"]))
    factors = list(dict.fromkeys(table["factor"]))
    with house_style():
        figure, panels = panels_of(len(outcomes), height=1.3 + 0.42 * len(factors), width=5.2, columns=2)
        for axes, outcome in zip(panels, outcomes, strict=True):
            _draw_bars(axes, table[table["outcome"] == outcome], frame)
            _index_axis(axes, outcome, design, frame.language)
        head(figure, panels, [outcome_heading(outcome, frame.language) for outcome in outcomes])
        if table["index"].nunique() > 1:
            figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
        small_print(figure, frame.info, frame.language)
    title = phrase("sweep_bars_title", frame.language)
    title = of_group(title, str(table["group_by"].iloc[0]), str(table["group"].iloc[0]), frame.language)
    caption = phrase(f"sweep_{design}_caption", frame.language, n=f"{int(table['n'].max()):,}")
    return Drawn(name, title, caption, figure, table)


def _draw_bars(axes: Axes, table: pd.DataFrame, frame: Frame) -> None:
    names, factors = list(dict.fromkeys(table["index"])), by_strength(table)[::-1]
    thick = 0.8 / len(names)
    for number, name in enumerate(names):
        rows = table[table["index"] == name].set_index("factor").reindex(factors)
        middle = rows["estimate"].to_numpy(np.float64)
        reach = np.nan_to_num(np.clip([middle - rows["low"], rows["high"] - middle], 0.0, None))
        places = np.arange(len(factors)) + (len(names) / 2 - number - 0.5) * thick
        axes.barh(places, np.nan_to_num(middle), thick, xerr=reach, color=(SKY, ORANGE)[number],
                  label=word("index", name, frame.language),
                  error_kw={"ecolor": INK, "capsize": 2, "elinewidth": 1})  # fmt: skip
    axes.set_yticks(range(len(factors)), _names(factors, frame), fontsize=8)
    axes.axvline(0.0, color=FAINT, linewidth=0.8)


def _names(factors: list[str], frame: Frame) -> list[str]:
    """Factors beside their bars: the last steps of their paths, in Chinese what they mean."""
    told = {factor: frame.levels.name(factor) for factor in factors if factor in frame.levels.meanings}
    return ["\n".join(path_in_lines(name, _LETTERS_BESIDE)) for name in (endings(factors) | told).values()]


def _index_axis(axes: Axes, outcome: str, design: str, language: Language) -> None:
    """Say below bars what they measure: an index has its name, an effect is in the outcome's unit."""
    if design in _INDEX_AXES:
        axes.set_xlabel(phrase(_INDEX_AXES[design], language))
        return
    unit, largest = entry(outcome).unit, max(map(abs, axes.get_xlim()))
    name, one = size_name(unit, language, largest), scale(largest, unit, language)
    axes.set_xlabel(phrase("sweep_axis_effect_in" if name else "sweep_axis_effect", language, unit=name))
    axes.xaxis.set_major_formatter(lambda size, _: f"{round(size / one, 6):,.9g}")
