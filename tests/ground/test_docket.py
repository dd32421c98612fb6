"""A docket answers all matters of a day together, once, and never with an answer of another day."""

from __future__ import annotations

import gc

import pytest

from sfund_sim.ground.collecting import uncollected
from sfund_sim.ground.docket import Docket, PreparedDocket


def make() -> tuple[Docket[tuple[int, str], str], list[list[str]]]:
    asked: list[list[str]] = []

    def answers(matters: list[tuple[int, str]]) -> dict[int, str]:
        asked.append([what for _, what in matters])
        return {number: what.upper() for number, what in matters}

    return Docket(answers), asked


def test_the_first_who_asks_has_all_matters_of_the_day_worked_out() -> None:
    docket, asked = make()
    for day, number, what in ((5, 1, "a"), (6, 2, "b"), (5, 3, "c")):
        docket.enter(day, number, (number, what))
    assert [docket.answer(5, 3), docket.answer(5, 1), docket.answer(6, 2)] == ["C", "A", "B"]
    assert asked == [["a", "c"], ["b"]]


def test_a_matter_entered_for_today_after_others_were_answered_is_answered_too() -> None:
    docket, asked = make()
    docket.enter(5, 1, (1, "a"))
    assert docket.answer(5, 1) == "A"
    docket.enter(5, 2, (2, "b"))
    assert docket.answer(5, 2) == "B"
    assert asked == [["a"], ["b"]]


@pytest.mark.parametrize("again", [5, 9])
def test_an_answer_that_nobody_fetched_does_not_stand_for_a_later_matter(again: int) -> None:
    """Talks whose GP refuses are never asked for; the same seller's next ones have another counterparty."""
    docket, _ = make()
    docket.enter(5, 1, (1, "old"))
    docket.enter(5, 2, (2, "other"))
    assert docket.answer(5, 2) == "OTHER"
    docket.enter(again, 1, (1, "new"))
    assert docket.answer(again, 1) == "NEW"


def test_a_matter_that_was_withdrawn_does_not_come_up() -> None:
    docket, asked = make()
    docket.enter(5, 1, (1, "a"))
    docket.enter(5, 2, (2, "b"))
    docket.withdraw(5, 1)
    docket.withdraw(4, 1)
    docket.enter(6, 1, (1, "c"))
    assert [docket.answer(5, 2), docket.answer(6, 1)] == ["B", "C"]
    assert asked == [["b"], ["c"]]


def test_what_was_never_entered_has_no_answer() -> None:
    docket, _ = make()
    with pytest.raises(KeyError):
        docket.answer(5, 1)


STRETCHES = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1]


def make_prepared() -> tuple[PreparedDocket[tuple[int, str], str], list[list[str]]]:
    prepared: list[list[str]] = []

    def prepare(matters: list[tuple[int, str]], days: list[int]) -> list[str]:
        prepared.append([what for _, what in matters])
        return [f"{what.upper()}{day}" for (_, what), day in zip(matters, days, strict=True)]

    return PreparedDocket(prepare, STRETCHES), prepared


def test_matters_of_later_days_are_prepared_with_the_first_that_comes_up_and_only_once() -> None:
    docket, prepared = make_prepared()
    for day, number, what in ((5, 1, "a"), (7, 2, "b"), (6, 3, "c")):
        docket.enter(day, number, (number, what))
    assert [docket.answer(5, 1), docket.answer(6, 3)] == ["A5", "C6"]
    docket.enter(7, 4, (4, "d"))
    assert [docket.answer(7, 2), docket.answer(7, 4)] == ["B7", "D7"]
    assert prepared == [["a", "b", "c"], ["d"]]


def test_a_matter_is_prepared_in_the_stretch_in_which_it_comes_up() -> None:
    """What it rests on changes with the stretch."""
    docket, prepared = make_prepared()
    for day, number, what in ((5, 1, "a"), (8, 2, "b"), (9, 3, "c")):
        docket.enter(day, number, (number, what))
    assert [docket.answer(5, 1), docket.answer(8, 2), docket.answer(9, 3)] == ["A5", "B8", "C9"]
    assert prepared == [["a"], ["b", "c"]]


def test_a_day_on_which_nobody_asked_is_forgotten() -> None:
    docket, prepared = make_prepared()
    docket.enter(5, 1, (1, "a"))
    docket.enter(6, 2, (2, "b"))
    assert docket.answer(6, 2) == "B6"
    assert prepared == [["b"]]
    with pytest.raises(KeyError):
        docket.answer(5, 1)


def test_a_number_has_one_matter_at_a_time() -> None:
    docket, _ = make_prepared()
    docket.enter(5, 1, (1, "old"))
    docket.enter(7, 1, (1, "new"))
    with pytest.raises(KeyError):
        docket.answer(5, 1)
    assert docket.answer(7, 1) == "NEW7"


def test_a_matter_of_a_day_beyond_the_last_is_not_kept() -> None:
    docket, prepared = make_prepared()
    docket.enter(len(STRETCHES), 1, (1, "a"))
    docket.enter(9, 2, (2, "b"))
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
