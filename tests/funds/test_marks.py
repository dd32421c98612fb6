"""Marks: how they lag, and how a shut window biases them upwards."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import QUARTERS, draws, economy, funds

from sfund_sim.funds.cashflow import QuarterGrid
from sfund_sim.funds.cashflow.yale import Yale
from sfund_sim.funds.marks import MarkModel
from sfund_sim.funds.marks.fair import Fair
from sfund_sim.funds.marks.last_round import LastRound
from sfund_sim.funds.marks.smoothed import Smoothed

every_model = pytest.mark.parametrize("model", [Fair(), LastRound(), Smoothed()], ids=lambda model: model.kind)


def reported(model, value, shut=0.0):
    """Marks of portfolios without cash flows after the first quarter."""
    nothing = np.zeros_like(value)
    return model.reported(value, invested=nothing, proceeds=nothing, window_shut=np.full(value.shape[1], shut))


def test_no_mark_model_is_left_out():
    assert {"fair", "last_round", "smoothed"} <= MarkModel.members.keys()


@every_model
def test_a_portfolio_whose_value_stands_still_is_marked_at_value(model):
    value = np.full((2, 30), 7.0)
    np.testing.assert_allclose(reported(model, value), value)


@every_model
@given(scale=st.floats(0.01, 1e6))
@settings(max_examples=20)
def test_marks_are_in_the_unit_of_value(model, scale):
    value = np.exp(np.cumsum(np.sin(np.arange(60)).reshape(2, 30) / 5, axis=1))
    np.testing.assert_allclose(reported(model, scale * value, 0.5), scale * reported(model, value, 0.5), rtol=1e-10)


@every_model
@pytest.mark.parametrize("shut", [0.0, 1.0])
def test_marks_of_real_portfolios_are_never_negative_and_end_with_them(model, shut):
    paths = Yale(volatility_per_year=0.3, marks=model).roll(funds(), QuarterGrid(QUARTERS), economy(shut=shut), draws())
    assert (paths.mark >= 0).all()
    assert (paths.mark[paths.value == 0] == 0).all()
    assert paths.mark.sum() > 0


def test_smoothing_reports_geltners_mixture_of_returns():
    """True returns are 10 %, -10 % and 0; with a = 0.6 the reported ones are 4 %, 2.4 - 4 = -1.6 % and -0.96 %."""
    value = np.array([[100.0, 110.0, 99.0, 99.0]])
    marks = reported(Smoothed(smoothing=0.6), value)[0]
    assert marks == pytest.approx([100.0, 104.0, 104.0 * 0.984, 104.0 * 0.984 * 0.9904])


@pytest.mark.parametrize("model", [LastRound(), Smoothed()], ids=lambda model: model.kind)
def test_marks_stand_above_falling_and_below_rising_value(model):
    years = np.arange(12) / 4
    falling, rising = np.exp(-0.3 * years)[None, :], np.exp(0.3 * years)[None, :]
    assert (reported(model, falling)[:, 4:] > falling[:, 4:]).all()
    assert (reported(model, rising)[:, 4:] < rising[:, 4:]).all()


@given(open_share=st.floats(0, 1), less=st.floats(0, 1))
@settings(max_examples=40)
def test_the_more_the_window_is_shut_the_less_of_a_fall_is_reported(open_share, less):
    falling = np.exp(-0.1 * np.arange(12))[None, :]
    shut = 1 - open_share
    assert (reported(LastRound(), falling, shut) >= reported(LastRound(), falling, shut * less) - 1e-12).all()


def test_in_a_shut_window_only_a_rise_is_reported():
    mark, fair = np.array([1.0, 1.0]), np.array([0.4, 1.6])
    assert LastRound().at_round(mark, fair, 1.0).tolist() == [1.0, 1.6]
    assert LastRound().at_audit(mark, fair, 1.0).tolist() == [1.0, 1.0]
    assert LastRound().at_round(mark, fair, 0.0).tolist() == [0.4, 1.6]
    assert LastRound(write_down_at_audit=0.5).at_audit(mark, fair, 0.0).tolist() == [0.7, 1.0]


def test_a_full_exit_takes_the_whole_mark_and_new_money_enters_at_cost():
    value = np.array([[10.0, 0.0, 5.0]])
    cash_out, cash_in = np.array([[0.0, 10.0, 0.0]]), np.array([[0.0, 0.0, 5.0]])
    for model in (LastRound(), Smoothed()):
        marks = model.reported(value, invested=cash_in, proceeds=cash_out, window_shut=np.zeros(3))
        assert marks[0].tolist() == [10.0, 0.0, 5.0]


def test_smoothed_marks_lose_the_share_of_value_that_exits_took_out():
    """With a = 0.6 a rise from 100 to 110 is reported as 4 %. Then half is sold at value: nothing is earned, 60 % of
    4 % are still reported, and half of 104 x 1.024 is left.
    """
    value, sold = np.array([[100.0, 110.0, 55.0]]), np.array([[0.0, 0.0, 55.0]])
    marks = Smoothed(smoothing=0.6).reported(value, invested=0 * value, proceeds=sold, window_shut=np.zeros(3))
    assert marks[0] == pytest.approx([100.0, 104.0, 53.248])


@pytest.mark.parametrize(("shut", "mark"), [(0.0, 91.5), (0.5, 96.5625)])
def test_a_quarter_brings_a_quarter_of_the_yearly_write_down(shut, mark):
    """Value falls from 100 to 60. With a round every 2.5 years a tenth of the companies has one in a quarter.

    Window open: the rounds bring 100 to 96. An audit would write off half of the 36 left, 18 a year, so 4.5 a quarter.
    Half shut: half of the rounds are lost, and the others are at 80, which brings 100 to 99. An audit would then write
    off a quarter of the 39 left, 9.75 a year, so 2.4375 a quarter.
    """
    model = LastRound(round_interval_years=2.5, rounds_lost_when_shut=1.0, write_down_at_audit=0.5)
    assert reported(model, np.array([[100.0, 60.0]]), shut)[0] == pytest.approx([100.0, mark])


def test_last_round_marks_lose_the_share_of_value_that_exits_took_out():
    """A quarter of 100 is sold at value, and 7 come in at cost: the mark is value all the time."""
    value, sold, new = np.array([[100.0, 82.0]]), np.array([[0.0, 25.0]]), np.array([[0.0, 7.0]])
    marks = LastRound().reported(value, invested=new, proceeds=sold, window_shut=np.zeros(2))
    assert marks[0] == pytest.approx([100.0, 82.0])
