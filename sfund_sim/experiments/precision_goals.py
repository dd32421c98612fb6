"""How precise an answer is wanted: ``median_exit_days +-5``, ``share_sold[state] ±0.01``, ``volume_cny +-10%``."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sfund_sim.ground.errors import Language, Problem, ScenarioError
from sfund_sim.outcomes.dictionary import outcomes
from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.outcomes.measures.registry import BY_VENUE
from sfund_sim.scenario.remedies import nearest
from sfund_sim.scenario.wording import did_you_mean
from sfund_sim.terms import BuyerKind, Ending, LpKind, Regime, Route, Strategy, Trigger

if TYPE_CHECKING:
    from sfund_sim.outcomes.run_info import RunInfo

_FORM = re.compile(r"([^\[\]±+]+?)(?:\[([^\[\]]+)\])?\s*(?:±|\+\s*/?\s*[-−])\s*([0-9.,]+(?:e[-+]?\d+)?)\s*(%?)", re.I)
_BRACKETS = str.maketrans("【】〔〕", "[][]")


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
    def cell(self) -> tuple[str, str, str]:
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
        group = "" if self.group_by == "all" else f"[{self.group_by}={self.group}]"
        size = f"{self.half_width * 100:g}%" if self.is_relative else f"{self.half_width:g}"
        return f"{self.outcome}{group} {'±' if language == 'zh' else '+-'}{size}"


def goal_of(text: str, info: RunInfo) -> Goal:
    """The goal that a text asks for in a run of these periods; ScenarioError with what is allowed when it is none."""
    text = str(text)
    found = _FORM.fullmatch(unicodedata.normalize("NFKC", text).translate(_BRACKETS).strip())
    size = _number(found.group(3)) if found else math.nan
    if found is None or not 0 < size < math.inf:
        raise _wrong(
            text,
            "write OUTCOME +-X, OUTCOME[GROUP] +-X or OUTCOME +-X%, X above 0; for example median_exit_days +-5",
            "请写作 指标 ±X、指标[组别] ±X 或 指标 ±X%，X 须大于 0；例如 median_exit_days ±5",
        )
    outcome = _outcome(found.group(1).strip(), text)
    grouping, group = _group(outcome, (found.group(2) or "all").strip(), info, text)
    return Goal(outcome, grouping, group, size / 100 if found.group(4) else size, bool(found.group(4)))


def _number(digits: str) -> float:
    try:
        return float(digits.replace(",", ""))
    except ValueError:
        return math.nan


def _outcome(given: str, text: str) -> str:
    """An outcome by its name, or by its label in either language."""
    names = {name: one.name for one in outcomes() for name in (one.name, one.label_en.lower(), one.label_zh)}
    if given.lower() in names:
        return names[given.lower()]
    close = nearest(given, list(names))
    known = ", ".join(one.name for one in outcomes())
    hint, hint_zh = did_you_mean(names[close]) if close else (".", "。")
    raise _wrong(
        text, f"there is no outcome '{given}'{hint} Allowed: {known}", f"没有指标“{given}”{hint_zh}可用：{known}"
    )


def _group(outcome: str, given: str, info: RunInfo, text: str) -> tuple[str, str]:
    """Grouping and group of an outcome, from ``state`` or, where that is not enough, ``lp_kind=company``."""
    known = [(by, group) for by in MEASURES[outcome].groupings for group in _groups(by, info)]
    by, equals, name = given.rpartition("=")
    fitting = [(one, group) for one, group in known if group == name.strip() and (not equals or one == by.strip())]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        ways = ", ".join(f"{one}={group}" for one, group in fitting)
        raise _wrong(text, f"'{given}' may be {ways}; write one of them", f"“{given}”可指 {ways}；请写明其一")
    every = ", ".join(f"{one}={group}" if one != group else group for one, group in known)
    close = nearest(name, [group for _, group in known])
    hint, hint_zh = did_you_mean(close) if close else (".", "。")
    raise _wrong(
        text,
        f"{outcome} has no group '{given}'{hint} Allowed: {every}",
        f"{outcome} 没有组别“{given}”{hint_zh}可用：{every}",
    )


def _groups(grouping: str, info: RunInfo) -> list[str]:
    sectors, periods = ["non_state", "state"], [period.name for period in info.periods]
    labels = {"lp_kind": LpKind, "regime": Regime, "route": Route, "trigger": Trigger, "buyer_kind": BuyerKind,
              "ending": Ending, "strategy": Strategy}  # fmt: skip
    if grouping in BY_VENUE:
        return list(info.names.venues)
    if grouping in labels:
        return labels[grouping].labels()
    pairs = [f"{sector}, {period}" for sector in sectors for period in periods]
    return {"all": ["all"], "is_state": sectors, "period": periods, "is_state_period": pairs}[grouping]


def _wrong(text: str, message: str, message_zh: str) -> ScenarioError:
    return ScenarioError([Problem(f"--until {text}", 0, 0, message, message_zh)])
