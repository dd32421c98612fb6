"""A venue like another: ``like: beijing`` takes all that it does not say itself from that venue as it stands there."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario.nodes import Entry, Mapping, Node, Scalar, child, merged
from sfund_sim.scenario.remedies import nearest
from sfund_sim.scenario.wording import did_you_mean

VENUES, LIKE = "venues", "like"
MOST_VENUES, LONGEST_CHAIN = 100, 10
"""More venues than a country has provinces, and longer chains of likeness, are a slip or worse."""


def with_likeness(root: Mapping, base: Node | None, problems: list[Problem]) -> Mapping:
    """The tree with each venue that says ``like`` written out, and without that key.

    ``base``: the tree over which this one was laid. A venue that stands there already has all its rules, so that
    ``like`` would do nothing: it is complained of.
    """
    venues = child(root, VENUES)
    if not isinstance(venues, Mapping) or not any(_model(entry.node) for entry in venues.entries.values()):
        return root
    if len(venues.entries) > MOST_VENUES:
        place = venues.entries[next(name for name, entry in venues.entries.items() if _model(entry.node))].key
        message = f"'like' is for scenarios of at most {MOST_VENUES} venues; there are {len(venues.entries)}"
        problems.append(Problem(*place, message, f"like 最多用于 {MOST_VENUES} 个平台；现有 {len(venues.entries)} 个"))
        venues = replace(venues, entries=dict(islice(venues.entries.items(), MOST_VENUES)))
    below = child(base, VENUES) if base else None
    known = below.entries if isinstance(below, Mapping) else {}
    entries = {
        name: Entry(entry.key, _written_out(name, venues, known, (), problems))
        for name, entry in venues.entries.items()
    }
    written = Entry(root.entries[VENUES].key, replace(venues, entries=entries))
    return replace(root, entries={**root.entries, VENUES: written})


def _model(venue: Node) -> Node | None:
    return child(venue, LIKE) if isinstance(venue, Mapping) else None


def _written_out(
    name: str, venues: Mapping, known: dict[str, Entry], asked: tuple[str, ...], problems: list[Problem]
) -> Node:
    """A venue with all that the venue it is like has; ``asked`` are those that led here."""
    venue = venues.entries[name].node
    model = _model(venue)
    if model is None or not isinstance(venue, Mapping):
        return venue
    own = replace(venue, entries={key: entry for key, entry in venue.entries.items() if key != LIKE})
    fault = _fault(name, model, venues, known, (*asked, name))
    if fault is not None:
        problems.append(Problem(*model.place, *fault))
        complete = [entry.node for other, entry in venues.entries.items() if other != name and not _model(entry.node)]
        return merged(complete[0], own) if complete else own  # so that what is missing is not complained of as well
    assert isinstance(model, Scalar)
    return merged(_written_out(model.text, venues, known, (*asked, name), problems), own)


def _fault(
    name: str, model: Node, venues: Mapping, known: dict[str, Entry], asked: tuple[str, ...]
) -> tuple[str, str] | None:
    others = [other for other in venues.entries if other != name]
    if not isinstance(model, Scalar) or model.text not in others:
        given = model.text if isinstance(model, Scalar) else "that"
        hint, hint_zh = did_you_mean(nearest(given, others))
        return (
            f"there is no other venue '{given}' to be like; there are: {', '.join(others) or 'none'}{hint}",
            f"没有可供参照的其他平台“{given}”；现有：{'、'.join(others) or '无'}{hint_zh}",
        )
    if name in known:
        return (
            f"venue '{name}' has all its rules already; 'like' is for a venue that is new in this file",
            f"平台“{name}”已有全部规则；like 只用于在本文件中新增的平台",
        )
    if len(asked) > LONGEST_CHAIN:
        return (
            f"'like' goes through more than {LONGEST_CHAIN} venues; name the one that has the rules",
            f"like 链超过 {LONGEST_CHAIN} 个平台；请直接指明写有规则的平台",
        )
    if model.text in asked:
        return (
            f"'like' goes round in a circle ({' -> '.join([*asked, model.text])})",
            f"like 循环引用（{' -> '.join([*asked, model.text])}）",
        )
    return None
