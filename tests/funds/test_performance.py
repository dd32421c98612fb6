"""Measures of performance: rates that solve, ratios that add up, and comparison with an index."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfund_sim.funds.performance import Flows, internal_rate_of_return, ks_pme, tvpi
from sfund_sim.funds.takahashi import TakahashiSpec, project


def flows_of(net, nav=0.0):
    net = np.asarray(net, float)
    navs = np.zeros_like(net)
    navs[-1] = nav
    return Flows(np.maximum(-net, 0), np.maximum(net, 0), navs)


def test_the_irr_of_one_payment_and_one_return_is_their_ratio():
    assert internal_rate_of_return(flows_of([-100, 0, 121])) == pytest.approx(0.1, abs=1e-12)
    assert internal_rate_of_return(flows_of([-100, 50])) == pytest.approx(-0.5, abs=1e-12)


def test_of_several_rates_the_one_nearest_to_nothing_is_given():
    rate = internal_rate_of_return(flows_of([-1.0, 2.3, -1.32]))  # solved by 10 % and by 20 %
    assert rate == pytest.approx(0.1, abs=1e-9)


def test_flows_without_any_return_have_no_rate():
    assert np.isnan(internal_rate_of_return(flows_of([-100, -10])))


@given(seed=st.lists(st.tuples(st.floats(1, 100), st.floats(0.1, 300)), min_size=1, max_size=6))
@settings(max_examples=40)
def test_rates_of_many_paths_are_those_of_each_alone(seed):
    paths = [[-paid, 0.0, got] for paid, got in seed]
    together = internal_rate_of_return(flows_of(np.array(paths).T))
    np.testing.assert_allclose(together, [np.sqrt(got / paid) - 1 for paid, got in seed], rtol=1e-9, atol=1e-9)


def test_the_public_market_equivalent_is_one_when_the_index_grows_as_the_fund_does():
    flows = project(TakahashiSpec())
    assert ks_pme(flows, 1.13**flows.years) == pytest.approx(1.0, abs=1e-12)
    assert ks_pme(flows, 1.08**flows.years) == pytest.approx(1.26008038, abs=1e-8)
    assert ks_pme(flows, np.ones(12)) == pytest.approx(float(tvpi(flows)))


def test_a_rebased_index_compares_alike():
    flows = project(TakahashiSpec())
    index = 1.05**flows.years
    assert ks_pme(flows, 1000 * index) == pytest.approx(float(ks_pme(flows, index)))


def test_measuring_leaves_the_flows_as_they_were():
    flows = project(TakahashiSpec())
    before = flows.distributions.copy()
    internal_rate_of_return(flows)
    np.testing.assert_array_equal(flows.distributions, before)
