"""Layers of a scenario: a file upon the file it extends, and single values set from the command line upon both."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario.evidence import unwrapped
from sfund_sim.scenario.likeness import with_likeness
from sfund_sim.scenario.nodes import Entry, Mapping, Node, Scalar, Sequence, child, merged, sequence_of
from sfund_sim.scenario.reading import parse_file
from sfund_sim.scenario.shapes import POLICY
from sfund_sim.scenario.shipped import SHIPPED, is_there, rival_of, shipped_meant, shipped_names, shipped_path
from sfund_sim.scenario.wording import did_you_mean

LONGEST_CHAIN = 10
EXTENDS = "extends"
SET_ASIDE = ("variants",)
"""Keys that say what to do with a scenario, not what it is: kept apart, for those who ask for them."""
ADDED = "policy_added"
"""Key of dated changes that join those of the base, where ``policy`` would replace them all."""
LAYER_KEYS = (EXTENDS, *SET_ASIDE, ADDED)
"""Keys of a file that the scenario it describes does not have."""


@dataclass
class Layers:
    """A file and the files it extends, laid over one another."""

    root: Mapping | None = None
    """The merged tree; None when the grammar of a file is broken."""
    files: list[Path] = field(default_factory=list)
    """All files read, the file asked for first, then what it extends."""
    shown: list[str] = field(default_factory=list)
    """Their names as complaints show them."""
    problems: list[Problem] = field(default_factory=list)
    aside: dict[str, Entry] = field(default_factory=dict)
    """What stands under the keys of ``SET_ASIDE``, as written, laid over one another like the rest."""
    lost_changes: list[str] = field(default_factory=list)
    """Dated changes of bases that a ``policy`` laid over them leaves out, by name."""
    is_whole: bool = True
    """Were all files of the chain read? If not, a missing key may stand in the missing file."""


def read_layers(path: str | Path) -> Layers:
    """Read a file, or a shipped scenario by name, with all that it extends."""
    layers = Layers()
    given, name = Path(path), str(path)
    if not is_there(given) and (shipped := shipped_path(name)):
        given = shipped
        if rival_of(name, shipped, Path()):
            layers.problems.append(Problem(name, 0, 0, *_either(name)))
            return layers
    layers.root = _read(given, _path_text(path), layers, chain=[])
    return layers


def written_out(root: Mapping, base: Node | None, problems: list[Problem]) -> Mapping:
    """The tree without the keys that only say how to lay it over ``base``: ``policy_added``, and ``like`` of venues."""
    return with_likeness(_with_added(root, problems), base, problems)


def _with_added(root: Mapping, problems: list[Problem]) -> Mapping:
    """The tree with the changes under ``policy_added`` behind those of ``policy``, which alone the scenario has."""
    added = root.entries.get(ADDED)
    if added is None:
        return root
    entries = {key: entry for key, entry in root.entries.items() if key != ADDED}
    policy = entries.get(POLICY)
    if not isinstance(added.node, Sequence):
        message = f"'{ADDED}' is a list of dated changes; write each after a '- '"
        problems.append(Problem(*added.node.place, message, f"{ADDED} 是按日期生效的变更的列表；每一项请以“- ”开头"))
    elif policy is None:
        entries[POLICY] = added
    elif isinstance(policy.node, Sequence):
        both = sequence_of(policy.node.place, [*policy.node.items, *added.node.items])
        entries[POLICY] = Entry(policy.key, replace(both, evidence=policy.node.evidence))
    return replace(root, entries=entries)


def _path_text(path: str | Path) -> str:
    """A path as complaints show it: relative when it lies below the working folder."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive on Windows, or a NUL in the name
        return str(path)
    return str(path) if relative.startswith("..") else relative


