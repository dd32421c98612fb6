"""Each research question has a page, its experiment can be run as it stands, and what a page names is there."""

from __future__ import annotations

import re

import pytest
from pages import ROOT

import sfund_sim as sf
from sfund_sim.experiments.sweeping import sweep_plan
from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.report.sweep_figures import short_name
from sfund_sim.report.sweep_levels import endings

PAGES = sorted((ROOT / "docs/questions").glob("r*.md"))
FILES = sorted((ROOT / "scenarios/questions").glob("*.yaml"))
MOST_BYTES = 120_000


def page_of(file):
    return ROOT / "docs/questions" / f"{file.stem.partition('_')[0]}.md"


def test_there_are_twelve_questions_and_each_has_an_experiment():
    assert [page.stem for page in PAGES] == [f"r{number:02}" for number in range(1, 13)]
    assert {file.stem[:3] for file in FILES} - {"nat", "pre", "cha"} == {page.stem for page in PAGES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_point_of_a_question_is_a_scenario_and_its_page_gives_the_command(file):
    plan = sweep_plan(sf.load_scenario(file), workers=1)
    assert 40 <= plan.runs <= 300
    assert plan.points.pairing
    text = page_of(file).read_text("utf-8")
    assert f"sfund sweep scenarios/questions/{file.name}" in text
    assert f"scenario `{file.stem}`" in text
    assert "## What may be concluded" in text
    assert "## What may not" in text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_numbers_in_a_page_are_of_outcomes_that_its_experiment_measures(file):
    experiment = sf.load_scenario(file).scenario.experiment
    marks = re.findall(r"<!-- (levels|differences) (\S+) (\S+) (.*?) -->\n\|", page_of(file).read_text("utf-8"))
    assert {"levels", "differences"} <= {mark[0] for mark in marks}
    for _, grouping, _, outcomes in marks:
        assert grouping in experiment.group_by
        assert set(outcomes.split()) <= set(experiment.outcomes) <= set(MEASURES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_picture_of_a_page_is_one_of_the_sweep_s_and_small(file):
    pictures = re.findall(r"\]\(images/(\S+?)\)", page_of(file).read_text("utf-8"))
    assert pictures
    factors = [*sf.load_scenario(file).scenario.experiment.levers, *sf.load_scenario(file).scenario.experiment.packages]
    for name in pictures:
        assert (ROOT / "docs/questions/images" / name).stat().st_size < MOST_BYTES
        assert any(short_name(ending) in name for ending in endings(factors).values())


def test_the_guide_s_example_is_a_sweep(tmp_path):
    text = re.search(r"```yaml\n(.*?)```", (ROOT / "docs/sweeps.md").read_text("utf-8"), re.DOTALL).group(1)
    (tmp_path / "my_sweep.yaml").write_text(text, "utf-8")
    plan = sweep_plan(sf.load_scenario(tmp_path / "my_sweep.yaml"), workers=1)
    assert plan.design.size == 4 * 2 * 2 * 32
