"""A venue that is like another: what it takes from it, and what is complained of."""

from __future__ import annotations

from itertools import pairwise

import pytest
from small_scenario import lines

from sfund_sim.ground.errors import ScenarioError
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.rules import Venue

HEAD = "extends: beijing_pilot\nschema_version: 1\nname: two\ntitle: {en: Two venues, zh: 两个平台}\n"
HALF = "venues:\n  beijing: {funds_share: 0.5, disclosure: {days: 7}}\n"


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def load(text, *overrides, base="extends: beijing_pilot\n"):
        (tmp_path / "two.yaml").write_text(HEAD.replace("extends: beijing_pilot\n", base) + text, encoding="utf-8")
        return load_scenario("two.yaml", overrides)

    return load


def complaints(loaded, text, *overrides):
    with pytest.raises(ScenarioError) as raised:
        loaded(text, *overrides)
    return lines(raised.value.problems)


def test_it_has_all_rules_of_the_other_as_they_stand_there_but_for_its_own(loaded):
    found = loaded(HALF + "  shanghai: {like: beijing, linked: true, disclosure: {invited: 5}}\n")
    beijing, shanghai = (found.scenario.venues[name] for name in ("beijing", "shanghai"))
    assert shanghai.disclosure.days == beijing.disclosure.days == 7
    assert (shanghai.disclosure.invited, beijing.disclosure.invited, shanghai.linked) == (5, 20, True)
    own = {"linked", "disclosure"}
    assert all(getattr(shanghai, name) == getattr(beijing, name) for name in set(Venue.model_fields) - own)
    assert found.provenance["venues", "shanghai", "fees", "seller_share"].place.file.endswith("beijing_pilot.yaml")
    assert "like" not in found.resolved_tree["venues"]["shanghai"]


def test_it_does_not_follow_what_options_and_later_files_do_to_the_other(loaded, tmp_path):
    text = HALF + "  shanghai: {like: beijing}\n"
    venues = loaded(text, "venues.beijing.disclosure.days=9").scenario.venues
    assert (venues["beijing"].disclosure.days, venues["shanghai"].disclosure.days) == (9, 7)
    (tmp_path / "base.yaml").write_text(HEAD + text, encoding="utf-8")
    venues = loaded("venues: {beijing: {disclosure: {days: 9}}}\n", base="extends: base.yaml\n").scenario.venues
    assert (venues["beijing"].disclosure.days, venues["shanghai"].disclosure.days) == (9, 7)


def test_likeness_goes_through_several_venues_and_can_be_an_option(loaded):
    ningbo, zhejiang = "{like: zhejiang, funds_share: 0.1}", "{like: beijing, funds_share: 0.2, linked: true}"
    venues = loaded(
        f"{HALF}  ningbo: {ningbo}\n  zhejiang: {zhejiang}\n", "venues.anhui={like: ningbo}"
    ).scenario.venues
    assert [venues[name].linked for name in ("anhui", "beijing", "ningbo", "zhejiang")] == [True, False, True, True]
    assert venues["anhui"].funds_share == venues["ningbo"].funds_share == 0.1


@pytest.mark.parametrize(
    ("venue", "told"),
    [
        ("shanghai: {like: beijin}", "two.yaml:7:20: there is no other venue 'beijin' to be like; there are: beijing; "
         "did you mean 'beijing'?"),
        ("shanghai: {like: shanghai}",
         "two.yaml:7:20: there is no other venue 'shanghai' to be like; there are: beijing"),
        ("shanghai: {like: [beijing]}", "two.yaml:7:20: there is no other venue 'that' to be like; there are: beijing"),
    ],
)  # fmt: skip
def test_a_venue_like_none_is_the_only_complaint(loaded, venue, told):
    assert complaints(loaded, HALF + f"  {venue}\n") == [told]


def test_long_chains_and_hundreds_of_venues_are_refused_at_once(loaded):
    names = [f"v{number}" for number in range(3000)]
    chain = "".join(f"  {one}: {{like: {other}, funds_share: 0}}\n" for one, other in pairwise(names[:14]))
    told = complaints(loaded, f"{HALF}{chain}  v13: {{like: beijing, funds_share: 0}}\n")
    assert told
    assert all("goes through more than 10 venues" in each for each in told)
    many = "".join(f"  {name}: {{like: beijing, funds_share: 0}}\n" for name in names)
    assert "at most 100 venues; there are 3001" in complaints(loaded, HALF + many)[0]


def test_a_circle_and_a_venue_that_has_its_rules_already_are_complained_of(loaded):
    circle = complaints(loaded, HALF + "  a: {like: b, funds_share: 0}\n  b: {like: a, funds_share: 0}\n")
    assert circle == ["two.yaml:7:13: 'like' goes round in a circle (b -> a -> b)",
                      "two.yaml:8:13: 'like' goes round in a circle (a -> b -> a)"]  # fmt: skip
    again = complaints(loaded, HALF + "  shanghai: {like: beijing}\n", "venues.shanghai.like=beijing")
    assert again == ["--set venues.shanghai.like=beijing: venue 'shanghai' has all its rules already; 'like' is for a "
                     "venue that is new in this file"]  # fmt: skip
