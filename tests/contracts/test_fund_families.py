"""What every cash-flow model, mark model and extension rule owes the market."""

import numpy as np
import pytest
from made_parts import made
from pydantic import TypeAdapter

from sfund_sim.funds.cashflow import CashFlowModel, EconomyPath, FundColumns, QuarterGrid
from sfund_sim.funds.extension import ExtensionRule
from sfund_sim.funds.marks import MarkModel
from sfund_sim.ground.streams import Streams

EVERY = [
    (family, made(family.members[kind]))
    for family in (CashFlowModel, MarkModel, ExtensionRule)
    for kind in sorted(family.members)
]
every_part = pytest.mark.parametrize(("family", "part"), EVERY, ids=lambda x: getattr(x, "kind", "") or x)
every_model = pytest.mark.parametrize("model", [p for f, p in EVERY if f is CashFlowModel], ids=lambda m: m.kind)
QUARTERS = 48


def some_funds():
    number = np.arange(24)
    return FundColumns(
        strategy=number % 4,
        start_quarter=number // 2,
        commitment=1e8 * (1 + number % 3),
        investable_share=np.full(24, 0.85),
        companies=1 + number % 9,
        investment_quarters=8 + number % 12,
        term_quarters=20 + number % 9,
    )


def some_economy():
    wave = np.sin(np.arange(QUARTERS) / 3)
    return EconomyPath(0.1 * wave, 0.2 + 0.1 * wave, 0.5 - 0.5 * wave)


@every_part
def test_its_source_is_named_and_it_survives_writing_and_reading(family, part):
    assert "Source:" in (type(part).__doc__ or "")
    adapter = TypeAdapter(family)
    assert adapter.validate_python(adapter.dump_python(part)) == part


@every_model
def test_paths_have_their_shape_and_the_accounts_hold(model):
    some = some_funds()
    paths = model.roll(some, QuarterGrid(QUARTERS), some_economy(), Streams(3, 0).of)
    for money in (paths.invested, paths.proceeds, paths.value, paths.mark):
        assert money.shape == (24, QUARTERS)
        assert np.isfinite(money).all()
        assert (money >= 0).all()
    before_founding = np.arange(QUARTERS) < some.start_quarter[:, None]
    assert not paths.invested[before_founding].any()
    assert (paths.invested.sum(axis=1) <= some.investable * (1 + 1e-6)).all()
    assert (paths.value[paths.alive == 0] == 0).all()
    assert (paths.exits[:, :, -1].sum(axis=1) <= some.companies).all()


@every_model
def test_the_same_draws_give_the_same_paths_and_what_is_given_stays_as_it_was(model):
    some, path = some_funds(), some_economy()
    once, again = (model.roll(some, QuarterGrid(QUARTERS), path, Streams(3, 0).of) for _ in range(2))
    np.testing.assert_array_equal(once.value, again.value)
    np.testing.assert_array_equal(once.mark, again.mark)
    np.testing.assert_array_equal(some.commitment, some_funds().commitment)
    np.testing.assert_array_equal(path.window_shut, some_economy().window_shut)


@pytest.mark.parametrize("model", [p for f, p in EVERY if f is MarkModel], ids=lambda m: m.kind)
def test_marks_begin_at_value_and_leave_value_alone(model):
    value = np.exp(np.cumsum(np.cos(np.arange(60)).reshape(3, 20) / 4, axis=1))
    kept, nothing = value.copy(), np.zeros_like(value)
    marks = model.reported(value, invested=nothing, proceeds=nothing, window_shut=np.linspace(0, 1, 20))
    assert marks.shape == value.shape
    np.testing.assert_array_equal(marks[:, 0], value[:, 0])
    np.testing.assert_array_equal(value, kept)
    assert not np.shares_memory(marks, value)


@pytest.mark.parametrize("rule", [p for f, p in EVERY if f is ExtensionRule], ids=lambda r: r.kind)
def test_votes_are_decided_one_by_one(rule):
    ballots = np.array([[1, 0, 1, 1], [1, 1, 0, 1], [1, 0, 0, 0]], bool)
    weights = np.array([[5.0], [3.0], [2.0]])
    together = rule.carried(ballots, weights)
    assert together.shape == (4,)
    assert together.tolist() == [bool(rule.carried(ballots[:, [i]], weights)[0]) for i in range(4)]
    assert together[0], "a vote with all in favour is carried by every rule"
