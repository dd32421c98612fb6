"""Talks have chances of their own: neither those of a listing round nor those of earlier talks."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from lone_seller import selling

from sfund_sim.market.consent import draw_of_talks
from sfund_sim.market.notices import _interested
from sfund_sim.terms import Route, Stage

EVERYBODY = SimpleNamespace(partnership=SimpleNamespace(preemption_interest_probability=1.0))
PARTNERS = list(range(30))


def chances(*, route, **told):
    """What chance has in store for an attempt: two lengths, the GP's answer to talks, interest of thirty partners."""
    market, exit = selling(route=int(route), **told)
    lengths = [market.delayed(exit, 10**9, 1.0, stage) for stage in (Stage.SIGNED, Stage.REGISTERED)]
    return {*lengths, draw_of_talks(market, exit), *_interested(market, [exit], [PARTNERS], EVERYBODY)[2].tolist()}


@pytest.mark.parametrize(
    "other",
    [
        {"route": Route.VENUE, "listings": 1, "met": 4},
        {"route": Route.VENUE, "listings": 4, "met": 4},
        {"route": Route.AGREEMENT, "listings": 1, "met": 5},
    ],
    ids=["the round before", "a round of the same number", "the next talks"],
)
def test_talks_share_no_draw_with_another_attempt(other):
    talks = chances(route=Route.AGREEMENT, listings=1, met=4)
    assert len(talks) == len(PARTNERS) + 3
    assert not talks & chances(**other)


def test_rounds_that_came_before_change_no_draw_of_talks():
    one, other = (chances(route=Route.AGREEMENT, listings=listings, met=4) for listings in (0, 3))
    assert one == other
