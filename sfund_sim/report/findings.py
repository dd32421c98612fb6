"""The headline findings of a run in sentences, each number with its interval and the rows behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from sfund_sim.ground.errors import Language
from sfund_sim.report.words import NO_VALUE, estimate_parts, phrase

Cell = tuple[str, str, str]
"""Outcome, grouping, group."""

TOTALS = (("is_state", "state"), ("is_state", "non_state"), ("all", "all"))
"""Groups that tables of all kinds of sellers end with."""

FINDINGS: Mapping[str, Mapping[str, Cell]] = {
    "finding_sold": {
        "decisions": ("exits_count", "all", "all"),
        "sold": ("share_sold", "all", "all"),
        "open": ("share_open", "all", "all"),
        "liquidated": ("share_liquidated", "all", "all"),
        "lapsed": ("share_lapsed", "all", "all"),
    },
    "finding_time": {
        "state": ("median_exit_days", "is_state", "state"),
        "other": ("median_exit_days", "is_state", "non_state"),
        "state_year": ("share_out_in_one_year", "is_state", "state"),
        "other_year": ("share_out_in_one_year", "is_state", "non_state"),
    },
    "finding_price": {
        "venue": ("median_price_to_nav", "route", "venue"),
        "agreement": ("median_price_to_nav", "route", "agreement"),
        "liquidation": ("median_liquidation_to_nav", "all", "all"),
    },
    "finding_venue": {
        "bidders": ("mean_bidders", "all", "all"),
        "hit": ("hit_rate", "all", "all"),
        "year": ("hit_rate_one_year", "all", "all"),
    },
    "finding_public": {
        "ratio": ("realised_less_held_to_nav", "is_state", "state"),
        "better": ("share_better_than_held", "is_state", "state"),
        "ratio_urgent": ("realised_less_held_urgent_to_nav", "is_state", "state"),
        "better_urgent": ("share_better_than_held_urgent", "is_state", "state"),
    },
    "finding_loans": {
        "loans": ("loans_total_cny", "all", "all"),
        "defaulted": ("share_loans_defaulted", "all", "all"),
        "repaid": ("loans_repaid_count", "all", "all"),
        "sales": ("sales_after_loan_count", "all", "all"),
    },
    "finding_recycling": {
        "share": ("recycled_share", "all", "all"),
        "companies": ("companies_per_100m", "all", "all"),
    },
}
"""For each sentence, the number in each of its places."""
SHARED_N: Mapping[str, str] = {
    "sold": "decisions",
    "open": "decisions",
    "liquidated": "decisions",
    "lapsed": "decisions",
    "state_year": "state",
    "other_year": "other",
    "better": "ratio",
    "ratio_urgent": "ratio",
    "better_urgent": "ratio",
    "companies": "share",
}
"""Places for whose number the sentence gives no n of its own, with the place whose n stands for both."""


class Summary:
    """The summary table, looked up by outcome, grouping and group."""

    def __init__(self, table: pd.DataFrame) -> None:
        keys = zip(table["outcome"], table["group_by"], table["group"], strict=True)
        columns = ("estimate", "low", "high", "n", "replications", "unit")
        self._rows = dict(zip(keys, table[list(columns)].itertuples(index=False, name=None), strict=True))

    def groups(self, grouping: str) -> list[str]:
        """Groups of a grouping in the order of the summary."""
        return list(dict.fromkeys(group for _, by, group in self._rows if by == grouping))

    def numbers(self, cell: Cell) -> tuple[float, float, float]:
        """Estimate, low and high; NaN where there are none."""
        if cell not in self._rows:
            return math.nan, math.nan, math.nan
        estimate, low, high, *_ = self._rows[cell]
        return float(estimate), float(low), float(high)

    def parts(self, cell: Cell, language: Language) -> tuple[str, str]:
        """Estimate and interval; a dash when there is none, and words when a median is not reached."""
        if cell not in self._rows:
            return NO_VALUE, ""
        if self.is_not_reached(cell):
            return phrase("not_reached", language), ""
        return estimate_parts(self.numbers(cell), self._rows[cell][5], language)

    def is_not_reached(self, cell: Cell) -> bool:
        """Is it a median time by which fewer than half were out when the run ended?"""
        return cell[0] == "median_exit_days" and self.n(cell) > 0 and math.isnan(self.numbers(cell)[0])

    def text(self, cell: Cell, language: Language) -> str:
        """Estimate and interval in one, with the unit of times."""
        text = " ".join(part for part in self.parts(cell, language) if part)
        is_time = cell in self._rows and self._rows[cell][5] == "days" and not math.isnan(self.numbers(cell)[0])
        return phrase("in_days", language, n=text) if is_time else text

    def n(self, cell: Cell) -> int:
        """Rows behind a number; 0 when there is none."""
        return int(self._rows[cell][3]) if cell in self._rows else 0


def findings(summary: Summary, language: Language) -> list[str]:
    """The sentences, with the rows behind each number beside it; those without any are left out.

    Where nobody ever wants to sell, one says so.
    """
    if not summary.n(("exits_count", "all", "all")):
        return [phrase("finding_nobody", language)]
    return [
        phrase(_sentence(label, summary), language, **_texts(summary, cells, language))
        for label, cells in FINDINGS.items()
        if any(summary.n(cell) for cell in cells.values())
    ]


def _sentence(label: str, summary: Summary) -> str:
    """The sentence about times, without the shares within a year where nobody was followed for one."""
    if label != "finding_time":
        return label
    cells = (FINDINGS[label][place] for place in ("state_year", "other_year"))
    return "finding_time_alone" if all(math.isnan(summary.numbers(cell)[0]) for cell in cells) else label


def _texts(summary: Summary, cells: Mapping[str, Cell], language: Language) -> dict[str, str]:
    """What stands in each place of a sentence: ``place`` its number, ``n_place`` the rows behind it.

    A number that shares the n of another says its own where it rests on other rows after all.
    """
    texts = {}
    for place, cell in cells.items():
        rows = summary.n(cell)
        text = summary.text(cell, language) if rows else phrase("none", language)
        shared = SHARED_N.get(place)
        differs = shared is not None and rows != summary.n(cells[shared])
        texts[place] = phrase("number_with_n", language, number=text, n=_n(rows)) if differs else text
        texts[f"n_{place}"] = _n(rows)
    return texts


def _n(rows: int) -> str:
    return f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{rows:,}"
