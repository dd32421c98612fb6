"""Figures of a comparison: a scenario looks the same in all of them, and names stay within the frame however long."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_markets import one_sale
from matplotlib.colors import to_hex

from sfund_sim.experiments.comparing import compare, planned_comparison
from sfund_sim.report.comparison_figures import comparison_figures
from sfund_sim.report.drawing import house_style
from sfund_sim.terms import LpKind

SHORT = ["beijing_pilot", "wider", "longer"]
LONG = [
    "beijing_pilot",
    *(f"a_change_of_rules_whose_name_is_as_long_as_it_may_be_at_all_{number}" for number in range(9)),
]


def sales_of_both(scenario, replication, seed):
    """One sale by a state seller in the first replication, by another seller in the others."""
    journal = one_sale(scenario, replication, seed)
    if replication > 1:
        journal.exits[0] = journal.exits[0]._replace(lp_kind=LpKind.COMPANY)
    return journal


def drawn(pilot, names, language="en"):
    scenarios = [replace(pilot, scenario=pilot.scenario.model_copy(update={"name": name})) for name in names]
    compared = compare(planned_comparison(scenarios, replications=3, workers=1, simulate=sales_of_both))
    return {one.name: one for one in comparison_figures(compared, language)}


@pytest.fixture(scope="module")
def short(pilot):
    return drawn(pilot, SHORT)


@pytest.fixture(scope="module")
def long(pilot):
    return drawn(pilot, LONG)


def legends(figure):
    own = [axes.get_legend() for axes in figure.axes]
    return [legend for legend in [*figure.legends, *own] if legend]


def colours(drawing):
    """Colour of each name in a figure."""
    return {
        text.get_text().split()[-1]: to_hex(handle.get_color())
        for legend in legends(drawing.figure)
        for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=True)
    }


def test_a_scenario_has_one_colour_in_all_figures(short):
    assert set(colours(short["time_to_exit"])) == set(SHORT)
    assert colours(short["differences"]).items() <= colours(short["time_to_exit"]).items()


@pytest.mark.parametrize("names", ["short", "long"])
def test_names_stay_within_the_frame_and_touch_no_heading(request, names):
    for one in request.getfixturevalue(names).values():
        figure = one.figure
        with house_style():
            figure.draw_without_rendering()
        assert len(legends(figure)) == (2 if one.name == "time_to_exit" else 1)
        for text in figure.texts:
            assert text.get_window_extent().x0 > 0, text.get_text()
        for legend in legends(figure):
            box = legend.get_window_extent()
            assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
            assert box.y1 <= figure.bbox.y1
            others = [axes for axes in figure.axes if axes is not legend.axes]
            assert not any(box.overlaps(axes.get_window_extent()) for axes in others)
            texts = [text.get_window_extent() for text in legend.get_texts()]
            for axes in figure.axes:
                heading = (axes._left_title if axes._left_title.get_text() else axes.title).get_window_extent()
                assert not any(text.overlaps(heading) for text in texts), (one.name, names)


def test_scenarios_for_which_there_is_no_line_are_told(short, long):
    assert "Drawn are the first 8 of 10 scenarios." in long["time_to_exit"].caption
    assert "Drawn are the first" not in short["time_to_exit"].caption
