"""Who is shown a venue's offers: its members, and those of venues that it is linked with."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import small_pilot, two_cities, with_leaves

from sfund_sim.ground.diary import HeapDiary
from sfund_sim.ground.errors import RuleError
from sfund_sim.ground.streams import Streams
from sfund_sim.market.memberships import Memberships
from sfund_sim.market.simulate import build_market, simulate
from sfund_sim.terms import RegisterEntry

BUYERS = np.arange(4000, dtype=np.uint64)


def cities(**own):
    """The small pilot with two venues, open from the first day."""
    return two_cities(small_pilot(policy=[]), open=True, state_funds_from_open=True, **own)


def pools(scenario):
    """[venues, buyers] who sees the offers of each."""
    memberships = Memberships(scenario.venues, Streams(1, 1), BUYERS)
    seen = [memberships.who_sees(number, scenario.rule_book()) for number in range(len(scenario.venues))]
    return [np.ones(BUYERS.size, bool) if pool is None else pool for pool in seen]


def test_separate_pools_divide_the_buyers_and_a_link_joins_them():
    beijing, shanghai = pools(cities())
    assert not (beijing & shanghai).any()
    assert (beijing | shanghai).all()
    assert beijing.mean() == pytest.approx(0.5, abs=0.03)
    assert all(pool.all() for pool in pools(cities(linked=True)))


def test_visitors_come_on_top_by_their_own_chance_and_a_greater_chance_loses_nobody():
    homes, some, more = (pools(cities(visitors_share=share)) for share in (0.0, 0.2, 0.6))
    for home, few, many in zip(homes, some, more, strict=True):
        assert (home <= few).all()
        assert (few <= many).all()
        assert few[~home].mean() == pytest.approx(0.2, abs=0.03)
        assert many[~home].mean() == pytest.approx(0.6, abs=0.03)


def test_a_link_takes_two_that_are_open():
    scenario = cities()
    one = {"venues.beijing.linked": True}
    for more in ({}, {"venues.shanghai.linked": True, "venues.shanghai.open": False}):
        beijing, _ = pools(with_leaves(scenario, one | more))
        assert np.array_equal(beijing, pools(scenario)[0])


def test_everybody_is_a_member_where_nothing_is_said():
    scenario = small_pilot()
    assert Memberships(scenario.venues, Streams(1, 1), BUYERS).who_sees(0, scenario.rule_book()) is None


def test_offers_are_shown_to_members_alone_and_to_more_once_venues_are_linked():
    everybody = small_pilot().canonical()["venues"]["beijing"]["disclosure"] | {"rule": "all_eligible"}
    sizes = []
    for linked in (False, True):
        scenario = cities(linked=linked, disclosure=everybody)
        journal = simulate(scenario, 1, 1)
        memberships = build_market(scenario, 1, 1, HeapDiary())[0].memberships
        first, offers = len(journal.names["lps"]), {number: set() for number in (0, 1)}
        for row in journal.shown:
            record = journal.register[row.record]
            offers[journal.exits[record.deal].venue].add(row.investor - first)
        for number, who in offers.items():
            members = memberships.who_sees(number, scenario.rule_book())
            assert who
            assert members is None or members[sorted(who)].all()
        sizes.append(len(journal.shown) / sum(row.entry == RegisterEntry.DISCLOSE for row in journal.register))
    assert sizes[1] > 1.5 * sizes[0]


def test_no_date_changes_where_funds_and_buyers_are_at_home():
    change = {"on": "2022-01-01", "because": "never", "set": {"venues.beijing.buyers_share": 0.3}}
    with pytest.raises((RuleError, ValueError), match="at home from the first day"):
        with_leaves(small_pilot(), {"policy": [change]})
    moved = change | {"set": {"venues.beijing.visitors_share": 0.3, "venues.beijing.linked": True}}
    assert with_leaves(small_pilot(), {"policy": [moved]}).policy
