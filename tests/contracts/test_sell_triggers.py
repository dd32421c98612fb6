"""What every sell trigger owes the market, whichever file it stands in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_parts import made

from sfund_sim.investors.triggers import SellTrigger, SellView

every_trigger = pytest.mark.parametrize("rule", [made(member) for member in SellTrigger.members.values()], ids=repr)
funds = st.lists(st.tuples(st.floats(-1, 20), st.floats(-3, 9), st.floats(0, 5)), min_size=1, max_size=8)


def hazards(rule, funds, market):
    """Of each fund: a trigger may tell one number for all."""
    age, remaining, tvpi = np.array(funds).T
    return np.broadcast_to(rule.hazard(SellView(age, remaining, tvpi, market)), len(funds)).tolist()


@every_trigger
@given(funds=funds, market=st.floats(-1, 1))
def test_a_hazard_is_no_less_than_nothing_and_each_funds_own(rule, funds, market):
    together = hazards(rule, funds, market)
    assert together == [hazards(rule, [fund], market)[0] for fund in funds]
    assert all(0 <= hazard < np.inf for hazard in together)


@every_trigger
@given(funds=funds, market=st.floats(-1, 1))
def test_a_hazard_told_to_be_steady_is_the_same_whatever_is_seen(rule, funds, market):
    assert rule.steady_hazard is None or set(hazards(rule, funds, market)) == {rule.steady_hazard}


@every_trigger
def test_the_source_is_named_and_it_survives_a_round_trip_through_its_description(rule):
    assert "Source:" in (type(rule).__doc__ or "")
    assert type(rule).model_validate(rule.model_dump()) == rule
