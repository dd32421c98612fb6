"""A rule is one class with a kind: defining it is registering it, and a scenario finds it by name."""

from __future__ import annotations

import importlib.util
import re
import sys
from typing import ClassVar

import pytest
from pydantic import BaseModel, ValidationError

from sfund_sim.ground.errors import ScenarioError
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


def written(folder, name, kind="ambergris"):
    """A file with a part of the family above, imported as a module of that name."""
    (folder / f"{name}.py").write_text(
        f"from test_parts import Custom\n\n\nclass Found(Custom):\n    kind = {kind!r}\n", "utf-8"
    )
    return importlib.import_module(name)


@pytest.fixture
def shore(tmp_path, monkeypatch):
    """A folder whose files can be imported; what they define is forgotten afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(sys.modules, "test_parts", sys.modules[__name__])
    monkeypatch.setattr(Custom, "members", dict(Custom.members))
    yield tmp_path
    for name in ("driftwood", "wreck"):
        sys.modules.pop(name, None)


def test_a_kind_that_the_family_has_is_refused_with_both_files(shore):
    """It took the other's place without a word, and workers that had not imported it ran the other."""
    first = written(shore, "driftwood")
    with pytest.raises(ScenarioError) as told:
        written(shore, "wreck")
    (problem,) = told.value.problems
    for text in (problem.text("en"), problem.text("zh")):
        assert all(part in text for part in ("ambergris", str(shore / "driftwood.py"), str(shore / "wreck.py")))
    assert Custom.members["ambergris"] is first.Found


def test_a_file_that_is_imported_again_or_under_another_name_is_the_same_part(shore):
    first = written(shore, "driftwood")
    again = importlib.reload(first)
    assert Custom.members["ambergris"] is again.Found
    spec = importlib.util.spec_from_file_location("flotsam_under_another_name", shore / "driftwood.py")
    other = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = other
    try:
        spec.loader.exec_module(other)
    finally:
        del sys.modules[spec.name]
    assert Custom.members["ambergris"] is other.Found


def test_a_member_of_a_member_needs_a_kind_of_its_own():
    with pytest.raises(ScenarioError, match="another custom of the sea 'salvage' already"):

        class Better(Salvage):
            """It would have taken its parent's place."""
