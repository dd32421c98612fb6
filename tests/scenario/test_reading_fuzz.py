"""Whatever stands in a file, reading it gives a scenario or a list of problems: never a traceback."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_scenario import Small, read_small

from sfund_sim.ground.errors import ScenarioError
from sfund_sim.scenario.layers import LoadedScenario, load_scenario
from sfund_sim.scenario.shipped import shipped_path

SPICE = [
    ":", "：", " ", "\t", "\n", "-", "- ", "{", "}", "[", "]", ",", "，", "'", '"', "“", "”", "&a ", "*a", "!!int ",
    "#", "|", ">", "? ", "%", "@", "`", "\u3000", "５", "null", "~", ".nan", "1e999", "2021-02-30", "20 days", "5%",
    "\x00", "\ufeff", "\\", "value: 1", "source: x", "extends: base_china\n", "kind: x", "---\n", "...", "<<: ",
    "9" * 50, "\u2028", "\x85", "\ud7ff",
]  # fmt: skip
SMALL_TEXT = (
    "name: x\ncount: 3\nsize_cny: {value: 2.5, source: s, status: sourced}\n"
    "span: {start: 2020-01-01, end: 2021-01-01}\n"
    "rooms:\n  a: {open: false, format: {kind: rising, step: 0.2}}\nkinds: {soe: 0.5}\nshares: [0.1, 0.2]\n"
    "policy:\n  - on: 2020-02-02\n    because: b\n    set: {rooms.a.open: true}\n"
)


@st.composite
def spoiled(draw, text):
    """A text with up to three pieces cut out and as many put in."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        stop = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.sampled_from(SPICE) | st.text(max_size=3)) + text[stop:]
    return text


@given(data=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arbitrary_bytes_are_a_scenario_or_a_list_of_problems(tmp_path, data):
    path = tmp_path / "s.yaml"
    path.write_bytes(data)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert caught.value.problems
    assert all(problem.text("en") and problem.text("zh") for problem in caught.value.problems)


@given(text=st.text(st.sampled_from("ab:：-,，[]{}&*!|>'\"#%@` \n\t\u3000“”"), max_size=60))
@settings(max_examples=300)
def test_arbitrary_punctuation_is_a_model_or_a_list_of_problems(text):
    small, problems = read_small(text)
    assert isinstance(small, Small) != bool(problems)


@given(text=spoiled(SMALL_TEXT))
@settings(max_examples=400)
def test_a_spoiled_small_scenario_is_a_model_or_a_list_of_problems(text):
    small, problems = read_small(text)
    assert isinstance(small, Small) != bool(problems)
    assert problems == sorted(problems, key=lambda problem: (problem.line, problem.column))


def loaded_or_problems(path, overrides):
    try:
        return load_scenario(path, overrides)
    except ScenarioError as error:
        return error.problems


PILOT = shipped_path("beijing_pilot").read_text(encoding="utf-8")


@given(text=spoiled(PILOT), override=st.none() | spoiled("venues.beijing.disclosure.days=20"))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spoiled_pilot_is_a_scenario_or_a_list_of_problems(tmp_path, text, override):
    path = tmp_path / "pilot.yaml"
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    outcome = loaded_or_problems(path, [override] if override else [])
    assert isinstance(outcome, LoadedScenario) or (outcome and all(problem.message for problem in outcome))
