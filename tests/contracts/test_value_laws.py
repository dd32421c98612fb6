"""What every law of value owes those who draw from it and integrate over it."""

import numpy as np
import pytest
from made_parts import made

from sfund_sim.investors.laws import ValueLaw

every_law = pytest.mark.parametrize("law", [made(member) for member in ValueLaw.members.values()], ids=repr)
P = np.linspace(0.001, 0.999, 999)


@every_law
def test_quantile_and_distribution_function_are_inverse(law):
    assert np.allclose(law.cdf(law.quantile(P)), P, atol=1e-12)
    assert np.all(np.diff(law.quantile(P)) > 0)


@every_law
def test_the_density_integrates_to_the_distribution_function(law):
    values = np.linspace(law.quantile(np.asarray(0.05)), law.quantile(np.asarray(0.95)), 20_001)
    assert np.trapezoid(law.pdf(values), values) == pytest.approx(0.9, abs=1e-6)


@every_law
def test_log_and_coordinate_agree_with_what_they_stand_for(law):
    values = law.quantile(P)
    assert np.allclose(np.exp(law.log_cdf(values)), P, rtol=1e-10)
    coordinates = law.coordinate(values)
    assert np.allclose(law.value_at(coordinates), values)
    step = 1e-6
    slope = (law.value_at(coordinates + step) - law.value_at(coordinates - step)) / (2 * step)
    assert np.allclose(law.stretch(values), slope, rtol=1e-6)


@every_law
def test_nothing_lies_below_the_lowest_or_above_the_highest_value(law):
    assert law.cdf(np.asarray(law.low - 0.1)) == 0.0
    assert law.pdf(np.asarray(law.low - 0.1)) == 0.0
    assert law.low <= law.quantile(np.asarray(1e-12))
    assert law.quantile(np.asarray(1 - 1e-12)) <= law.high
    assert "ource" in (type(law).__doc__ or "") or "2019" in (type(law).__doc__ or "")
