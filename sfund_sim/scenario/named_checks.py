"""What named funds must keep to beside the rest of a scenario: names of their own, and wishes that can come about."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from datetime import date, timedelta
from typing import get_args

from sfund_sim.ground.errors import RuleError
from sfund_sim.scenario.named import LpKindName, NamedFund

_NOTHING = r"(?!)"
"""Fits no name."""

Forms = tuple[re.Pattern[str], re.Pattern[str]]
"""Of names of funds, and of names of LPs and buyers."""


def drawn_forms(*, funds: bool, buyers: Iterable[str]) -> Forms:
    """Forms of the names that the model gives to those it draws: tables know funds and investors by names alone.

    ``funds``: are any drawn, with their LPs? ``buyers``: kinds of which any are.
    """
    kinds = [rf"{kind}_\d{{5,}}" for kind in get_args(LpKindName) if funds]
    kinds += [rf"{kind}_\d{{3,}}" for kind in buyers]
    return re.compile(r"F\d{5,}" if funds else _NOTHING), re.compile("|".join(kinds) or _NOTHING)


def name_errors(funds: list[NamedFund], drawn: Forms) -> Iterator[RuleError]:
    """Names that two funds or two LPs would have, or that the model gives to those it draws."""
    fund_form, investor_form = drawn
    seen: set[str] = set()
    kinds: dict[str, str] = {}
    for place, fund in enumerate(funds):
        if fund.name in seen:
            yield RuleError(f"two funds are named {fund.name}", f"有两只基金同名：{fund.name}", (place, "name"))
        elif fund_form.fullmatch(fund.name):
            yield _is_drawn(fund.name, (place, "name"))
        seen.add(fund.name)
        for number, partner in enumerate(fund.partners):
            where = (place, "partners", number, "lp")
            if investor_form.fullmatch(partner.lp):
                yield _is_drawn(partner.lp, where)
            elif kinds.setdefault(partner.lp, partner.kind) != partner.kind:
                known = kinds[partner.lp]
                yield RuleError(
                    f"{partner.lp} is of kind {partner.kind} here and of kind {known} in a fund before",
                    f"{partner.lp} 在此属于 {partner.kind}，在前面的基金中属于 {known}",
                    where,
                )


def kind_errors(funds: list[NamedFund], kinds: Container[str]) -> Iterator[RuleError]:
    """Partners of a kind that is not among the ``kinds`` of LPs described."""
    for place, fund in enumerate(funds):
        for number, partner in enumerate(fund.partners):
            if partner.kind not in kinds:
                yield RuleError(
                    f"fund {fund.name}: partner {partner.lp} is of kind {partner.kind}, which population.lps lacks",
                    f"基金 {fund.name} 的合伙人 {partner.lp} 属于 {partner.kind}，但 population.lps 中没有这一类",
                    (place, "partners", number, "kind"),
                )


def wish_errors(funds: list[NamedFund], start: date, end: date) -> Iterator[RuleError]:
    """Prescribed wishes that could not come about: outside the horizon, or before the fund's shares are issued."""
    for place, fund in enumerate(funds):
        issued = _quarter_end(fund.vintage)
        for number, partner in enumerate(fund.partners):
            for wish_number, wish in enumerate(partner.wishes):
                where = (place, "partners", number, "wishes", wish_number, "on")
                if not start <= wish.on <= end:
                    yield RuleError(
                        f"{wish.on} is outside the horizon, {start} to {end}",
                        f"{wish.on} 不在模拟期 {start} 至 {end} 之内",
                        where,
                    )
                elif wish.on <= issued:
                    yield RuleError(
                        f"{wish.on} is not after {issued}, when fund {fund.name} issues its shares (a quarter's end)",
                        f"{wish.on} 不晚于基金 {fund.name} 发行份额的季度末 {issued}",
                        where,
                    )


def _is_drawn(name: str, where: tuple[str | int, ...]) -> RuleError:
    return RuleError(
        f"'{name}' has the form of names that the model gives; choose another name",
        f"“{name}”与模型自行命名的形式相同；请另取名称",
        where,
    )


def _quarter_end(day: date) -> date:
    """Last day of a day's quarter."""
    month = 3 * ((day.month - 1) // 3) + 3
    return date(day.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
