"""Measures of performance: ratios that add up, and comparison with an index."""

import numpy as np
import pytest

from sfund_sim.funds.performance import ks_pme, tvpi
from sfund_sim.funds.takahashi import TakahashiSpec, project


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
    assert flows.net[-1] == flows.distributions[-1] - flows.contributions[-1] + flows.nav[-1]
    np.testing.assert_array_equal(flows.distributions, before)
