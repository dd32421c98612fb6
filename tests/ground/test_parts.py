"""A rule is one class with a kind: defining it is registering it, and a scenario finds it by name."""

from __future__ import annotations

import re
from typing import ClassVar

import pytest
from pydantic import BaseModel, ValidationError

from sfund_sim.ground.parts import Part


class Custom(Part, family="custom of the sea"):
    """A family for these tests."""


class Salvage(Custom):
    """One member."""

    kind: ClassVar[str] = "salvage"
    share: float = 0.5


class Flotsam(Custom):
    """Another member."""

    kind: ClassVar[str] = "flotsam"


class Chart(BaseModel):
    custom: Custom


@pytest.mark.parametrize("given", ["salvage", {"kind": "salvage"}, {"kind": "salvage", "share": 0.5}, Salvage()])
def test_a_member_is_found_by_its_kind_in_every_spelling(given):
    assert Chart(custom=given).custom == Salvage(share=0.5)


def test_a_member_takes_its_own_fields_and_is_frozen():
    custom = Chart(custom={"kind": "salvage", "share": 0.25}).custom
    assert custom.share == 0.25
    with pytest.raises(ValidationError):
        custom.share = 1.0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("jetsam", "there is no custom of the sea 'jetsam'; allowed: flotsam, salvage"),
        ({"share": 1.0}, "one of flotsam, salvage, or a mapping with 'kind'"),
        (3, "expected a custom of the sea"),
        ({"kind": "salvage", "part": 1.0}, "Extra inputs are not permitted"),
    ],
)
def test_a_mistake_is_told_with_what_is_allowed(given, told):
    with pytest.raises(ValidationError, match=re.escape(told)):
        Chart(custom=given)


def test_a_scenario_file_is_checked_strictly():
    with pytest.raises(ValidationError):
        Chart.model_validate_json('{"custom": {"kind": "salvage", "share": "0.25"}}', strict=True)
    assert Chart.model_validate_json('{"custom": {"kind": "salvage", "share": 0.25}}').custom == Salvage(share=0.25)


def test_a_part_goes_out_as_plain_data_and_comes_back_the_same():
    chart = Chart(custom={"kind": "salvage", "share": 0.75})
    plain = chart.model_dump(mode="json")
    assert plain == {"custom": {"kind": "salvage", "share": 0.75}}
    assert Chart.model_validate(plain) == chart


def test_families_do_not_share_members():
    class Omen(Part, family="omen"):
        """Another family."""

    assert Omen.members == {}
    assert set(Custom.members) == {"salvage", "flotsam"}


def test_the_schema_lists_every_member_by_kind():
    choices = Chart.model_json_schema()["properties"]["custom"]["anyOf"]
    assert choices[0] == {"enum": ["flotsam", "salvage"]}
    assert len(choices) == 3
