"""Dated changes of a file: each is held against the rules as they stand on its day, and told where it is written."""

from __future__ import annotations

import pytest

from sfund_sim.cli import main
from sfund_sim.ground.errors import ScenarioError
from sfund_sim.scenario.layers import load_scenario

SECOND_PRICE = "venues: {beijing: {open: true, auction: {kind: second_price}}}"
ASCENDING = "venues.beijing.auction: {kind: ascending, increment_share: 0.01}"
STEP = "venues.beijing.auction.increment_share: 0.02"


def change(name, on, rule, more=""):
    return f"  - {{name: {name}, on: {on}, because: a test, set: {{{rule}}}{more}}}\n"


MOVED = "policy_moved: {csrc_approval: 2050-01-01}\n"


@pytest.fixture
def written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(*changes, more=""):
        text = f"extends: beijing_pilot\nname: s\n{more}\npolicy_added:\n{''.join(changes)}"
        (tmp_path / "s.yaml").write_text(text, "utf-8")
        return "s.yaml"

    return write


def complaints(path, *overrides):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, overrides)
    return caught.value.problems


def test_a_change_may_set_what_an_earlier_change_brought_in(written):
    path = written(change("rate", "2022-06-20", STEP), change("way", "2022-06-10", ASCENDING), more=SECOND_PRICE)
    last = load_scenario(path).scenario.timeline().epochs[-1].book
    assert last.venues["beijing"].auction.increment_share == 0.02


def test_a_change_of_the_kind_alone_is_known_too(written):
    path = written(change("way", "2022-06-10", "venues.beijing.auction: ascending"), change("rate", "2022-06-20", STEP),
                   more=SECOND_PRICE)  # fmt: skip
    assert load_scenario(path).scenario.timeline().epochs[-1].book.venues["beijing"].auction.increment_share == 0.02


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ("venues: {beijing: {auction: second_price}}", "venues.beijing.auction.kind: ascending"),
        (SECOND_PRICE, "venues.beijing.auction.kind: ascending"),
    ],
)
def test_a_kind_set_by_itself_is_known_too(given, rule, written):
    path = written(change("way", "2022-06-10", rule), change("rate", "2022-06-20", STEP), more=given)
    assert load_scenario(path).scenario.timeline().epochs[-1].book.venues["beijing"].auction.increment_share == 0.02
    (problem,) = complaints(written(change("way", "2022-06-10", rule.replace("ascending", "lottery")), more=given))
    assert "there is no auction format 'lottery'" in problem.message


def test_before_the_kind_changes_its_parameters_are_not_known(written):
    path = written(change("way", "2022-06-20", ASCENDING), change("rate", "2022-06-10", STEP), more=SECOND_PRICE)
    (problem,) = complaints(path)
    assert (problem.line, "'increment_share' is not known below 'venues.beijing.auction'" in problem.message) == (
        6,
        True,
    )


def test_what_is_moved_is_looked_at_on_its_new_day(written):
    changes = change("way", "2022-06-20", ASCENDING), change("rate", "2022-06-10", STEP)
    assert load_scenario(written(*changes, more=SECOND_PRICE), ["policy_moved.rate=2022-07-01"])
    (problem,) = complaints(written(*changes, more=SECOND_PRICE), "policy_moved.way=2022-06-15")
    assert problem.line == 6


def test_what_is_dropped_is_held_against_the_rules_as_written(written):
    changes = change("way", "2022-06-10", ASCENDING), change("rate", "2022-06-20", STEP)
    assert load_scenario(written(*changes, more=SECOND_PRICE), ["policy_dropped=[way, rate]"])
    (problem,) = complaints("s.yaml", "policy_dropped=[way]")
    assert problem.line == 6
    (problem,) = complaints(written(change("odd", "2022-06-10", "venues.beijing.opne: true")), "policy_dropped=[odd]")
    assert "did you mean 'venues.beijing.open'?" in problem.message


def test_the_limits_told_are_those_of_the_rule_of_that_day(written):
    rate = STEP.replace("0.02", "-1")
    path = written(change("way", "2022-06-10", ASCENDING), change("rate", "2022-06-20", rate), more=SECOND_PRICE)
    (problem,) = complaints(path)
    assert "increment_share: '-1' is out of range; allowed: at least 0" in problem.message


LOWER = change("lower", "2022-06-10", "state_assets.floor.lowest_share: 0.5")
FREE = "state_assets.floor.free_share: 0.6"


def test_a_change_that_open_listings_cannot_follow_is_refused_at_load_in_both_languages(written, capfd):
    path = written(LOWER, change("free", "2022-06-20", FREE, ", applies_to: open_listings"))
    for lang, told in (("en", "it binds open listings too"), ("zh", "该变更也约束已挂牌的转让")):
        assert main(["validate", path, "--lang", lang]) == 2
        complaint = capfd.readouterr().err
        assert complaint.startswith("s.yaml:6:5: policy.11")
        assert told in complaint
        assert complaint.count("\n") == 1
    binding = LOWER.replace("}}", "}, applies_to: open_listings}")
    assert main(["validate", written(binding, change("free", "2022-06-20", FREE, ", applies_to: open_listings"))]) == 0
    assert main(["validate", written(LOWER, change("free", "2022-06-20", FREE))]) == 0


def test_a_complaint_names_the_change_that_is_wrong_however_many_are_dropped(written, capfd):
    path = written(change("one", "2025-06-01", "venues.beijing.disclosure.days: 15"),
                   change("two", "2025-07-01", "state_assets.floor.free_share: 0.5"),
                   change("three", "2025-08-01", "venues.beijing.disclosure.days: 10"))  # fmt: skip
    for dropped in ("[]", "[csrc_approval, one]"):
        assert main(["validate", path, "--set", f"policy_dropped={dropped}"]) == 2
        assert capfd.readouterr().err == (
            "s.yaml:6:5: policy.11: policy of 2025-07-01: state_assets.floor: "
            "lowest_share must not be above free_share\n"
        )
    assert main(["validate", path, "--lang", "zh"]) == 2
    assert capfd.readouterr().err == (
        "s.yaml:6:5: policy.11：2025-07-01 的政策：state_assets.floor：lowest_share 不得大于 free_share\n"
    )


FEES, SHARE = "venues.beijing.fees: {seller_share: 0.1}", "venues.beijing.fees.seller_share: 0.2"


@pytest.mark.parametrize(("first", "second"), [(FEES, SHARE), (SHARE, FEES)])
def test_the_order_of_keys_does_not_decide_what_a_change_sets(written, first, second):
    (problem,) = complaints(written(change("fees", "2022-06-20", f"{first}, {second}")))
    assert "set the same value, and only their order would say which of the two holds" in problem.message
    at = f"  - {{name: fees, on: 2022-06-20, because: a test, set: {{{first}, "
    assert (problem.line, problem.column) == (5, len(at) + 1)


def test_what_a_base_moves_may_be_dropped(written):
    """A change that is both is dropped, whatever the order: a file could not take a move of its base back otherwise."""
    dropped = "policy_dropped: [csrc_approval]\n"
    for more in (dropped + MOVED, MOVED + dropped):
        scenario = load_scenario(written(change("way", "2022-06-20", ASCENDING), more=more)).scenario
        assert "csrc_approval" not in [happened.name for happened in scenario.happening().values()]
