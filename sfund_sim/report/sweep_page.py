"""The page of a sweep, in English and Chinese, and all the files that its figures make."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sfund_sim.experiments.sweep_tables import combinations
from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.verdicts import difference_parts
from sfund_sim.report.assumptions import assumption_rows
from sfund_sim.report.figures import figure_files
from sfund_sim.report.pages import halves, measured, rendered
from sfund_sim.report.sweep_figures import sweep_figures
from sfund_sim.report.sweep_levels import Levels, levels_of
from sfund_sim.report.sweep_panels import of_first_grouping, of_group
from sfund_sim.report.words import LANGUAGES, NO_VALUE, comma, number_text, outcome_heading, phrase, word
from sfund_sim.scenario.experiment_points import level_text

if TYPE_CHECKING:
    from sfund_sim.experiments.designs import Design, Factor
    from sfund_sim.experiments.sweep_results import SweepResults
    from sfund_sim.report.drawing import Drawn

_MOST_ROWS = 60
_UNITS_SAID = ("days", "years", "quarters", "minutes", "CNY", "fen", "1/year")
"""Units that stand behind a value; shares and numbers of something speak for themselves."""


def sweep_files(results: SweepResults, language: Language) -> dict[str, bytes]:
    """``figures/*`` in one language and ``report.html`` in both, that language first; the same bytes on every run."""
    drawings = {one: sweep_figures(results, one) for one in LANGUAGES}
    return {**figure_files(drawings[language]), "report.html": _html(results, drawings, language).encode()}


def _html(results: SweepResults, drawings: dict[Language, list[Drawn]], first: Language) -> str:
    info = results.plan.info
    return rendered(
        "sweep_template.html",
        info=info,
        title={"en": info.title, "zh": info.title_zh},
        first=first,
        plan=results.plan,
        warnings=results.warnings,
        first_combination=combinations(results.plan.design)[1],
        assumptions=assumption_rows([results.plan.loaded], _varied(results.plan.design)),
        measured=measured(results.summary["outcome"]),
        repeat_heading="repeat",
        command=results.repeat_command,
        pages=halves(drawings, partial(_said, results)),
    )


def _varied(design: Design) -> set[str]:
    """Paths that some level of a factor sets."""
    levels = [level for factor in design.factors for level in factor.levels or (factor.at(0.5),)]
    return {setting.path for level in levels for setting in level.settings}


def _said(results: SweepResults, language: Language) -> dict[str, Any]:
    """What one language's half of the page says."""
    levels = levels_of(results, language)
    factors = [_factor_row(factor, levels) for factor in results.plan.design.factors]
    return {"factors": factors, "effects": _effect_rows(results, language)}


def _factor_row(factor: Factor, levels: Levels) -> tuple[list[str], str, list[str]]:
    """Paths, kind and values of what was varied, as shown."""
    kind = phrase("sweep_lever" if factor.is_lever else "sweep_uncertainty", levels.language)
    if package := factor.experiment.packages.get(factor.name):
        colon = "：" if levels.language == "zh" else ": "
        told = [f"{level}{colon}{_sets(one, levels)}" for level, one in package.items()]
        return [factor.name], kind, told
    unknown = factor.experiment.uncertainties.get(factor.name)
    paths = [told for path in (factor.name, *(unknown.also if unknown else ()))
             for told in (path, levels.meanings.get(path, "")) if told]  # fmt: skip
    unit = _unit_said(factor.name, levels)
    if factor.levels or unknown is None:
        values = comma(levels.language).join(_setting_text(factor.name, level.value, levels) for level in factor.levels)
        return paths, kind, [values + unit]
    distribution = phrase(f"sweep_{unknown.distribution}", levels.language)
    low, high = (_setting_text(factor.name, end, levels) for end in (unknown.low, unknown.high))
    law = f"（{distribution}）" if levels.language == "zh" else f" ({distribution})"
    return paths, kind, [f"{low} … {high}{unit}{law}"]


def _unit_said(path: str, levels: Levels) -> str:
    """A unit as it stands behind a value, with the space between them."""
    unit = levels.units.get(path, "")
    return f" {word('unit', unit, levels.language)}" if unit in _UNITS_SAID else ""


def _setting_text(path: str, value: object, levels: Levels) -> str:
    """A level as the file has it, numbers with thousands apart; behind it the word that figures have for it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.12g}"
    code = level_text(value)
    figures = levels.text(path, code.partition(" (")[0])
    if figures in code.replace("_", " "):
        return code
    return f"{code}（{figures}）" if levels.language == "zh" else f"{code} ({figures})"


def _sets(level: Mapping[str, object], levels: Levels) -> str:
    """What a level of a package sets."""
    sets = [f"{path} = {_setting_text(path, value, levels)}{_unit_said(path, levels)}" for path, value in level.items()]
    return comma(levels.language).join(sets) or phrase("sweep_nothing", levels.language)


def _effect_rows(results: SweepResults, language: Language) -> list[tuple[str, str, str, str, str, str]]:
    """The first differences from the first combination of levers; everybody together, or the first grouping.

    Of each: the combination, the outcome, its first level, the difference, its interval, what pairing removed.
    """
    effects = of_first_grouping(results.effects).head(_MOST_ROWS)
    names = combinations(results.plan.design)
    columns = ["policy_id", "outcome", "group_by", "group", "unit", "level_first", "difference", "low", "high",
               "variance_removed"]  # fmt: skip
    rows = []
    for policy, outcome, grouping, group, unit, first, *numbers, removed in effects[columns].to_numpy(object):
        told = of_group(outcome_heading(outcome, language), grouping, group, language)
        share = NO_VALUE if np.isnan(removed) else f"{removed:.0%}"
        level = number_text(first, unit, language)
        difference = difference_parts((numbers[0], numbers[1], numbers[2]), unit, language)
        rows.append((names[policy], told, level, *difference, share))
    return rows
