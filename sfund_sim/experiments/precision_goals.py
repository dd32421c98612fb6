"""How precise an answer is wanted: ``median_exit_days +-5``, ``share_sold[state] ±0.01``, ``volume_cny +-10%``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sfund_sim.experiments.cells import Cell, cell_of, cell_text, in_plain_signs, wrong

if TYPE_CHECKING:
    from sfund_sim.ground.errors import Language
    from sfund_sim.outcomes.run_info import RunInfo

_FORM = re.compile(r"([^\[\]±+]+?)(?:\[([^\[\]]+)\])?\s*(?:±|\+\s*/?\s*[-−])\s*([0-9.,]+(?:e[-+]?\d+)?)\s*(%?)", re.I)


@dataclass(frozen=True)
class Goal:
    """Half-width that the 95 % interval of one outcome in one group shall have."""

    outcome: str
    group_by: str
    group: str
    half_width: float
    """In the outcome's unit, or as a share of its level."""
    is_relative: bool

    @property
    def cell(self) -> Cell:
        """Outcome, grouping, group."""
        return self.outcome, self.group_by, self.group

    def wanted(self, level: float) -> float:
        """The half-width in the outcome's unit, for an outcome whose level is estimated at ``level``.

        A relative goal is met by gamma / (1 + gamma) of the estimate, so that the error relative to the unknown truth
        is at most gamma. Source: Law (2015, Simulation Modeling and Analysis, 5th ed., section 9.4.1).
        """
        return abs(level) * self.half_width / (1.0 + self.half_width) if self.is_relative else self.half_width

    def text(self, language: Language = "en") -> str:
        """The goal as it may be typed again."""
        size = f"{self.half_width * 100:g}%" if self.is_relative else f"{self.half_width:g}"
        return f"{cell_text(self.cell)} {'±' if language == 'zh' else '+-'}{size}"


def goal_of(text: str, info: RunInfo) -> Goal:
    """The goal that a text asks for in a run of these periods; ScenarioError with what is allowed when it is none."""
    text = str(text)
    found = _FORM.fullmatch(in_plain_signs(text))
    size = _number(found.group(3)) if found else math.nan
    if found is None or not 0 < size < math.inf:
        raise wrong(
            f"--until {text}",
            "write OUTCOME +-X, OUTCOME[GROUP] +-X or OUTCOME +-X%, X above 0; for example median_exit_days +-5",
            "请写作 指标 ±X、指标[组别] ±X 或 指标 ±X%，X 须大于 0；例如 median_exit_days ±5",
        )
    cell = cell_of(found.group(1), found.group(2) or "all", [info], f"--until {text}")
    return Goal(*cell, size / 100 if found.group(4) else size, bool(found.group(4)))


def _number(digits: str) -> float:
    try:
        return float(digits.replace(",", ""))
    except ValueError:
        return math.nan
