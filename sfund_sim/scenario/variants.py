"""Variants: named sets of changes beside a scenario, so that one file tells what is compared.

    variants:
      longer: {venues.beijing.disclosure.days: 25}
      no_venue: {policy_dropped: [csrc_approval]}

A run of the file ignores them; ``--variant longer`` lays one over the scenario, as ``--set`` would. All are checked
whenever the file is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario.base import overlap, overlaps
from sfund_sim.scenario.evidence import FOR_ALL_BELOW, unwrapped
from sfund_sim.scenario.nodes import Entry, Evidence, Mapping, Place, Scalar, Status, at
from sfund_sim.scenario.overrides import with_value
from sfund_sim.scenario.remedies import nearest
from sfund_sim.scenario.wording import did_you_mean

if TYPE_CHECKING:
    from sfund_sim.scenario.merging import Layers

VARIANTS = "variants"
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
SOURCE = "variant"
"""First word of what a variant's values rest on, before its name, unless they say otherwise."""
Variants = dict[str, Entry]
"""What each variant changes, by name: a mapping from paths to values, as written."""


def variants_of(layers: Layers) -> Variants:
    """The variants of a file and of what it extends; those that are none are complained of and left out."""
    aside = layers.aside.get(VARIANTS)
    if aside is None:
        return {}
    if not isinstance(aside.node, Mapping):
        message = "'variants' maps names to changes: variants: {longer: {venues.beijing.disclosure.days: 25}}"
        message_zh = "variants 须为名称到修改的映射：variants: {longer: {venues.beijing.disclosure.days: 25}}"
        layers.problems.append(Problem(*aside.node.place, message, message_zh))
        return {}
    found: Variants = {}
    for name, entry in aside.node.entries.items():
        if fault := _fault(name, entry):
            layers.problems.append(fault)
        elif name != FOR_ALL_BELOW:
            found[name] = entry
    return found


def _fault(name: str, entry: Entry) -> Problem | None:
    """What is wrong with a variant's name or form; None when nothing is."""
    if name == FOR_ALL_BELOW or (NAME.fullmatch(name) and isinstance(entry.node, Mapping)):
        return None
    if not NAME.fullmatch(name):
        return Problem(
            *entry.key,
            f"'{name[:60]}' cannot name a variant; use lower-case letters, digits and underscores, a letter first",
            f"“{name[:60]}”不能作为变体名称；请用小写字母、数字与下划线，并以字母开头",
        )
    return Problem(
        *entry.node.place,
        f"the variant '{name}' must map paths to values, for example {{venues.beijing.disclosure.days: 25}}",
        f"变体“{name}”须为路径到取值的映射，例如 {{venues.beijing.disclosure.days: 25}}",
    )


def with_variant(root: Mapping, name: str, entry: Entry, problems: list[Problem]) -> Mapping:
    """The tree with a variant laid over it, named and titled after both; what is wrong goes to ``problems``."""
    changes = unwrapped(entry.node, problems, Evidence(f"{SOURCE} {name}", Status.ASSUMPTION))
    if not isinstance(changes, Mapping):
        return root
    paths = list(changes.entries)
    for number, earlier in overlaps(paths):
        problems.append(Problem(*changes.entries[paths[number]].key, *overlap(paths[number], earlier)))
    root = _titled(root, name, entry.key, problems)
    for path, change in changes.entries.items():
        root = with_value(root, path, change.node, problems)
    return root


def _titled(root: Mapping, name: str, place: Place, problems: list[Problem]) -> Mapping:
    """``name`` and ``title`` of the scenario with the variant's; the variant may still set others."""
    marks = {"name": ("_", name), "title.en": (": ", name.replace("_", " ")), "title.zh": ("：", name)}
    for path, (mark, ending) in marks.items():
        node = at(root, path.split("."))
        if isinstance(node, Scalar) and isinstance(node.value, str):
            text = f"{node.value}{mark}{ending}"
            root = with_value(root, path, Scalar(place, text, text, plain=False), problems)
    return root


def unknown_variant(name: str, variants: Variants) -> Problem:
    """The complaint that there is no such variant."""
    hint, hint_zh = did_you_mean(nearest(str(name), list(variants)))
    return Problem(
        f"--variant {name}", 0, 0,
        f"the scenario has no such variant; allowed: {', '.join(variants) or 'none'}{hint}",
        f"情景中没有此变体；可用：{'、'.join(variants) or '无'}{hint_zh}",
    )  # fmt: skip
