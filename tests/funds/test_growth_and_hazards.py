"""Random growth and competing hazards against their closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfund_sim.funds.growth import geometric_brownian
from sfund_sim.funds.hazards import exponential_time, first_of, weibull_time
from sfund_sim.ground.streams import Streams
from sfund_sim.terms import Purpose

DRAWS = 40_000


def test_geometric_brownian_nav_has_its_mean_and_its_chance_of_loss():
    normals = Streams(2, 0).of(Purpose.LAB, 1).standard_normal((12, DRAWS))
    nav = geometric_brownian(1.0, drift=0.1, volatility=0.25, normals=normals, years_per_period=0.25)[-1]
    assert nav.mean() == pytest.approx(1.349858808, abs=4 * 0.61 / DRAWS**0.5)
    assert (nav < 1).mean() == pytest.approx(0.3169253564, abs=4 * 0.465 / DRAWS**0.5)


def test_the_step_of_geometric_brownian_motion_does_not_matter_to_where_it_ends():
    yearly = np.array([[0.3], [-1.1]])
    quarterly = np.repeat(yearly, 4, axis=0) / 2
    ends = [
        geometric_brownian(2.0, drift=0.1, volatility=0.3, normals=n, years_per_period=y)[-1]
        for n, y in ((yearly, 1.0), (quarterly, 0.25))
    ]
    np.testing.assert_allclose(ends[0], ends[1])


@pytest.mark.parametrize(
    ("first", "second", "by", "incidence"), [(0.08, 0.12, 5, 0.2528482235), (0.2, 0.1, 10, 0.6334752878)]
)
def test_competing_exponential_exits_have_their_cumulative_incidence(first, second, by, incidence):
    thresholds = Streams(2, 0).of(Purpose.LAB, 2).standard_exponential((2, DRAWS))
    time, cause = first_of(exponential_time(thresholds[0], first), exponential_time(thresholds[1], second))
    assert ((time <= by) & (cause == 0)).mean() == pytest.approx(incidence, abs=4 * 0.5 / DRAWS**0.5)


def test_competing_weibull_exits_have_their_cumulative_incidence():
    thresholds = Streams(2, 0).of(Purpose.LAB, 3).standard_exponential((2, DRAWS))
    times = weibull_time(thresholds[0], shape=2, scale=6), weibull_time(thresholds[1], shape=1.2, scale=9)
    time, cause = first_of(*times)
    assert ((time <= 4) & (cause == 0)).mean() == pytest.approx(0.2881614708, abs=4 * 0.4527 / DRAWS**0.5)


@given(threshold=st.floats(0.001, 5), hazard=st.floats(0.01, 5), more=st.floats(1, 10))
@settings(max_examples=40)
def test_a_higher_hazard_never_fires_later(threshold, hazard, more):
    assert exponential_time(threshold, more * hazard) <= exponential_time(threshold, hazard)
    assert weibull_time(threshold, shape=1.5, scale=10 / more) <= weibull_time(threshold, shape=1.5, scale=10)


def test_a_weibull_of_shape_one_is_an_exponential():
    assert weibull_time(0.7, shape=1.0, scale=4.0) == pytest.approx(float(exponential_time(0.7, 0.25)))


def test_what_has_no_hazard_never_happens():
    assert np.isinf(exponential_time(np.ones(1), np.zeros(1))).all()
    time, cause = first_of(np.array([np.inf, 2.0]), np.array([np.inf, 3.0]))
    assert (time.tolist(), cause.tolist()) == ([np.inf, 2.0], [-1, 0])
