"""The rule book over time, change by change: when, why, where it is written, and what it sets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sfund_sim.cli.options import Lang

if TYPE_CHECKING:
    from sfund_sim.scenario.model import Scenario
    from sfund_sim.scenario.timeline import Epoch, PolicyChange

_WORDS = {
    Lang.EN: {
        "changes": "Rules from {start}, with {count} dated changes",
        "none": "No dated changes: one rule book from {start} to {end}.",
        "because": "because",
        "source": "source",
        "open": "binds open listings too",
        "after": "after the end of the horizon ({end}): without effect",
        "before": "in force on the first day already",
        "colon": ": ",
        "aside": "({})",
    },
    Lang.ZH: {
        "changes": "自 {start} 起的规则，含 {count} 项按日期生效的变更",
        "none": "没有按日期生效的变更：{start} 至 {end} 规则不变。",
        "because": "原因",
        "source": "来源",
        "open": "对未完成的挂牌同样生效",
        "after": "晚于模拟期结束日 {end}，不起作用",
        "before": "首日即已生效",
        "colon": "：",
        "aside": "（{}）",
    },
}


def history_lines(scenario: Scenario, spoken: Lang) -> Iterator[str]:
    """The lines of ``sfund explain SCENARIO``."""
    words = _WORDS[spoken]
    start, end = scenario.horizon.start, scenario.horizon.end
    epochs = scenario.timeline().epochs
    yield f"{scenario.name}{words['colon']}{getattr(scenario.title, spoken)}"
    if len(epochs) == 1:
        yield words["none"].format(start=start, end=end)
        return
    yield words["changes"].format(start=start, count=len(epochs) - 1)
    for before, epoch in pairwise(epochs):
        if epoch.change is not None:
            yield f"\n{_heading(epoch.change)}"
            yield from _effect_lines(epoch.change, scenario, words)
            yield from _setting_lines(before, epoch, epoch.change)


def _heading(change: PolicyChange) -> str:
    return f"{change.on}  [{change.name}]" if change.name else f"{change.on}"


def _effect_lines(change: PolicyChange, scenario: Scenario, words: dict[str, str]) -> Iterator[str]:
    """Why it happens and whom it binds."""
    colon, aside = words["colon"], words["aside"]
    yield f"  {words['because']}{colon}{change.reason('zh' if words is _WORDS[Lang.ZH] else 'en')}"
    yield f"  {words['source']}{colon}{change.source}"
    if change.on <= scenario.horizon.start:
        yield f"  {aside.format(words['before'])}"
    if change.on > scenario.horizon.end:
        yield f"  {aside.format(words['after'].format(end=scenario.horizon.end))}"
    if change.applies_to == "open_listings":
        yield f"  {aside.format(words['open'])}"


def _setting_lines(before: Epoch, epoch: Epoch, change: PolicyChange) -> Iterator[str]:
    """What it sets, from the old value to the new one."""
    old, new = before.book.model_dump(mode="json"), epoch.book.model_dump(mode="json")
    for path in change.set:
        yield f"  {path}: {_value_text(_at(old, path))} -> {_value_text(_at(new, path))}"


def _at(tree: Any, path: str) -> Any:
    for step in path.split("."):
        tree = tree[step]
    return tree


def _value_text(value: Any) -> str:
    """A value as a scenario file writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_value_text(below)}" for key, below in value.items()) + "}"
    return "null" if value is None else str(value)
