"""What every floor rule owes seller and law."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_parts import made

from sfund_sim.venue.floors import FloorRule

every_rule = pytest.mark.parametrize("rule", [made(member) for member in FloorRule.members.values()], ids=repr)
money = st.floats(0, 1e9)


@every_rule
@given(appraised=money, reservation=money, approved=st.booleans())
@settings(max_examples=40)
def test_relisting_never_raises_the_floor_and_approval_never_does_either(rule, appraised, reservation, approved):
    floors = [rule.floor(number, appraised, reservation, approved) for number in range(8)]
    assert floors == sorted(floors, reverse=True)
    assert all(floor >= 0 for floor in floors)
    for number in range(8):
        freely = rule.floor(number, appraised, reservation, False)
        with_approval = rule.floor(number, appraised, reservation, True)
        assert with_approval <= freely
        assert rule.needs_approval(number, appraised, reservation) == (with_approval < freely * (1 - 1e-9))


@every_rule
@given(st.lists(st.tuples(st.integers(0, 12), money, money, st.booleans()), max_size=20))
def test_floors_of_many_listings_are_those_of_each(rule, rows):
    rounds, appraised, reservation, approved = (np.array([row[place] for row in rows]) for place in range(4))
    floors = rule.floors(rounds.astype(np.int64), appraised, reservation, approved.astype(bool))
    assert floors.tolist() == [rule.floor(*row) for row in rows]


@every_rule
def test_the_source_is_named(rule):
    assert "Source:" in (type(rule).__doc__ or "") or rule.kind == "fixed"
