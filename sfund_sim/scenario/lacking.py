"""Keys that a mapping lacks, in one sentence: those to add, or the venue that was meant by a name nearly right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sfund_sim.scenario.nodes import Mapping, Node, Path, child, spelled
from sfund_sim.scenario.remedies import nearest
from sfund_sim.scenario.wording import NOTHING, WORDS, Words

MOST_MISSING = 5
"""What lacks more keys than this was meant to be laid over something that has them."""
_VENUES = "venues"


class Lack(NamedTuple):
    """What one mapping lacks."""

    path: Path
    """What to complain of: the key, where only one is missing."""
    words: Words
    is_name: bool
    """Is the name of the mapping what is probably wrong, rather than what stands in it?"""


def lacking(root: Node, found: dict[Path, list[str]]) -> Iterator[Lack]:
    """One sentence a mapping; ``found`` are the keys that mappings lack, by path.

    What lies below a venue that is not known is not complained of: either its name is wrong, or it needs all its keys
    anyhow.
    """
    venues = child(root, _VENUES)
    new = {path for path, keys in found.items() if path[:-1] == (_VENUES,) and len(keys) > MOST_MISSING}
    known = [name for name in venues.entries if (_VENUES, name) not in new] if isinstance(venues, Mapping) else []
    for path, keys in found.items():
        if not known or path[:2] not in new:
            yield _to_add(path, keys)
        elif path in new:
            yield Lack(path, _unknown_venue(str(path[-1]), keys, known), is_name=True)


def _to_add(path: Path, keys: list[str]) -> Lack:
    parent, parent_zh = (f"'{spelled(path)}'", f"“{spelled(path)}”") if path else ("the top level", "最上层")
    words = WORDS["missing" if len(keys) == 1 else "missing_keys"].filled(
        {"keys": ", ".join(keys), "parent": parent}, {"keys": "、".join(keys), "parent": parent_zh}
    )
    return Lack((*path, *keys) if len(keys) == 1 else path, words, is_name=False)


def _unknown_venue(name: str, keys: list[str], known: list[str]) -> Words:
    close = nearest(name, known)
    hint = Words(f"did you mean '{close}'? ", f"是否想写“{close}”？") if close else NOTHING
    return hint.plus(
        WORDS["unknown_venue"].filled(
            {"name": name, "known": ", ".join(known), "keys": ", ".join(keys)},
            {"name": name, "known": "、".join(known), "keys": "、".join(keys)},
        )
    )
