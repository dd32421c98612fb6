"""In what two experiments, or what two machines have installed, differ: told in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sfund_sim.experiments import manifest

Words = tuple[str, str]
"""The same in English and in Chinese."""

_KNOWN_BY: dict[str, Words] = {
    "kind": ("command", "命令"),
    "scenario_sha256": ("scenario hash", "情景哈希"),
    "seed": ("seed", "种子"),
    "replications": ("replications", "重复次数"),
    "experiment_sha256": ("experiment hash", "实验哈希"),
    "outcomes_named": ("outcomes named beforehand", "事先指定的指标"),
    "decomposed": ("decomposition", "折价分解"),
    "sfund_sim": ("version of sfund_sim", "sfund_sim 版本"),
    "tables": ("form of tables", "表格格式"),
    "kept": ("tables kept", "保留的表格"),
}
"""By what an experiment is known, and the words for it."""


def differences(state: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[Words]:
    """In what a work folder's state, or a manifest, differs from the experiment asked for, as far as that says."""
    found = [
        _now(words, state.get(name), wanted[name])
        for name, words in _KNOWN_BY.items()
        if name in wanted and state.get(name) != wanted[name]
    ]
    then, now = state.get("versions", {}), wanted["versions"]
    return found + [_now((name, name), then.get(name), now[name]) for name in now if then.get(name) != now[name]]


def share_differences(there: Sequence[int] | None, now: Sequence[int]) -> list[Words]:
    """In what the share of a work folder (remainder, number of shares) differs from the one asked for."""
    words = ("share (remainder, shares)", "分片（余数、分片数）")
    return [] if there == list(now) else [_now(words, there, list(now))]


def version_differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Words]:
    """What is installed otherwise on a worker than here."""
    here, there = ({"sfund_sim": each["sfund_sim"], **each["versions"]} for each in (ours, theirs))
    return [_here(name, there.get(name), here[name]) for name in here if there.get(name) != here[name]]


def joined(found: Sequence[Words]) -> Words:
    """All differences as one text in each language."""
    return "; ".join(english for english, _ in found), "；".join(chinese for _, chinese in found)


def _now(words: Words, there: object, now: object) -> Words:
    old, new = _short(there), _short(now)
    return f"{words[0]} {old[0]} there, {new[0]} now", f"{words[1]}：其中为 {old[1]}，现为 {new[1]}"


def _here(name: str, there: object, here: object) -> Words:
    far, near = _short(there), _short(here)
    return f"{name} {far[0]} there, {near[0]} here", f"{name}：工作节点为 {far[1]}，本机为 {near[1]}"


def _short(value: object) -> Words:
    if value is None:
        return "none", "无"
    text = manifest.short(", ".join(map(str, value)) if isinstance(value, list) else value)
    return text, text
