"""The Takahashi-Alexander model: published equations, conversions to quarters, and what stochastic growth keeps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfund_sim.funds.growth import lognormal_growth
from sfund_sim.funds.performance import dpi, rvpi, tvpi
from sfund_sim.funds.takahashi import TakahashiSpec, discount_to_nav, project
from sfund_sim.ground.streams import Streams
from sfund_sim.market.returns import internal_rates
from sfund_sim.terms import Purpose

CLASSIC = TakahashiSpec()
BUYOUT = TakahashiSpec(rates_of_contribution=(0.3, 0.4, 0.5), life_years=10, bow=2.0, growth=0.11)

specs = st.builds(
    TakahashiSpec,
    rates_of_contribution=st.lists(st.floats(0.05, 1.0), min_size=1, max_size=4).map(tuple),
    life_years=st.integers(2, 15),
    bow=st.floats(0.5, 6.0),
    growth=st.floats(-0.1, 0.3),
    yield_rate=st.floats(0.0, 0.2),
)


@pytest.mark.parametrize(
    ("spec", "year", "contribution", "distribution", "nav"),
    [
        (CLASSIC, 1, 25.0, 0.0, 25.0),
        (CLASSIC, 5, 6.25, 12.690172484, 106.7987242),
        (CLASSIC, 12, 0.048828125, 4.00570681855, 0.048828125),
        (BUYOUT, 3, 21.0, 5.9908032, 81.5736768),
        (BUYOUT, 8, 0.65625, 24.07513715, 14.19851464),
    ],
)
def test_the_yearly_table_is_that_of_the_equations(spec, year, contribution, distribution, nav):
    flows = project(spec)
    assert flows.contributions[year - 1] == pytest.approx(contribution, abs=1e-8)
    assert flows.distributions[year - 1] == pytest.approx(distribution, rel=1e-8)
    assert flows.nav[year - 1] == pytest.approx(nav, rel=1e-8)


@pytest.mark.parametrize(("spec", "year", "nav"), [(CLASSIC, 6, 106.4085038), (BUYOUT, 9, 3.131671741)])
def test_quarters_keep_cumulative_paid_in_at_year_ends_and_give_the_converted_nav(spec, year, nav):
    yearly, quarterly = project(spec), project(spec, periods_per_year=4)
    paid_in = np.cumsum(quarterly.contributions)[3::4]
    np.testing.assert_allclose(paid_in, np.cumsum(yearly.contributions), rtol=1e-12)
    assert quarterly.nav[4 * year - 1] == pytest.approx(nav, rel=1e-8)


@given(spec=specs, periods_per_year=st.sampled_from([1, 2, 4, 12]))
@settings(max_examples=60)
def test_accounts_of_any_fund_hold(spec, periods_per_year):
    flows = project(spec, periods_per_year=periods_per_year)
    paid_in = np.cumsum(flows.contributions)
    assert (paid_in <= 100 * (1 + 1e-12)).all(), "paid-in never exceeds the commitment"
    assert (flows.nav >= -1e-9).all()
    growth = (1 + spec.growth) ** (1 / periods_per_year)
    before = np.concatenate(([0.0], flows.nav[:-1]))
    assert (flows.distributions <= before * growth + 1e-9).all(), "distributions never exceed the grown NAV"
    ratios = [flows.until(n) for n in range(1, len(paid_in) + 1)]
    np.testing.assert_allclose([tvpi(f) for f in ratios], [dpi(f) + rvpi(f) for f in ratios])
    assert flows.nav[-1] == pytest.approx(flows.contributions[-1]), "at the end only the last call is left"


@given(spec=specs, periods_per_year=st.sampled_from([1, 4]))
@settings(max_examples=40)
def test_the_irr_with_the_last_nav_is_the_growth_rate(spec, periods_per_year):
    flows = project(spec, periods_per_year=periods_per_year)
    rate = internal_rates(flows.net[None], flows.years[None])[0]
    assert rate == pytest.approx(spec.growth, abs=1e-8)


@pytest.mark.parametrize(
    ("spec", "age", "required_irr", "discount"),
    [
        (CLASSIC, 1, 0.25, 1.12894995817),
        (CLASSIC, 4, 0.18, 0.157890215504),
        (CLASSIC, 11, 0.25, 0.096),
        (BUYOUT, 6, 0.15, 0.060404220025),
    ],
)
def test_discounts_to_nav_follow_from_the_required_return(spec, age, required_irr, discount):
    assert discount_to_nav(spec, age=age, required_irr=required_irr) == pytest.approx(discount, abs=1e-8)


@given(spec=specs, share=st.floats(0.01, 1.0), premium=st.floats(0.001, 0.3))
@settings(max_examples=60)
def test_a_buyer_who_asks_for_growth_pays_nav_and_one_who_asks_for_more_pays_less(spec, share, premium):
    age = max(1, round(share * (spec.life_years - 1)))
    fair = discount_to_nav(spec, age=age, required_irr=spec.growth)
    dear = discount_to_nav(spec, age=age, required_irr=spec.growth + premium)
    assert fair == pytest.approx(0, abs=1e-9)
    assert dear > 0


def test_random_growth_leaves_expected_nav_and_distributions_as_they_were():
    normals = Streams(5, 0).of(Purpose.LAB).standard_normal((12, 40_000))
    flows = project(CLASSIC, growth=lognormal_growth(CLASSIC.growth, 0.25, normals))
    assert flows.nav[3].mean() == pytest.approx(100.211413, abs=4 * 28.9 / 200)
    assert flows.distributions[7].mean() == pytest.approx(35.7835389, abs=4 * 21.1 / 200)


def test_growth_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="growth has 3 periods; a life of 12 years has 12"):
        project(CLASSIC, growth=np.zeros(3))
