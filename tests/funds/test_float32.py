"""Single precision is enough for portfolios: what it changes is far below the error of 1,000 replications."""

import importlib.util
from pathlib import Path

import pytest
from worlds import shipped

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def found():
    path = DOCS / "performance" / "float32.py"
    spec = importlib.util.spec_from_file_location("float32_or_float64", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.differences(shipped("beijing_pilot"), replications=12)


@pytest.mark.slow
def test_no_outcome_moves_by_a_hundredth_of_the_error_of_a_thousand_replications(found):
    moved = {each.outcome: each for each in found if abs(each.of_means) > 0.01 * each.error}
    assert not moved


@pytest.mark.slow
def test_even_one_replication_moves_less_than_the_error_of_a_thousand(found):
    assert len(found) > 100
    assert all(each.largest <= each.error for each in found)


@pytest.mark.slow
def test_the_two_precisions_were_really_rolled(found):
    assert 0 < max(each.largest for each in found if each.outcome.startswith("NAV")) < 1e-5
