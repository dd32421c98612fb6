"""Stories wake on their day, at their turn, in the order drawn for them; the heap and simpy agree on all of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simpy_diary import SimpyDiary

from sfund_sim.ground.diary import HeapDiary, Turn, Wake

TURNS = st.sampled_from(list(Turn))
STEPS = st.lists(st.tuples(st.integers(0, 2), TURNS), min_size=1, max_size=5)
STORIES = st.lists(st.tuples(st.integers(0, 3), STEPS, st.booleans()), min_size=1, max_size=12)
both = pytest.mark.parametrize("kind", [HeapDiary, SimpyDiary])


def told(kind, stories, stops):
    """Run stories given as (order, steps, has a child) and note who woke when."""
    diary, heard = kind(), []

    def story(name, steps, parent):
        day = diary.today
        for wait, turn in steps:
            day = diary.today + wait
            yield Wake(day, turn)
            heard.append((name, diary.today, turn))
            if parent:
                diary.start(story(f"{name}'s child", steps, False), 1)
                parent = False

    for number, (order, steps, parent) in enumerate(stories):
        diary.start(story(str(number), steps, parent), order)
    for stop in stops:
        diary.run_until(stop)
    return heard


@settings(max_examples=150)
@given(STORIES, st.lists(st.integers(0, 8), max_size=4).map(sorted))
def test_heap_and_simpy_tell_the_same_stories_in_the_same_order(stories, stops):
    stops = [*stops, 100]
    assert told(HeapDiary, stories, stops) == told(SimpyDiary, stories, stops)


@settings(max_examples=100)
@given(STORIES)
def test_running_in_pieces_or_at_once_is_the_same(stories):
    assert told(HeapDiary, stories, [100]) == told(HeapDiary, stories, [1, 1, 3, 7, 100])


@both
def test_things_of_one_day_go_by_turn_then_by_drawn_order_then_by_start(kind):
    diary, heard = kind(), []

    def story(name, turn):
        yield Wake(5, turn)
        heard.append(name)

    for name, turn, order in [
        ("review", Turn.REVIEW, 0), ("second", Turn.CLOSING, 7), ("third", Turn.CLOSING, 7),
        ("first", Turn.CLOSING, 2), ("payment", Turn.PAYMENT, 9), ("filing", Turn.FILING, 1),
    ]:  # fmt: skip
        diary.start(story(name, turn), order)
    diary.run_until(6)
    assert heard == ["payment", "first", "second", "third", "filing", "review"]


@both
def test_the_day_asked_for_is_not_run_and_it_is_that_day_afterwards(kind):
    diary, heard = kind(), []

    def story():
        yield Wake(4, Turn.PAYMENT)
        heard.append(diary.today)

    diary.start(story(), 1)
    diary.run_until(4)
    assert (heard, diary.today) == ([], 4)
    diary.run_until(4)
    assert heard == []
    diary.run_until(5)
    assert (heard, diary.today) == ([4], 5)


@both
def test_a_story_cannot_wake_in_the_past(kind):
    diary = kind()

    def story():
        yield Wake(3, Turn.REVIEW)
        yield Wake(2, Turn.REVIEW)

    diary.start(story(), 1)
    with pytest.raises(ValueError, match="wake on day 2, but it is already day 3"):
        diary.run_until(10)


@both
def test_a_story_without_a_wake_is_over_at_once(kind):
    diary, heard = kind(), []

    def story():
        heard.append("told")
        yield from ()

    diary.start(story(), 1)
    diary.run_until(10)
    assert heard == ["told"]
