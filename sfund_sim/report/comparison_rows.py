"""The differences that a reader looks at first, as words: levels, difference, what pairing removed, verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.contrasts import family_of
from sfund_sim.outcomes.dictionary import entry
from sfund_sim.outcomes.verdicts import Verdict, difference_parts
from sfund_sim.report.words import NO_VALUE, comma, group_word, number_text, phrase

if TYPE_CHECKING:
    from sfund_sim.experiments.comparing import Comparison

EVERYBODY, STATE, OTHERS = ("all", "all"), ("is_state", "state"), ("is_state", "non_state")
TIMING = ("share_sold", "median_exit_days", "restricted_mean_exit_days", "share_out_in_one_year")
PRICING = ("median_price_to_nav", "mean_price_to_nav", "median_liquidation_to_nav", "seller_surplus_to_nav",
           "seller_surplus_net_to_nav", "buyer_surplus_net_to_nav")  # fmt: skip
VENUE = ("hit_rate", "mean_bidders", "share_with_competition")
PUBLIC = ("share_better_than_held", "share_better_than_held_urgent", "recycled_cny", "companies_financed_count",
          "forced_liquidations")  # fmt: skip
HEADLINES = (*TIMING, *PRICING, *VENUE, *PUBLIC)
"""Outcomes of the tables and figures of a comparison, in their order."""
_DEFINED = (Verdict.HIGHER, Verdict.LOWER, Verdict.MAYBE_HIGHER, Verdict.MAYBE_LOWER, Verdict.NOT_SEEN, Verdict.SAME,
            Verdict.NOTHING)  # fmt: skip


class Difference(NamedTuple):
    """One row of ``differences``, with its numbers as they are."""

    scenario_id: str
    outcome: str
    group_by: str
    group: str
    unit: str
    level_first: float
    level_second: float
    difference: float
    low: float
    high: float
    variance_removed: float
    replications: int
    beyond_chance: int
    verdict: str
    verdict_en: str
    verdict_zh: str

    @property
    def is_defined(self) -> bool:
        """Is there a difference with an interval?"""
        return self.verdict in _DEFINED

    def name(self, language: Language) -> str:
        """Label of the outcome."""
        return entry(self.outcome).label(language)

    def sentence(self, language: Language) -> str:
        """The verdict in words."""
        return self.verdict_zh if language == "zh" else self.verdict_en

    def levels(self, language: Language) -> tuple[str, str]:
        """Level in the baseline and in the scenario, with unit; words for a median that is not reached."""
        return self._level(self.level_first, language), self._level(self.level_second, language)

    def _level(self, level: float, language: Language) -> str:
        if self.outcome == "median_exit_days" and math.isnan(level):
            return phrase("not_reached", language)
        return number_text(level, self.unit, language)

    def size(self, language: Language) -> str:
        """The difference with its sign and unit."""
        return self._parts(language)[0] if self.is_defined else NO_VALUE

    def short_size(self, language: Language) -> str:
        """The same with units as short as a narrow place needs them."""
        text = self.size(language)
        return text.replace(" percentage points", "pp").replace("个百分点", "百分点").replace(" days", "d")

    def interval(self, language: Language) -> str:
        """The interval in the unit of the difference, without the unit."""
        return self._parts(language)[1] if self.is_defined else ""

    def _parts(self, language: Language) -> tuple[str, str]:
        return difference_parts((self.difference, self.low, self.high), self.unit, language)

    def removed(self) -> str:
        """Share of variance that pairing removed, in per cent; a dash when there is none to remove."""
        return NO_VALUE if math.isnan(self.variance_removed) else f"{self.variance_removed * 100:.0f}%"


def differences_of(table: pd.DataFrame, outcomes: Sequence[str], group: tuple[str, str]) -> Iterator[Difference]:
    """Rows of these outcomes in one group, scenario by scenario, outcomes in the order given."""
    chosen = table[(table["group_by"] == group[0]) & (table["group"] == group[1]) & table["outcome"].isin(outcomes)]
    rows = [Difference(*row) for row in chosen[[*Difference._fields]].itertuples(index=False, name=None)]
    scenarios = list(dict.fromkeys(row.scenario_id for row in rows))
    yield from sorted(rows, key=lambda row: (scenarios.index(row.scenario_id), outcomes.index(row.outcome)))


def looked_at(table: pd.DataFrame, *, only_named: bool) -> tuple[int, int]:
    """Differences that were tested, and those of them that outlast the correction for their number."""
    of_family = family_of(table, only_named=only_named)
    return int(of_family.sum()), int(table["beyond_chance"][of_family].sum())


def notes(comparison: Comparison, language: Language) -> list[str]:
    """What must be said beside the differences: how many, what pairing did, how precise."""
    table = comparison.differences
    tested, kept = looked_at(table, only_named=bool(comparison.plan.named))
    removed = table["variance_removed"].dropna()
    told = "compare_named" if comparison.plan.named else "compare_looked_at"
    lines = [phrase(told, language, n=f"{tested:,}", kept=f"{kept:,}"), *_named(comparison, language),
             phrase("compare_levels_note", language)]  # fmt: skip
    if len(removed):
        lines.append(phrase(
            "compare_pairing", language, median=f"{removed.median() * 100:.0f}%", least=f"{removed.min() * 100:.0f}%",
            harmed=f"{int((removed < 0).sum()):,}", n=f"{len(removed):,}",
        ))  # fmt: skip
    if comparison.making.reached is not None:
        lines.append(comparison.making.reached.text(language))
    return lines


def _named(comparison: Comparison, language: Language) -> Iterator[str]:
    """A verdict a line of what was named beforehand, shown in the tables or not, or that neither scenario has it."""
    for outcome, grouping, group in comparison.plan.named:
        found = differences_of(comparison.differences, [outcome], (grouping, group))
        rows = {row.scenario_id: row for row in found}
        for scenario in comparison.names[1:]:
            names = entry(outcome).label(language), group_name((grouping, group), language), scenario
            what = comma(language).join(names)
            if scenario in rows:
                yield phrase("compare_named_one", language, what=what, verdict=rows[scenario].sentence(language))
            else:
                yield phrase("compare_named_none", language, what=what)


def group_name(group: tuple[str, str], language: Language) -> str:
    """Name of a group of sellers."""
    return phrase("all_sellers", language) if group == EVERYBODY else group_word(*group, language)
