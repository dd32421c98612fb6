"""Parameters with unit, source and status, and the JSON Schema that allows them in files."""

from __future__ import annotations

import re

import pytest
from small_scenario import Small

from sfund_sim.scenario.json_schema import scenario_schema
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.merging import read_layers
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.nodes import Status, plain
from sfund_sim.scenario.reading import parse_file
from sfund_sim.scenario.shipped import shipped_names, shipped_path
from sfund_sim.scenario.sources import DEFAULT, parameters, unit_of


@pytest.fixture(scope="module")
def listed():
    return {parameter.path: parameter for parameter in parameters(load_scenario("beijing_pilot"))}


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("notice_days", "days"), ("cost_cny", "CNY"), ("fee_rate", "fraction"), ("share", "fraction"),
        ("approval_probability", "fraction"), ("exit_years", "years"), ("count", "count"), ("open_hazard", "1/year"),
        ("venues.beijing.disclosure.days", "days"), ("bow", ""),
    ],
)  # fmt: skip
def test_units_come_from_the_end_of_a_name(name, unit):
    assert unit_of(name, None) == unit


def test_a_field_s_own_unit_comes_first_and_a_share_is_a_fraction():
    from small_scenario import Room

    assert unit_of("size_cny", Small.model_fields["size_cny"]) == "CNY"
    assert unit_of("fee", Room.model_fields["fee_rate"]) == "fraction"


def test_a_parameter_says_where_it_stands_and_what_it_rests_on(listed):
    volatility = listed["economy.market_volatility"]
    assert (volatility.value, volatility.unit, volatility.status) == (0.25, "1/year", Status.RECALLED)
    assert listed["economy.market_expected_return"].unit == "1/year"
    assert volatility.file.endswith("base_china.yaml")
    text = shipped_path("base_china").read_text(encoding="utf-8").split("\n")[volatility.line - 1]
    assert "market_volatility: {value: 0.25" in text


def test_a_default_of_the_model_says_so(listed):
    defaults = [one for one in listed.values() if not one.file]
    assert defaults
    assert {(one.source, one.status, one.line) for one in defaults} == {(DEFAULT, Status.ASSUMPTION, 0)}


def test_titles_names_and_the_seed_are_no_parameters(listed):
    assert not [path for path in listed if path.split(".")[0] in ("title", "name", "seed", "replications")]
    assert not [path for path in listed if path.endswith((".because", ".source"))]


def test_dated_changes_are_listed_with_their_own_source(listed):
    first = load_scenario("beijing_pilot").scenario.policy[0]
    assert listed["policy.0.on"].value == first.on
    assert listed["policy.0.on"].source == "SEED 0.3, P-JT"
    unsaid = {one.path: one for one in parameters(load_scenario("questions/r07_freeze"))}["policy.10.on"]
    assert (unsaid.source, unsaid.status) == ("assumption of this experiment", Status.ASSUMPTION)


def test_every_value_in_the_files_is_listed_but_texts_and_settings(listed):
    loaded = load_scenario("beijing_pilot")
    written = {".".join(map(str, path)) for path in loaded.provenance}
    missing = {
        path for path in written - listed.keys() if not path.endswith((".because", ".because_zh", ".source", ".name"))
    }
    assert missing <= {"schema_version", "name", "title.en", "title.zh", "replications", "seed"}


class Misfit(Exception):
    """A value does not fit the schema."""


def check(value, schema, whole):
    """The keywords of JSON Schema that ours uses, nothing more: Misfit when the value does not fit."""
    if "$ref" in schema:
        target = whole
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        check(value, target, whole)
    if "anyOf" in schema and not any(fits(value, choice, whole) for choice in schema["anyOf"]):
        raise Misfit(f"{value!r} fits no choice")
    if ("enum" in schema and value not in schema["enum"]) or ("const" in schema and value != schema["const"]):
        raise Misfit(f"{value!r} is not {schema}")
    types = {"object": dict, "array": list, "string": str, "integer": int, "number": int | float, "boolean": bool}
    if "type" in schema and schema["type"] != "null" and not isinstance(value, types[schema["type"]]):
        raise Misfit(f"{value!r} is no {schema['type']}")
    if not schema.get("minimum", value) <= value <= schema.get("maximum", value) if isinstance(value, float) else False:
        raise Misfit(f"{value!r} is out of range")
    if isinstance(value, dict):
        for key, below in value.items():
            inner = schema.get("properties", {}).get(key, schema.get("additionalProperties", True))
            if inner is False:
                raise Misfit(f"{key} is not known")
            if inner is not True:
                check(below, inner, whole)
    for item in value if isinstance(value, list) and "items" in schema else ():
        check(item, schema["items"], whole)


def fits(value, schema, whole):
    try:
        check(value, schema, whole)
    except Misfit:
        return False
    return True


def as_json(value):
    if isinstance(value, dict):
        return {key: as_json(below) for key, below in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else value.isoformat()


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_file_fits_the_schema_as_it_is_written(name):
    schema = scenario_schema(Scenario)
    check(as_json(plain(parse_file(shipped_path(name), name).root)), schema, schema)
    check(as_json(plain(read_layers(name).root)), schema, schema)
    check(as_json(load_scenario(name).evidenced_tree), schema, schema)


@pytest.mark.parametrize(
    "wrong",
    [
        {"economi": {}},
        {"economy": {"market_volatility": "high"}},
        {"economy": {"market_volatility": {"value": 0.2, "sorce": "x"}}},
        {"economy": {"market_volatility": {"value": 0.2, "status": "guess"}}},
        {"economy": {"market_volatility": 70.0}},
        {"portfolio": {"model": {"kind": "crystal_ball"}}},
    ],
)
def test_what_is_wrong_does_not_fit_the_schema(wrong):
    schema = scenario_schema(Scenario)
    assert not fits(wrong, schema, schema)


def test_every_reference_of_the_schema_leads_somewhere_and_nothing_is_required_of_a_layer():
    import json

    schema = scenario_schema(Scenario)
    names = re.findall(r'"\$ref": "#/\$defs/([^"/]+)', json.dumps(schema))
    assert names
    assert set(names) <= schema["$defs"].keys()
    assert schema["properties"]["extends"]["type"] == "string"
    assert "required" not in schema
    assert all("required" not in piece for piece in schema["$defs"].values())


def _nodes(node):
    yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _nodes(below)


def test_no_object_of_the_schema_is_written_out_where_it_is_used():
    schema = scenario_schema(Scenario)
    tops = [schema, *schema["$defs"].values()]
    below = [node for top in tops for key, value in top.items() if key != "$defs" for node in _nodes(value)]
    assert not [node["title"] for node in below if isinstance(node, dict) and {"title", "properties"} <= node.keys()
                and isinstance(node["title"], str)]  # fmt: skip
