"""The page of a comparison: one self-contained HTML file in English and Chinese, and the files of its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup, escape

from sfund_sim.experiments.comparison_folder import repeat_command
from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.dictionary import outcomes
from sfund_sim.outcomes.verdicts import chance_doubt, chance_remark
from sfund_sim.report.assumptions import assumption_rows
from sfund_sim.report.comparison_figures import common_info, comparison_figures
from sfund_sim.report.comparison_rows import (
    EVERYBODY,
    HEADLINES,
    OTHERS,
    STATE,
    Difference,
    differences_of,
    group_name,
    looked_at,
    notes,
)
from sfund_sim.report.drawing import Drawn
from sfund_sim.report.figures import figure_files
from sfund_sim.report.pages import halves, measured, rendered
from sfund_sim.report.scenario_changes import changes_between
from sfund_sim.report.words import LANGUAGES, comma, phrase

if TYPE_CHECKING:
    from sfund_sim.experiments.comparing import Comparison
    from sfund_sim.scenario.layers import LoadedScenario

SHOWN_CHANGES = 20
"""Parameters in which a scenario differs from the baseline that the page lists unfolded."""


def comparison_files(comparison: Comparison, language: Language) -> dict[str, bytes]:
    """``figures/*`` in one language and ``comparison.html`` in both, that one first; the same bytes on every run."""
    drawings = {one: comparison_figures(comparison, one) for one in LANGUAGES}
    return {**figure_files(drawings[language]), "comparison.html": _html(comparison, drawings, language).encode()}


def _html(comparison: Comparison, drawings: Mapping[Language, list[Drawn]], first: Language) -> str:
    return rendered(
        "comparison_template.html",
        info=common_info(comparison),
        title={one: phrase("compare_title", one, names=comma(one).join(comparison.names)) for one in LANGUAGES},
        first=first,
        warnings=comparison.warnings,
        assumptions=assumption_rows(comparison.loaded),
        measured=measured(comparison.differences["outcome"]),
        repeat_heading="compare_repeat",
        command=repeat_command(comparison),
        pages=halves(drawings, partial(_said, comparison)),
    )


def _said(comparison: Comparison, language: Language) -> dict[str, Any]:
    """What one language's half of the page says; rows of its tables are differences, which word themselves."""
    contrasts = [_contrast(comparison, name, language) for name in comparison.names[1:]]
    remarks = _remarks(comparison, contrasts, language)
    return {
        "scenarios": [_scenario(one, comparison.loaded[0], language) for one in comparison.loaded],
        "contrasts": contrasts,
        "notes": notes(comparison, language),
        "signed": partial(_signed, remarks),
        "chance_notes": remarks,
    }


class Remark(NamedTuple):
    """What many verdicts share, a sign in its place, and the footnote to which the sign leads."""

    text: str
    sign: str
    anchor: str
    note: str


def _remarks(comparison: Comparison, contrasts: list[dict[str, Any]], language: Language) -> list[Remark]:
    """Those that verdicts on the page have: that chance may show as much, among how many differences."""
    tested, _ = looked_at(comparison.differences, only_named=bool(comparison.plan.named))
    kinds = {"†": True, "‡": False} if comparison.plan.named else {"†": None}
    said = [row.sentence(language) for one in contrasts for _, rows in one["tables"] for row in rows]
    found: list[Remark] = []
    for sign, is_named in kinds.items():
        text = chance_remark(tested, language, is_named=is_named)
        note = phrase("compare_chance_note", language, sign=sign,
                      doubt=chance_doubt(tested, language, is_named=is_named))  # fmt: skip
        if any(text in sentence for sentence in said):
            found.append(Remark(text, sign, f"{language}-chance{len(found) or ''}", note))
    return found


def _signed(remarks: list[Remark], sentence: str) -> Markup:
    """A verdict as the page shows it: a sign that leads to the footnote in place of the remark that many share."""
    for one in remarks:
        before, found, after = sentence.partition(one.text)
        if found:
            sign = Markup('<a class="sign" role="doc-noteref" href="#{}">{}</a>').format(one.anchor, one.sign)
            return Markup("{}{}{}").format(before, sign, after)
    return escape(sentence)


def _scenario(
    loaded: LoadedScenario, baseline: LoadedScenario, language: Language
) -> tuple[str, str, list[str], list[str]]:
    """Name, title, what differs from the baseline, and further differences that a reader must unfold."""
    title = getattr(loaded.scenario.title, language)
    changes = list(changes_between(baseline, loaded))
    empty = phrase("compare_baseline" if loaded is baseline else "compare_nothing_differs", language)
    return loaded.scenario.name, title, changes[:SHOWN_CHANGES] or [empty], changes[SHOWN_CHANGES:]


def _contrast(comparison: Comparison, name: str, language: Language) -> dict[str, Any]:
    """One scenario against the baseline: sentences, and a table of differences for each group of sellers."""
    baseline = comparison.names[0]
    table = comparison.differences
    table = table[table["scenario_id"] == name]
    every = [one.name for one in outcomes()]
    colon = "：" if language == "zh" else ": "
    heading = phrase("compare_differences_of", language, scenario=name, baseline=baseline)
    groups = [(group_name(group, language), list(differences_of(table, every, group)))
              for group in (EVERYBODY, STATE, OTHERS)]  # fmt: skip
    return {
        "name": name,
        "baseline": baseline,
        "heading": heading,
        "findings": [line for sellers, rows in groups[:2] for line in _findings(rows, sellers, language)],
        "tables": [(f"{heading}{colon}{sellers}", rows) for sellers, rows in groups],
    }


def _findings(rows: list[Difference], sellers: str, language: Language) -> Iterator[str]:
    """A sentence for every headline outcome in which a difference can be seen or ruled out."""
    colon = "：" if language == "zh" else ": "
    comma = "，" if language == "zh" else ", "
    for row in rows:
        if row.outcome in HEADLINES and row.is_defined:
            yield f"{row.name(language)}{comma}{sellers}{colon}{row.sentence(language)}"
