"""The default laws of companies still bring what they were calibrated to."""

import importlib.util
from pathlib import Path

import pytest

from sfund_sim.funds.cashflow.companies import Companies
from sfund_sim.terms import CompanyExit, Strategy


@pytest.fixture(scope="module")
def calibration():
    path = Path(__file__).parents[2] / "docs" / "calibration" / "companies.py"
    spec = importlib.util.spec_from_file_location("calibration_of_companies", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("strategy", [Strategy.ANGEL, Strategy.VC], ids=lambda strategy: strategy.label)
def test_outcome_multiples_are_those_of_venture_financings(calibration, strategy):
    found = calibration.outcomes(Companies(), strategy)
    assert found[:4] == pytest.approx((0.65, 0.25, 0.06, 0.04), abs=0.03)


@pytest.mark.parametrize("strategy", [Strategy.ANGEL, Strategy.VC], ids=lambda strategy: strategy.label)
def test_few_projects_leave_and_dpi_of_one_is_exceptional(calibration, strategy):
    lived = calibration.history(Companies(), strategy)
    assert lived.exited_at_11 == pytest.approx(0.24, abs=0.03)
    assert lived.exited_at_5 < 0.10
    assert lived.exceptional < 0.10
    assert (lived.tvpi[1] >= 1.0).all()
    assert (lived.tvpi[1] <= 1.6).all()


def test_venture_exits_by_ipo_and_early_stage_exits_by_sale(calibration):
    vc, angel = (calibration.history(Companies(), s).by_kind for s in (Strategy.VC, Strategy.ANGEL))
    assert vc[CompanyExit.IPO] > vc[CompanyExit.TRADE_SALE] > vc[CompanyExit.BUYBACK]
    assert angel[CompanyExit.TRADE_SALE] > angel[CompanyExit.IPO] > angel[CompanyExit.BUYBACK]


def test_a_year_of_shut_window_biases_marks_upwards_as_assumed(calibration):
    for market in (0.06, 0.0, -0.10):
        before, after = calibration.shut_window(Companies(), Strategy.VC, market)
        assert before < 1.0
        assert 1.08 <= after <= 1.40
