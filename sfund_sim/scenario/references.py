"""What one part of a scenario says of another: names that must exist there, days and shares that must fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sfund_sim.ground.errors import ON_THE_KEY, RuleError
from sfund_sim.scenario.named_checks import wish_errors
from sfund_sim.scenario.remedies import nearest
from sfund_sim.scenario.shapes import DROPPED, MOVED, POLICY
from sfund_sim.scenario.wording import did_you_mean

if TYPE_CHECKING:
    from sfund_sim.scenario.model import Scenario
    from sfund_sim.scenario.rules import Venue


def reference_errors(scenario: Scenario) -> Iterator[RuleError]:
    """All references that lead nowhere, each with the place of what is wrong."""
    yield from (error.below("population", "named_funds") for error in _fund_errors(scenario))
    yield from _change_errors(scenario)
    for share in ("funds_share", "buyers_share"):
        yield from (error.below("venues") for error in _share_errors(scenario.venues, share))


def _fund_errors(scenario: Scenario) -> Iterator[RuleError]:
    funds, horizon = scenario.population.named_funds, scenario.horizon
    for place, fund in enumerate(funds):
        if fund.venue is not None and fund.venue not in scenario.venues:
            there, there_zh = _choice(fund.venue, sorted(scenario.venues))
            yield RuleError(
                f"fund {fund.name}: there is no venue '{fund.venue}'{there}",
                f"基金 {fund.name}：没有名为“{fund.venue}”的平台{there_zh}",
                (place, "venue"),
            )
        if fund.vintage > horizon.end:
            yield RuleError(
                f"fund {fund.name} is founded on {fund.vintage}, after the end of the horizon",
                f"基金 {fund.name} 的成立日 {fund.vintage} 晚于模拟期结束日",
                (place, "vintage"),
            )
    yield from wish_errors(funds, horizon.start, horizon.end)


def _change_errors(scenario: Scenario) -> Iterator[RuleError]:
    names: list[str] = []
    for number, change in enumerate(scenario.policy):
        if change.name and change.name in names:
            yield RuleError(
                f"two policy changes are named '{change.name}'",
                f"有两项政策变更同名：“{change.name}”",
                (POLICY, number, "name"),
            )
        elif change.name:
            names.append(change.name)
    named = [(name, (DROPPED, number)) for number, name in enumerate(scenario.policy_dropped)]
    moved = [(name, (MOVED, name, ON_THE_KEY)) for name in scenario.policy_moved]
    for name, place in [*named, *moved]:
        if name not in names:
            there, there_zh = _choice(name, names)
            yield RuleError(
                f"there is no policy change named '{name}'{there}", f"没有名为“{name}”的政策变更{there_zh}", place
            )


def _share_errors(venues: dict[str, Venue], share: str) -> Iterator[RuleError]:
    """The venue with which the shares pass 1, in the order written: the one that a file has added to its base's."""
    total, shares = 0.0, {name: getattr(venue, share) for name, venue in venues.items()}
    for name, one in shares.items():
        before, total = total, total + one
        if before <= 1 + 1e-9 < total:
            all_of_them = ", ".join(f"{name} {one:g}" for name, one in shares.items())
            yield RuleError(
                f"the venues' {share} add up to more than 1: {all_of_them}",
                f"各平台 {share} 之和超过 1：{all_of_them.replace(', ', '、')}",
                (name, share),
            )


def _choice(given: str, there: list[str]) -> tuple[str, str]:
    """The end of a complaint: which names there are, and the one that was probably meant."""
    hint, hint_zh = did_you_mean(nearest(given, there))
    return f"; allowed: {', '.join(there) or 'none'}{hint}", f"；可用：{'、'.join(there) or '无'}{hint_zh}"
