"""Cases with known answers: reading them, and refusing what the lab cannot answer, with the place and the remedy."""

from __future__ import annotations

import difflib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from sfund_sim.ground.errors import RuleError, SfundError
from sfund_sim.ground.refusals import refusal
from sfund_sim.lab.case_items import KINDS, REMARKS, Case
from sfund_sim.lab.families import FAMILIES
from sfund_sim.lab.questions import Family, Parameters, Question
from sfund_sim.lab.refusals import first_problem, reason
from sfund_sim.lab.wording import is_near, nearest
from sfund_sim.lab.wording import meant as meant_by
from sfund_sim.scenario.wording import Words, did_you_mean

PUBLISHED, OWN = "cases.json", "own_cases.json"
"""The set of 452 points shipped with the package, and a few points of our own that it does not cover."""
_MOST_LISTED = 8
"""Quantities of a family that a refusal names, the nearest first."""


class CaseError(SfundError):
    """A case file that the lab cannot run; the text names the case, what is wrong, and what is allowed."""


class FamilyText(BaseModel):
    """What a case file says of a family."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: str = ""
    formula: str = ""
    source: str = ""


class Unread(Case):
    """A case whose items do not fit; it is refused, and the others of its file are answered."""

    why: CaseError

    model_config = ConfigDict(arbitrary_types_allowed=True)


@dataclass(frozen=True)
class CaseFile:
    """A set of cases."""

    families: Mapping[str, FamilyText]
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
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why, why_zh = refusal(error, "en"), refusal(error, "zh")
        raise CaseError(f"{path}: cannot be read: {why}", f"{path}：无法读取：{why_zh}") from None
    return _read(text, str(path))


def _read(text: str, name: str) -> CaseFile:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{name}:{error.lineno}:{error.colno}"
        raise CaseError(f"{where}: not JSON: {error.msg}", f"{where}：不是 JSON，此处有误") from None
    whole = {"cases": content} if isinstance(content, list) else content
    cases = whole.get("cases") if isinstance(whole, dict) else None
    if not isinstance(cases, list):
        raise CaseError(f"{name}: expected an object with a list 'cases'", f"{name}：应为含有列表“cases”的对象")
    if not cases:
        raise CaseError(f"{name}: there is no case in it", f"{name}：其中没有算例")
    texts = whole.get("families")
    families = texts.items() if isinstance(texts, dict) else ()
    return CaseFile(
        {code: about for code, given in families if (about := _text(given)) is not None},
        _with_names_of_their_own([_case(one, number) for number, one in enumerate(cases, start=1)]),
    )


def _text(given: Any) -> FamilyText | None:
    """What the file says of a family; None if that does not fit: it is for readers only."""
    try:
        return FamilyText.model_validate(given)
    except ValidationError:
        return None


def _case(given: Any, number: int) -> Case:
    """One case; ``Unread`` if its items do not fit."""
    try:
        return Case.model_validate(given)
    except ValidationError as error:
        items = given if isinstance(given, dict) else {}
        identity = str(items.get("id") or "")
        words = reason(error)
        case = Words(f"case {identity}", f"算例 {identity}")
        where = case if identity else Words(f"case number {number}", f"第 {number} 个算例")
        return Unread.model_construct(
            id=identity or str(number),
            family=str(items.get("family") or "-"),
            quantity=str(items.get("quantity") or ""),
            expected=math.nan,
            why=CaseError(f"{where.en}: {words.en}", f"{where.zh}：{words.zh}"),
        )


def _with_names_of_their_own(cases: Sequence[Case]) -> tuple[Case, ...]:
    """The cases; of several with the same id all but the first have their number behind it."""
    seen: Counter[str] = Counter()
    named = []
    for case in cases:
        seen[case.id] += 1
        number = seen[case.id]
        named.append(case if number == 1 else case.model_copy(update={"id": f"{case.id} ({number})"}))
    return tuple(named)


def ask(case: Case) -> Asked:
    """Find the question of a case and check its parameters. CaseError if there is none or they are wrong."""
    if isinstance(case, Unread):
        raise case.why
    _check_items(case)
    family = FAMILIES.get(case.family)
    if family is None:
        allowed = ", ".join(sorted(FAMILIES))
        raise CaseError(
            f"case {case.id}: unknown family '{case.family}'; allowed: {allowed}",
            f"算例 {case.id}：没有名为“{case.family}”的类别；可用：{'、'.join(sorted(FAMILIES))}",
        )
    question = _question(case, family)
    try:
        return Asked(case, question, question.parameters.model_validate(_parameters(question, case)))
    except RuleError as error:
        raise refused(case, error) from None
    except ValidationError as error:
        problem = first_problem(error)
        is_unknown = problem["type"] == "extra_forbidden" and len(problem["loc"]) == 1
        names = list(question.parameters.model_fields)
        meant = _meant(str(problem["loc"][0]), names) if is_unknown else ("", "")
        if is_unknown:
            meant = f"{meant[0]}; allowed: {', '.join(names)}", f"{meant[1]}；可用：{'、'.join(names)}"
        raise refused(case, error, given=_excerpt(problem["input"]), meant=meant) from None


def _question(case: Case, family: Family) -> Question:
    """The question that a case names. CaseError, with what there is, if none or more than one may be meant."""
    found = meant_by(
        family, case.quantity, lambda one: _fits(one, case), lambda one, text: one.parameters.said(text)[0]
    )
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        listed, listed_zh = _list_in_words(list(found))
        raise CaseError(
            f"case {case.id}: '{case.quantity}' may be one of several quantities of family {case.family}: {listed}",
            f"算例 {case.id}：“{case.quantity}”可指类别 {case.family} 的多个量：{listed_zh}",
        )
    near = nearest(family, case.quantity)
    hint, hint_zh = did_you_mean(near[0] if is_near(near[0], case.quantity) else None)
    listed, listed_zh = _list_in_words(near)
    raise CaseError(
        f"case {case.id}: family {case.family} has no quantity '{case.quantity}'{hint}; it has: {listed}",
        f"算例 {case.id}：类别 {case.family} 没有“{case.quantity}”这个量{hint_zh}；可用：{listed_zh}",
    )


def _list_in_words(names: list[str]) -> tuple[str, str]:
    """Names in both languages, as many as one reads."""
    shown, more = names[:_MOST_LISTED], len(names) - _MOST_LISTED
    rest, rest_zh = (f"; and {more} more", f"等共 {len(names)} 个") if more > 0 else ("", "")
    return "; ".join(f"'{name}'" for name in shown) + rest, "、".join(f"“{name}”" for name in shown) + rest_zh


def _fits(question: Question, case: Case) -> bool:
    """Are the case's parameters those of the question?"""
    try:
        question.parameters.model_validate(_parameters(question, case))
    except (ValidationError, RuleError):
        return False
    return True


def _parameters(question: Question, case: Case) -> dict[str, Any]:
    """The case's parameters, and those that its words give. RuleError if they say different things."""
    said = question.parameters.said(case.quantity)[1]
    for name, value in said.items():
        if case.params.get(name, value) != value:
            raise RuleError(
                f"{name}: the quantity says {value}, and the parameters {case.params[name]}",
                f"{name}：量的名称中为 {value}，参数中却为 {case.params[name]}",
            )
    return {**said, **case.params}


def _check_items(case: Case) -> None:
    """CaseError if the case has items that mean nothing, for they may be tolerances that were meant to count."""
    for name in set(case.model_extra or ()) - set(REMARKS):
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
    words = reason(error)
    en, zh = (f" (given: {given})", f"（所给：{given}）") if given else ("", "")
    return CaseError(f"case {case.id}: {words.en}{meant[0]}{en}", f"算例 {case.id}：{words.zh}{meant[1]}{zh}")


def _excerpt(given: Any) -> str:
    text = json.dumps(given, default=str, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."
