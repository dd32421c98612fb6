"""A docket answers all matters of a day together, once, and never with an answer of another day."""

from __future__ import annotations

import gc

import pytest

from sfund_sim.ground.collecting import uncollected
from sfund_sim.ground.docket import Docket

DAYS = range(10)
STRETCHES = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1]


def make(stretches=DAYS) -> tuple[Docket[str, str], list[list[str]]]:
    asked: list[list[str]] = []

    def answers(matters: list[str], days: list[int]) -> list[str]:
        asked.append(matters)
        return [f"{what.upper()}{day}" for what, day in zip(matters, days, strict=True)]

    return Docket(answers, stretches), asked


def test_the_first_who_asks_has_all_matters_of_the_day_worked_out() -> None:
    docket, asked = make()
    for day, number, what in ((5, 1, "a"), (6, 2, "b"), (5, 3, "c")):
        docket.enter(day, number, what)
    assert [docket.answer(5, 3), docket.answer(5, 1), docket.answer(6, 2)] == ["C5", "A5", "B6"]
    assert asked == [["a", "c"], ["b"]]


def test_a_matter_entered_for_today_after_others_were_answered_is_answered_too() -> None:
    docket, asked = make()
    docket.enter(5, 1, "a")
    assert docket.answer(5, 1) == "A5"
    docket.enter(5, 2, "b")
    assert docket.answer(5, 2) == "B5"
    assert asked == [["a"], ["b"]]


@pytest.mark.parametrize("stretches", [DAYS, STRETCHES], ids=["by day", "by stretch"])
@pytest.mark.parametrize("again", [5, 7, 9])
def test_an_answer_that_nobody_fetched_does_not_stand_for_a_later_matter(stretches, again: int) -> None:
    """Talks whose GP refuses are never asked for; the same seller's next ones have another counterparty."""
    docket, _ = make(stretches)
    docket.enter(5, 1, "old")
    docket.enter(5, 2, "other")
    assert docket.answer(5, 2) == "OTHER5"
    docket.enter(again, 1, "new")
    assert docket.answer(again, 1) == f"NEW{again}"


@pytest.mark.parametrize("stretches", [DAYS, STRETCHES], ids=["by day", "by stretch"])
def test_an_older_matter_of_the_same_number_is_no_answer_on_another_day(stretches) -> None:
    docket, _ = make(stretches)
    docket.enter(5, 1, "old")
    docket.enter(9, 1, "new")
    assert docket.answer(9, 1) == "NEW9"
    with pytest.raises(KeyError):
        docket.answer(8, 1)


@pytest.mark.parametrize("stretches", [DAYS, STRETCHES], ids=["by day", "by stretch"])
def test_what_was_never_entered_has_no_answer(stretches) -> None:
    docket, asked = make(stretches)
    with pytest.raises(KeyError):
        docket.answer(5, 1)
    docket.enter(5, 2, "b")
    with pytest.raises(KeyError):
        docket.answer(5, 1)
    assert asked == [["b"]]


def test_matters_of_later_days_are_prepared_with_the_first_that_comes_up_and_only_once() -> None:
    docket, prepared = make(STRETCHES)
    for day, number, what in ((5, 1, "a"), (7, 2, "b"), (6, 3, "c")):
        docket.enter(day, number, what)
    assert [docket.answer(5, 1), docket.answer(6, 3)] == ["A5", "C6"]
    docket.enter(7, 4, "d")
    assert [docket.answer(7, 2), docket.answer(7, 4)] == ["B7", "D7"]
    assert prepared == [["a", "b", "c"], ["d"]]


def test_a_matter_is_prepared_in_the_stretch_in_which_it_comes_up() -> None:
    """What it rests on changes with the stretch."""
    docket, prepared = make(STRETCHES)
    for day, number, what in ((5, 1, "a"), (8, 2, "b"), (9, 3, "c")):
        docket.enter(day, number, what)
    assert [docket.answer(5, 1), docket.answer(8, 2), docket.answer(9, 3)] == ["A5", "B8", "C9"]
    assert prepared == [["a"], ["b", "c"]]


def test_a_day_on_which_nobody_asked_is_not_prepared() -> None:
    docket, prepared = make(STRETCHES)
    docket.enter(5, 1, "a")
    docket.enter(6, 2, "b")
    assert docket.answer(6, 2) == "B6"
    assert prepared == [["b"]]


def test_a_matter_of_a_day_beyond_the_last_is_not_kept() -> None:
    docket, prepared = make(STRETCHES)
    docket.enter(len(STRETCHES), 1, "a")
    docket.enter(9, 2, "b")
    assert docket.answer(9, 2) == "B9"
    assert prepared == [["b"]]


@pytest.mark.parametrize("awake", [True, False])
def test_the_collector_is_as_it_was_before_also_after_an_error(awake: bool) -> None:
    was, seen = gc.isenabled(), []

    def fail() -> None:
        with uncollected():
            seen.append(gc.isenabled())
            raise ZeroDivisionError

    try:
        (gc.enable if awake else gc.disable)()
        with pytest.raises(ZeroDivisionError):
            fail()
        assert seen == [False]
        assert gc.isenabled() == awake
    finally:
        (gc.enable if was else gc.disable)()
