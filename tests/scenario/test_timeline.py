"""Rules over time: dated changes replayed in order, checked before anything runs, and binding open listings or not."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import shipped

from sfund_sim.ground.errors import RuleError
from sfund_sim.scenario.timeline import PolicyChange, Timeline, apply_change

START = date(2020, 1, 1)
BOOK = shipped("beijing_pilot").rule_book()
CAP = "partnership.partner_cap"
DAYS = "venues.beijing.disclosure.days"


def change(day, applies_to="new_listings", **rules):
    named = {path.replace("__", "."): value for path, value in rules.items()}
    return PolicyChange(on=START + timedelta(days=day), because="a test", set=named, applies_to=applies_to)


def caps(day, cap, applies_to="new_listings"):
    return change(day, applies_to, partnership__partner_cap=cap)


def test_a_change_holds_from_its_day_on():
    timeline = Timeline.replay(BOOK, [caps(10, 20)], START)
    assert [timeline.on(day).partnership.partner_cap for day in (-500, 0, 9, 10, 11)] == [50, 50, 50, 20, 20]
    assert BOOK.partnership.partner_cap == 50


@given(st.permutations([(5, 10), (10, 20), (15, 30), (20, 40)]))
def test_changes_are_replayed_by_date_however_they_are_written(changes):
    timeline = Timeline.replay(BOOK, [caps(day, cap) for day, cap in changes], START)
    assert [timeline.on(day).partnership.partner_cap for day in (4, 5, 10, 15, 20)] == [50, 10, 20, 30, 40]


def test_of_two_changes_on_one_day_the_one_written_last_holds():
    timeline = Timeline.replay(BOOK, [caps(5, 10), caps(5, 20)], START)
    assert timeline.on(5).partnership.partner_cap == 20
    assert Timeline.replay(BOOK, [caps(5, 20), caps(5, 10)], START).on(5).partnership.partner_cap == 10


def test_a_listing_keeps_the_rules_of_its_filing_day_but_for_changes_that_bind_open_listings():
    changes = [caps(5, 10), change(8, "open_listings", venues__beijing__disclosure__days=7), caps(12, 30)]
    timeline = Timeline.replay(BOOK, changes, START)

    def binding(filed, day):
        book = timeline.for_listing(filed, day)
        return book.partnership.partner_cap, book.venues["beijing"].disclosure.days

    assert binding(0, 4) == (50, 20)
    assert binding(0, 7) == (50, 20)
    assert binding(0, 20) == (50, 7)
    assert binding(6, 20) == (10, 7)
    assert binding(12, 20) == (30, 7)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(2, 60), st.booleans()), max_size=5),
    st.integers(-5, 30),
    st.integers(0, 10),
)
def test_a_listing_filed_today_has_the_rules_of_today(changes, filed, later):
    dated = [caps(day, cap, "open_listings" if binds else "new_listings") for day, cap, binds in changes]
    timeline = Timeline.replay(BOOK, dated, START)
    assert timeline.for_listing(filed, filed) == timeline.on(filed)
    assert timeline.numbers(np.arange(-5, 41)).tolist() == [timeline.number(day) for day in range(-5, 41)]
    if all(binds for _, _, binds in changes):
        assert timeline.for_listing(filed, filed + later) == timeline.on(filed + later)
    if not any(binds for _, _, binds in changes):
        assert timeline.for_listing(filed, filed + later) == timeline.on(filed)


def floors(day, applies_to="new_listings", **shares):
    named = {f"state_assets.floor.{name}_share": value for name, value in shares.items()}
    return PolicyChange(on=START + timedelta(days=day), because="a test", set=named, applies_to=applies_to)


def opened(day, is_open):
    return change(day, venues__beijing__open=is_open)


def fits(deed):
    try:
        deed()
    except RuleError:
        return False
    return True


LATER = {"lowest": st.sampled_from([0.5, 0.7]), "free": st.sampled_from([0.6, 0.8, 0.95])}
FLOORS = st.lists(
    st.tuples(st.integers(-5, 30), st.sampled_from(["new_listings", "open_listings"]), st.sampled_from(sorted(LATER)),
              st.sampled_from([0.5, 0.6, 0.8, 0.95])), max_size=6,
)  # fmt: skip


@settings(max_examples=60)
@given(FLOORS, st.integers(1, 25))
def test_what_is_checked_before_a_run_is_what_may_bind_a_listing_in_it(changes, days):
    dated = [opened(-10, is_open=True), *(floors(day, binds, **{of: to}) for day, binds, of, to in changes)]
    try:
        timeline = Timeline.replay(BOOK, dated, START)
    except RuleError:
        return
    filed_and_day = [(filed, day) for filed in range(days) for day in range(filed, days)]
    is_right = fits(lambda: [timeline.for_listing(*pair) for pair in filed_and_day])
    assert fits(lambda: timeline.check_open_listings(days)) == is_right


def test_a_change_that_binds_open_listings_must_fit_those_filed_before_other_changes():
    opening, lower = opened(-10, is_open=True), floors(10, lowest=0.5)
    free = floors(20, "open_listings", free=0.6)
    timeline = Timeline.replay(BOOK, [opening, lower, free], START, places=[0, 3, 7])
    with pytest.raises(RuleError, match="lowest_share must not be above free_share; it binds open listings too, and "
                                        "those filed from 2019-12-22 lack what has changed") as raised:  # fmt: skip
        timeline.check_open_listings(30)
    assert raised.value.path == ("policy", 7)
    assert "lowest_share 不得大于 free_share；该变更也约束已挂牌的转让，而自 2019-12-22 起" in raised.value.message_zh


@pytest.mark.parametrize(
    ("begins", "lowers", "days", "is_filed_before"),
    [(-10, 10, 40, True), (-10, 10, 20, False), (10, 10, 40, False), (-10, 0, 40, False)],
    ids=["before the floor", "the run is over", "the venue opens later", "under the lower floor only"],
)
def test_only_listings_that_can_have_been_filed_are_bound(begins, lowers, days, is_filed_before):
    changes = [opened(begins, is_open=True), floors(lowers, lowest=0.5), floors(20, "open_listings", free=0.6)]
    timeline = Timeline.replay(BOOK, [*changes, opened(30, is_open=False)], START)
    assert fits(lambda: timeline.check_open_listings(days)) is not is_filed_before


def test_a_change_of_what_one_rule_says_leaves_every_other_rule_alone():
    after = apply_change(BOOK, change(1, venues__beijing__disclosure__days=33))
    trees = [book.model_dump(mode="json") for book in (BOOK, after)]
    trees[0]["venues"]["beijing"]["disclosure"]["days"] = 33
    assert trees[0] == trees[1]


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("partnership.partner_cup", 10, "partner_cup"),
        ("partnership.partner_cap.more", 10, "single value"),
        ("venues.shanghai.open", True, "allowed: beijing"),
        (CAP, 1, "partnership.partner_cap"),
        (CAP, "many", "many"),
        ("venues.beijing.auction", "lottery", "lottery"),
        ("state_assets.regime", "strict", "strict"),
    ],
)
def test_a_mistake_in_a_late_change_is_told_before_the_run(path, value, told):
    late = PolicyChange(on=date(2024, 6, 19), because="a typo", set={path: value})
    with pytest.raises(RuleError) as raised:
        Timeline.replay(BOOK, [late], START)
    assert "2024-06-19" in str(raised.value)
    assert told in str(raised.value)


def test_dropping_and_moving_changes_is_the_counterfactual():
    pilot = shipped("beijing_pilot")
    moved = pilot.model_copy(update={"policy_moved": {"csrc_approval": date(2019, 1, 1)}})
    dropped = pilot.model_copy(update={"policy_dropped": ["csrc_approval"]})
    opening = {
        name: [change.on for change in scenario.changes() if change.name == "csrc_approval"]
        for name, scenario in (("as it was", pilot), ("earlier", moved), ("never", dropped))
    }
    assert opening == {"as it was": [date(2020, 12, 10)], "earlier": [date(2019, 1, 1)], "never": []}
    day = (date(2020, 1, 1) - pilot.horizon.start).days
    assert moved.timeline().on(day).venues["beijing"].open
    assert not pilot.timeline().on(day).venues["beijing"].open
    assert not dropped.timeline().on(day + 3000).venues["beijing"].open