def _read(path: Path, shown: str, layers: Layers, chain: list[str]) -> Mapping | None:
    """The merged tree of a file and its bases; ``chain`` holds the real paths of the files that led here."""
    layers.files.append(path)
    layers.shown.append(shown)
    parsed = parse_file(path, shown)
    layers.problems += parsed.problems
    root = parsed.root
    if root is not None and not isinstance(root, Mapping):
        layers.problems.append(
            Problem(
                *root.place,
                "a scenario file is a mapping of keys to values; begin with 'schema_version: 1'",
                "情景文件须由“键: 值”组成；请以“schema_version: 1”开头",
            )
        )
    if not isinstance(root, Mapping):
        layers.is_whole = False
        return None
    root = replace(root, entries=dict(root.entries))
    extends = root.entries.pop(EXTENDS, None)
    for key in SET_ASIDE:
        if entry := root.entries.pop(key, None):
            above = layers.aside.get(key)
            layers.aside[key] = Entry(above.key, merged(entry.node, above.node)) if above else entry
    own = unwrapped(root, layers.problems)
    base = _read_base(path, extends.node, layers, [*chain, os.path.realpath(path)]) if extends else None
    if base:
        layers.lost_changes += _lost_changes(base, own)
    whole = merged(base, own) if base else own
    return written_out(whole, base, layers.problems) if isinstance(whole, Mapping) else None


def _lost_changes(base: Mapping, top: Node) -> list[str]:
    """Names of the base's dated changes that a list of ``policy`` above it leaves out."""
    over = child(top, POLICY)
    return [name for name in _change_names(child(base, POLICY)) if name not in _change_names(over)] if over else []


def _change_names(policy: Node | None) -> list[str]:
    changes = policy.items if isinstance(policy, Sequence) else ()
    names = [child(change, "name") or child(change, "on") for change in changes]
    return [name.text for name in names if isinstance(name, Scalar)]


def _read_base(path: Path, node: Node, layers: Layers, chain: list[str]) -> Mapping | None:
    base = _base_path(path, node, layers.problems)
    if base is not None and (fault := _chain_fault(base, chain)):
        layers.problems.append(Problem(*node.place, *fault))
        base = None
    if base is None:
        layers.is_whole = False
        return None
    return _read(base, _path_text(base), layers, chain)


def _chain_fault(base: Path, chain: list[str]) -> tuple[str, str] | None:
    if os.path.realpath(base) in chain:
        names = " -> ".join(Path(step).name for step in [*chain, str(base)])
        return (
            f"'extends' goes round in a circle ({names}); a base must not extend what extends it",
            f"extends 循环引用（{names}）；上级文件不能再引用下级文件",
        )
    if len(chain) >= LONGEST_CHAIN:
        return (
            f"'extends' goes through more than {LONGEST_CHAIN} files; merge some of them",
            f"extends 链超过 {LONGEST_CHAIN} 个文件；请合并其中一些",
        )
    return None


def _either(name: str) -> tuple[str, str]:
    """The complaint that a name may mean a file or a shipped scenario, which differ."""
    return (
        f"two scenarios may be meant by '{name}': the file {name}.yaml and the shipped scenario, which differs; "
        f"write ./{name}.yaml for the file or {SHIPPED}{name} for the shipped one",
        f"“{name}”可指两个内容不同的情景：文件 {name}.yaml 或同名的自带情景；"
        f"要用该文件请写 ./{name}.yaml，要用自带情景请写 {SHIPPED}{name}",
    )


def _base_path(path: Path, node: Node, problems: list[Problem]) -> Path | None:
    """The file that ``extends`` names: relative to the file it stands in, or a shipped scenario."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or "\0" in node.value:
        problems.append(
            Problem(
                *node.place,
                "'extends' takes one file or the name of one shipped scenario, for example base_china",
                "extends 只能是一个文件或一个自带情景的名称，例如 base_china",
            )
        )
        return None
    near = path.parent / node.value
    if is_there(near) and near.is_file():
        return near
    name = node.value.removesuffix(".yaml")
    if shipped := shipped_path(name):
        rival = rival_of(node.value, shipped, path.parent)
        if rival is None or rival.samefile(path):  # a file cannot mean itself
            return shipped
        problems.append(Problem(*node.place, *_either(node.value)))
        return None
    names = shipped_names()
    hint, hint_zh = did_you_mean(shipped_meant(node.value))
    problems.append(
        Problem(
            *node.place,
            f"there is no file '{node.value[:100]}' beside this one and no shipped scenario of that name; "
            f"shipped: {', '.join(names) or 'none'} (nothing is fetched from the network){hint}",
            f"此文件旁没有“{node.value[:100]}”，也没有同名的自带情景；"
            f"自带：{'、'.join(names) or '无'}（不会从网络下载）{hint_zh}",
        )
    )
    return None
