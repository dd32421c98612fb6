"""What makes an LP want out, as a hazard a year: the triggers shipped, each a rate while its condition holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfund_sim.investors.triggers import SellTrigger, SellView

ROUND = {"after_years": 4.0, "tvpi_below": 0.9, "fall": 0.15, "within_years": 1.0}
ages = st.lists(st.floats(-1, 20), min_size=1, max_size=8)


def trigger(kind, hazard=0.1):
    member = SellTrigger.members[kind]
    known = {name: value for name, value in ROUND.items() if name in member.model_fields}
    return member(annual_hazard=hazard, **known)


def view(age=5.0, remaining=3.0, tvpi=1.2, market=0.0):
    arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, float)) for x in (age, remaining, tvpi)))
    return SellView(*arrays, market)


def hazards(kind, seen, hazard=0.1):
    """Of each fund: a trigger may tell one number for all."""
    return np.broadcast_to(trigger(kind, hazard).hazard(seen), seen.fund_age_years.shape).tolist()


SHIPPED = ["after_age", "after_market_fall", "after_poor_results", "constant", "term_near"]
every_trigger = pytest.mark.parametrize("kind", SHIPPED)


@every_trigger
@given(ages=ages, remaining=st.floats(-3, 9), tvpi=st.floats(0, 5), market=st.floats(-1, 1))
def test_a_hazard_is_its_rate_or_nothing_for_each_holding_alone(kind, ages, remaining, tvpi, market):
    together = hazards(kind, view(ages, remaining, tvpi, market))
    alone = [hazards(kind, view(age, remaining, tvpi, market))[0] for age in ages]
    assert together == alone
    assert set(alone) <= {0.0, 0.1}


@every_trigger
def test_a_rate_of_nothing_never_fires(kind):
    assert hazards(kind, view(9.0, 0.0, 0.1, -1.0), 0.0) == [0.0]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("after_age", {"age": 3.99}, {"age": 4.0}),
        ("term_near", {"remaining": 1.01}, {"remaining": 1.0}),
        ("term_near", {"remaining": 1.01}, {"remaining": -2.0}),
        ("after_market_fall", {"market": np.log(0.86)}, {"market": np.log(0.84)}),
        ("after_poor_results", {"tvpi": 0.9}, {"tvpi": 0.89}),
        ("after_poor_results", {"tvpi": 0.5, "age": 3.9}, {"tvpi": 0.5, "age": 4.0}),
    ],
)
def test_a_trigger_begins_where_it_says(kind, before, after):
    assert hazards(kind, view(**before)) == [0.0]
    assert hazards(kind, view(**after)) == [0.1]


def test_a_constant_hazard_knows_no_age():
    assert hazards("constant", view([0.0, 5.0, 30.0])) == [0.1, 0.1, 0.1]


def test_triggers_are_named_in_a_scenario_with_their_urgency():
    rule = trigger("constant")
    assert (rule.urgency_rate, rule.binding) == (0.0, False)
    assert type(rule).model_validate(rule.model_dump()) == rule
