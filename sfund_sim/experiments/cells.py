"""One outcome of one group of exits, as users name it: ``median_exit_days``, ``share_sold[state]``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from sfund_sim.ground.errors import Problem, ScenarioError
from sfund_sim.outcomes.dictionary import outcomes
from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.outcomes.measures.cells import BY_VENUE
from sfund_sim.outcomes.measures.registry import groupings_of
from sfund_sim.scenario.remedies import nearest
from sfund_sim.scenario.wording import did_you_mean
from sfund_sim.terms import BuyerKind, Ending, LpKind, Regime, Route, Strategy, Trigger

if TYPE_CHECKING:
    from sfund_sim.outcomes.run_info import RunInfo

Cell = tuple[str, str, str]
"""Outcome, grouping, group."""

_BRACKETS = str.maketrans("【】〔〕", "[][]")
_BETWEEN = r"[,;、](?![^\[]*\])"
"""What stands between outcomes; a group's name may hold a comma too, and so may a label."""
_FORM = re.compile(r"([^\[\]]+?)\s*(?:\[([^\[\]]+)\])?")


def in_plain_signs(text: str) -> str:
    """A text with brackets and signs as they are on every keyboard."""
    return unicodedata.normalize("NFKC", text).translate(_BRACKETS).strip()


def cell_text(cell: Cell) -> str:
    """A cell as it may be typed again."""
    outcome, grouping, group = cell
    return outcome if grouping == "all" else f"{outcome}[{grouping}={group}]"


def named_cells(given: str | Iterable[str] | None, infos: Sequence[RunInfo]) -> tuple[Cell, ...]:
    """Outcomes that somebody names, in one text or several, each once; ScenarioError with the first that is none.

    Groups are those of any of the runs.
    """
    texts = [given] if isinstance(given, str) else [str(each) for each in given or ()]
    each = [one.strip() for text in texts for one in _split(in_plain_signs(text))]
    return tuple(dict.fromkeys(_named(one, infos) for one in each))


def _split(text: str) -> list[str]:
    """A list of outcomes one by one; a label that is known is whole, the longest one first."""
    labels = sorted((label for label in _names() if re.search(_BETWEEN, label)), key=len, reverse=True)
    whole = "|".join(map(re.escape, labels))
    ends = [found.span() for found in re.finditer(f"{whole}|({_BETWEEN})", text, re.IGNORECASE) if found.group(1)]
    starts = [0, *(end for _, end in ends)]
    return [text[start:end] for start, end in zip(starts, [*(begin for begin, _ in ends), len(text)], strict=True)]


def _named(text: str, infos: Sequence[RunInfo]) -> Cell:
    found = _FORM.fullmatch(text)
    told = f"--outcomes {text}".rstrip()
    if found is None:
        raise wrong(
            told,
            "write OUTCOME or OUTCOME[GROUP], with commas between; for example share_sold,median_price_to_nav[state]",
            "请写作 指标 或 指标[组别]，以逗号分隔；例如 share_sold,median_price_to_nav[state]",
        )
    return cell_of(found.group(1), found.group(2) or "all", infos, told)


def cell_of(outcome: str, group: str, infos: Sequence[RunInfo], told: str) -> Cell:
    """The cell of an outcome and a group in runs of these periods and venues; ``told`` is where they were given."""
    name = _outcome(outcome.strip(), told)
    return name, *_group(name, group.strip(), infos, told)


def wrong(told: str, message: str, message_zh: str) -> ScenarioError:
    """What is wrong with an option."""
    return ScenarioError([Problem(told, 0, 0, message, message_zh)])


def _outcome(given: str, told: str) -> str:
    """An outcome by its name, or by its label in either language."""
    names = _names()
    if given.lower() in names:
        return names[given.lower()]
    close = nearest(given, list(names))
    known = ", ".join(one.name for one in outcomes())
    hint, hint_zh = did_you_mean(names[close]) if close else (".", "。")
    raise wrong(
        told, f"there is no outcome '{given}'{hint} Allowed: {known}", f"没有指标“{given}”{hint_zh}可用：{known}"
    )


@cache
def _names() -> dict[str, str]:
    """Every outcome by its name and by its labels, in plain signs and small letters."""
    return {
        in_plain_signs(name).lower(): one.name for one in outcomes() for name in (one.name, one.label_en, one.label_zh)
    }


def _group(outcome: str, given: str, infos: Sequence[RunInfo], told: str) -> tuple[str, str]:
    """Grouping and group of an outcome, from ``state`` or, where that is not enough, ``lp_kind=company``."""
    measure = MEASURES[outcome]
    groupings = [(by, info) for info in infos for by in groupings_of(measure.table, info) if by in measure.groupings]
    known = list(dict.fromkeys((by, group) for by, info in groupings for group in _groups(by, info)))
    by, equals, name = given.rpartition("=")
    fitting = [(one, group) for one, group in known if group == name.strip() and (not equals or one == by.strip())]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        ways = ", ".join(f"{one}={group}" for one, group in fitting)
        raise wrong(told, f"'{given}' may be {ways}; write one of them", f"“{given}”可指 {ways}；请写明其一")
    every = ", ".join(f"{one}={group}" if one != group else group for one, group in known)
    close = nearest(name, [group for _, group in known])
    hint, hint_zh = did_you_mean(close) if close else (".", "。")
    raise wrong(
        told,
        f"{outcome} has no group '{given}'{hint} Allowed: {every}",
        f"{outcome} 没有组别“{given}”{hint_zh}可用：{every}",
    )


def _groups(grouping: str, info: RunInfo) -> list[str]:
    sectors, periods = ["non_state", "state"], [period.name for period in info.periods]
    labels = {"lp_kind": LpKind, "regime": Regime, "route": Route, "trigger": Trigger, "buyer_kind": BuyerKind,
              "strategy": Strategy}  # fmt: skip
    if grouping in BY_VENUE:
        return list(info.names.venues)
    if grouping == "ending":  # outcomes that are grouped by it are of sales
        return [ending.label for ending in Ending if ending.is_sale]
    if grouping in labels:
        return labels[grouping].labels()
    pairs = [f"{sector}, {period}" for sector in sectors for period in periods]
    return {"all": ["all"], "is_state": sectors, "period": periods, "is_state_period": pairs}[grouping]
