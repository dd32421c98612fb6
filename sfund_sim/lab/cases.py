"""Cases with known answers: reading them, and refusing what the lab cannot answer, with the place and the remedy."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sfund_sim.ground.errors import SfundError
from sfund_sim.ground.refusals import refusal
from sfund_sim.lab.families import FAMILIES
from sfund_sim.lab.questions import Parameters, Question
from sfund_sim.lab.refusals import told
from sfund_sim.lab.wording import named
from sfund_sim.scenario.plain_words import words_of
from sfund_sim.scenario.wording import did_you_mean

PUBLISHED, OWN = "cases.json", "own_cases.json"
"""The set of 452 points shipped with the package, and a few points of our own that it does not cover."""
LIMIT = 4.0
"""Standard errors that a simulated answer may be off."""
STATED_AT = 100_000
"""Replications for which case files state tolerances and standard errors."""
COMPUTED = "deterministic"
KINDS = (COMPUTED, "monte-carlo")
"""What a case may say of itself: held to an absolute tolerance, or to standard errors."""


class CaseError(SfundError):
    """A case file that the lab cannot run; the text names the case, what is wrong, and what is allowed."""


class Case(BaseModel):
    """One point of a case file. ``ask`` refuses further items, by name; those of a whole file would stop all cases."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    id: str
    family: str
    quantity: str
    params: dict[str, Any]
    expected: float
    kind: str | None = None
    """``deterministic`` or ``monte-carlo``; none: as the lab answers the question."""
    tolerance: float | None = Field(default=None, ge=0)
    """Absolute, for a case that is computed; 4 standard errors at 100,000 replications for one that is simulated."""
    sd_per_replication: float | None = Field(default=None, ge=0)
    """Standard deviation of one replication's answer: the standard error is it over the root of their number."""
    se_at_100k: float | None = Field(default=None, ge=0)
    """The same, told as the standard error at 100,000 replications."""
    note: Any = None
    """Remark; not read."""
    source: Any = None
    """Where the number comes from; not read."""

    @property
    def sd(self) -> float:
        """Standard deviation of one replication's answer that the case states; 0 if it states none."""
        if self.sd_per_replication is not None:
            return self.sd_per_replication
        error = (self.tolerance or 0.0) / LIMIT if self.se_at_100k is None else self.se_at_100k
        return error * math.sqrt(STATED_AT)


class FamilyText(BaseModel):
    """What a case file says of a family."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: str = ""
    formula: str = ""
    source: str = ""


class CaseFile(BaseModel):
    """A set of cases."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    families: dict[str, FamilyText] = {}
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Asked:
    """A case, the question it asks, and its parameters."""

    case: Case
    question: Question
    parameters: Parameters


def shipped(name: str) -> CaseFile:
    """One of the package's own case files."""
    return _read(files("sfund_sim.lab").joinpath(name).read_text("utf-8"), name)


def read_cases(path: Path) -> CaseFile:
    """A case file of the user's. CaseError if it cannot be read or has not the form of a case file."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why, why_zh = refusal(error, "en"), refusal(error, "zh")
        raise CaseError(f"{path}: cannot be read: {why}", f"{path}：无法读取：{why_zh}") from None
    return _read(text, str(path))


def _read(text: str, name: str) -> CaseFile:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{name}:{error.lineno}:{error.colno}"
        raise CaseError(f"{where}: not JSON: {error.msg}", f"{where}：不是 JSON：{error.msg}") from None
    if not isinstance(content, dict) or not isinstance(content.get("cases"), list):
        raise CaseError(f"{name}: expected an object with a list 'cases'", f"{name}：应为含有列表“cases”的对象")
    try:
        return CaseFile.model_validate(content)
    except ValidationError as error:
        raise _first(error, content, name) from None


def _first(error: ValidationError, content: dict[str, Any], name: str) -> CaseError:
    """The first problem of a case file, told by the case's id where it has one."""
    problem = error.errors()[0]
    place = problem["loc"]
    en = zh = ""
    if len(place) > 1 and place[0] == "cases":
        number = int(place[1])
        case = content["cases"][number]
        identity = case.get("id") if isinstance(case, dict) else None
        en = f"case {identity}: " if identity else f"case number {number + 1}: "
        zh = f"算例 {identity}：" if identity else f"第 {number + 1} 个算例："
        place = place[2:]
    words = words_of({**problem, "loc": place})
    return CaseError(f"{name}: {en}{words.en}", f"{name}：{zh}{words.zh}")


def ask(case: Case) -> Asked:
    """Find the question of a case and check its parameters. CaseError if there is none or they are wrong."""
    _check_items(case)
    family = FAMILIES.get(case.family)
    if family is None:
        allowed = ", ".join(sorted(FAMILIES))
        raise CaseError(
            f"case {case.id}: unknown family '{case.family}'; allowed: {allowed}",
            f"算例 {case.id}：没有名为“{case.family}”的类别；可用：{'、'.join(sorted(FAMILIES))}",
        )
    question = named(family, case.quantity)
    if question is None:
        near = difflib.get_close_matches(case.quantity, family, n=1, cutoff=0.0)
        raise CaseError(
            f"case {case.id}: family {case.family} has no quantity '{case.quantity}'; did you mean '{near[0]}'?",
            f"算例 {case.id}：类别 {case.family} 没有“{case.quantity}”这个量；是否指“{near[0]}”？",
        )
    try:
        return Asked(case, question, question.parameters.model_validate(case.params))
    except ValidationError as error:
        first = error.errors()[0]
        is_unknown = first["type"] == "extra_forbidden" and len(first["loc"]) == 1
        meant = _meant(str(first["loc"][0]), question.parameters.model_fields) if is_unknown else ("", "")
        raise refused(case, error, given=_shown(first["input"]), meant=meant) from None


def _check_items(case: Case) -> None:
    """CaseError if the case has items that mean nothing, for they may be tolerances that were meant to count."""
    for name in case.model_extra or ():
        en, zh = _meant(name, Case.model_fields)
        raise CaseError(
            f"case {case.id}: {name}: there is no such item{en} (remarks go under 'note')",
            f"算例 {case.id}：{name}：没有此项{zh}（备注请写在“note”下）",
        )
    if case.kind is not None and case.kind not in KINDS:
        en, zh = _meant(case.kind, KINDS)
        raise CaseError(
            f"case {case.id}: kind: there is no kind '{case.kind}'{en}; allowed: {', '.join(KINDS)}",
            f"算例 {case.id}：kind：没有名为“{case.kind}”的种类{zh}；可用：{'、'.join(KINDS)}",
        )


def _meant(given: str, names: Iterable[str]) -> tuple[str, str]:
    """A hint at the name that was meant, in both languages; empty if none is near."""
    names = list(names)
    near = [name for name in names if name.startswith(given)] or difflib.get_close_matches(given, names, n=1)
    return did_you_mean(near[0] if near else None)


def refused(case: Case, error: ValueError, *, given: str = "", meant: tuple[str, str] = ("", "")) -> CaseError:
    """The error of a case that the lab cannot answer, with the case's name and what stands in it."""
    words = told(error)
    en, zh = (f" (given: {given})", f"（所给：{given}）") if given else ("", "")
    return CaseError(f"case {case.id}: {words.en}{meant[0]}{en}", f"算例 {case.id}：{words.zh}{meant[1]}{zh}")


def _shown(given: Any) -> str:
    text = json.dumps(given, default=str, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."
