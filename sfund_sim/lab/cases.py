"""Cases with known answers: reading them, and refusing what the lab cannot answer, with the place and the remedy."""

from __future__ import annotations

import difflib
import json
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

PUBLISHED, OWN = "cases.json", "own_cases.json"
"""The set of 452 points shipped with the package, and a few points of our own that it does not cover."""


class CaseError(SfundError):
    """A case file that the lab cannot run; the text names the case, what is wrong, and what is allowed."""


class Case(BaseModel):
    """One point of a case file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    family: str
    quantity: str
    params: dict[str, Any]
    expected: float = Field(allow_inf_nan=False)
    tolerance: float | None = Field(default=None, ge=0)
    """Absolute, for a case that is computed; 4 standard errors at 100,000 replications for one that is simulated."""
    sd_per_replication: float | None = Field(default=None, ge=0)


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
        first = _first(error, content)
        raise CaseError(f"{name}: {first}", f"{name}：{first}") from None


def _first(error: ValidationError, content: dict[str, Any]) -> str:
    """The first problem of a case file, told by the case's id where it has one."""
    problem = error.errors()[0]
    place = [str(step) for step in problem["loc"]]
    if len(place) > 1 and place[0] == "cases":
        case = content["cases"][int(place[1])]
        identity = case.get("id") if isinstance(case, dict) else None
        place[:2] = [f"case {identity}" if identity else f"case number {int(place[1]) + 1}"]
    return f"{': '.join(place)}: {problem['msg']}"


def ask(case: Case) -> Asked:
    """Find the question of a case and check its parameters. CaseError if there is none or they are wrong."""
    family = FAMILIES.get(case.family)
    if family is None:
        allowed = ", ".join(sorted(FAMILIES))
        raise CaseError(
            f"case {case.id}: unknown family '{case.family}'; allowed: {allowed}",
            f"算例 {case.id}：没有名为“{case.family}”的类别；可用：{allowed}",
        )
    question = family.get(case.quantity)
    if question is None:
        near = difflib.get_close_matches(case.quantity, family, n=1, cutoff=0.0)
        raise CaseError(
            f"case {case.id}: family {case.family} has no quantity '{case.quantity}'; did you mean '{near[0]}'?",
            f"算例 {case.id}：类别 {case.family} 没有“{case.quantity}”这个量；是否指“{near[0]}”？",
        )
    try:
        return Asked(case, question, question.parameters.model_validate(case.params))
    except ValidationError as error:
        raise refused(case, error, given=_shown(error.errors()[0]["input"])) from None


def refused(case: Case, error: ValueError, *, given: str = "") -> CaseError:
    """The error of a case that the lab cannot answer, with the case's name and what stands in it."""
    words = told(error)
    en, zh = (f" (given: {given})", f"（所给：{given}）") if given else ("", "")
    return CaseError(f"case {case.id}: {words.en}{en}", f"算例 {case.id}：{words.zh}{zh}")


def _shown(given: Any) -> str:
    text = json.dumps(given, default=str, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."
