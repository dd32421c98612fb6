"""The differences of a comparison as LaTeX tables, for a paper reports differences between rules and not levels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sfund_sim.experiments import manifest
from sfund_sim.experiments.archive import keep_out_of, staged
from sfund_sim.ground.errors import Language, Problem, ScenarioError
from sfund_sim.report.comparison_rows import EVERYBODY, HEADLINES, OTHERS, STATE, Difference, differences_of, group_name
from sfund_sim.report.exporting import read_table
from sfund_sim.report.latex import booktabs
from sfund_sim.report.words import NO_VALUE, outcome_heading, phrase

TABLE = "differences"


def export_latex(folder: Path, out: Path, *, tables: Sequence[str] = (), language: Language = "en") -> list[Path]:
    """Write a comparison's differences, one file a scenario, into the folder ``out`` and return the files made.

    Raises ScenarioError where there are none or other tables are asked for, OutputError when something stands at
    ``out`` or the table is not what the comparison wrote.
    """
    about = manifest.read_manifest(folder)
    there = [name for name in about["outputs"] if Path(name).stem == TABLE and "/" not in name]
    if not there or set(tables) - {TABLE}:
        raise ScenarioError([Problem("--to", 0, 0, f"LaTeX is written of the {TABLE} of a comparison only; for a run "
                                     "`sfund bundle` has a table", f"LaTeX 仅用于比较结果的 {TABLE} 表；"
                                     "单次运行的表格见 `sfund bundle`")])  # fmt: skip
    keep_out_of(folder, out)
    manifest.check_unaltered(folder, about, there)
    made = difference_tables(read_table(folder, TABLE), language)
    with staged(out) as staging:
        for name, text in made.items():
            staging.write(f"{name}.tex", text.encode())
    return [staging.final / f"{name}.tex" for name in made]


def difference_tables(differences: pd.DataFrame, language: Language) -> dict[str, str]:
    """A booktabs table for each scenario that is compared with the baseline, by the scenario's name."""
    parts = differences.groupby("scenario_id", sort=False)
    return {str(name): _table(str(name), part, language) for name, part in parts}


def _table(scenario: str, differences: pd.DataFrame, language: Language) -> str:
    """The outcomes of the comparison's figures: of all sellers, of state sellers and of the others."""
    baseline = str(differences["baseline_id"].iloc[0])
    rows: list[list[str]] = []
    breaks = []
    for group in (EVERYBODY, STATE, OTHERS):
        if found := list(differences_of(differences, HEADLINES, group)):
            breaks.append(len(rows))
            rows.append([group_name(group, language), *[""] * 5])
            rows += [_row(each, language) for each in found]
    headings = [phrase("outcome", language), baseline, scenario, phrase("compare_difference", language),
                phrase("compare_removed", language), "n"]  # fmt: skip
    note = f"{phrase('compare_note', language)} {phrase('compare_latex_n', language)}"
    caption = phrase("compare_differences_of", language, scenario=scenario, baseline=baseline)
    return booktabs(headings, rows, caption=caption, note=note, breaks=breaks[1:])


def _row(one: Difference, language: Language) -> list[str]:
    if not one.is_defined:
        return [outcome_heading(one.outcome, language), *one.levels(language), NO_VALUE, NO_VALUE, NO_VALUE]
    size = one.short_size(language) + "*" * bool(one.beyond_chance)
    told = f"{size} {one.interval(language)}".strip()
    return [outcome_heading(one.outcome, language), *one.levels(language), told, one.removed(), f"{one.replications:,}"]
