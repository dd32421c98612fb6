"""Which buyers are members of a venue, and whose members see its offers: every venue's pool, or one of linked venues.

A buyer is at home at one venue at most, as a fund is; elsewhere it is a member by chance. Both are drawn once, at the
buyer's own address, so that a change of a venue's share of visitors, or a link, moves nobody else.
"""

from __future__ import annotations

import zlib

import numpy as np

from sfund_sim.ground.streams import Streams
from sfund_sim.market.world import Flags, Floats, Ints, Keys
from sfund_sim.scenario.rules import RuleBook, Venue
from sfund_sim.terms import Purpose

_HOME, _VISIT = 0, 1


def homes(shares: list[float], uniforms: Floats) -> Ints:
    """Home venue of each fund or buyer, by the venues' shares of all and one uniform each; -1 for the rest."""
    edges = np.cumsum(shares)
    place = np.searchsorted(edges, uniforms, side="right")
    return np.where(place < edges.size, place, -1)


class Memberships:
    """Members of venues under any rule book; rules are known by identity, for they live as long as the timeline."""

    def __init__(self, venues: dict[str, Venue], streams: Streams, buyers: Keys) -> None:
        """``venues`` as on the first day: their ``buyers_share`` say where buyers are at home."""
        self._names = sorted(venues)
        shares = [venues[name].buyers_share for name in self._names]
        self._home = homes(shares, streams.uniform(Purpose.MEMBERSHIP, buyers, _HOME))
        self._visit = {
            name: streams.uniform(Purpose.MEMBERSHIP, buyers, _VISIT, zlib.crc32(name.encode())) for name in self._names
        }
        self._known: dict[tuple[int, int], Flags | None] = {}

    def who_sees(self, venue: int, rules: RuleBook) -> Flags | None:
        """Which buyers may be shown a venue's offers under these rules [buyers]; None where all may."""
        case = id(rules), venue
        if case not in self._known:
            self._known[case] = self._pool(venue, rules)
        return self._known[case]

    def _pool(self, venue: int, rules: RuleBook) -> Flags | None:
        own = rules.venues[self._names[venue]]
        linked = [number for number, name in enumerate(self._names) if own.linked and _links(rules.venues[name])]
        pools = [self._members(number, rules) for number in {venue, *linked}]
        pool = np.logical_or.reduce(pools)
        return None if pool.all() else pool

    def _members(self, venue: int, rules: RuleBook) -> Flags:
        name = self._names[venue]
        return np.asarray((self._home == venue) | (self._visit[name] < rules.venues[name].visitors_share))


def _links(venue: Venue) -> bool:
    """Does a venue show its members the offers of others? It has none before it opens."""
    return venue.linked and venue.open
