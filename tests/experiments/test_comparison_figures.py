"""Figures of a comparison: a scenario looks the same in all of them, and names stay within the frame however long."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.figure
import pandas as pd
import pytest
from fake_markets import one_sale, with_row
from matplotlib.colors import to_hex

import sfund_sim as sf
from sfund_sim.experiments.comparing import compare, planned_comparison
from sfund_sim.experiments.decomposing import _WORDS, ALL_OFF, BASELINE, frictions
from sfund_sim.experiments.facts import run_info
from sfund_sim.ground.columns import MISSING
from sfund_sim.report.comparison_figures import _bars, _draw_row, comparison_figures
from sfund_sim.report.comparison_rows import Difference
from sfund_sim.report.drawing import BLUE, VERMILLION, house_style, look_of
from sfund_sim.terms import Ending, LpKind

SHORT = ["beijing_pilot", "wider", "longer"]
LONG = [
    "beijing_pilot",
    *(f"a_change_of_rules_whose_name_is_as_long_as_it_may_be_at_all_{number}" for number in range(9)),
]


def sales_of_both(scenario, replication, seed):
    """One sale by a state seller in the first replication, by another seller in the others."""
    journal = one_sale(scenario, replication, seed)
    if replication > 1:
        journal.exits = with_row(journal.exits, 0, journal.exits[0]._replace(lp_kind=LpKind.COMPANY))
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


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("names", [SHORT[:2], SHORT])
def test_no_text_leaves_the_canvas(pilot, names, language):
    figures = {name: one.figure for name, one in drawn(pilot, names, language).items()}
    words = {one.friction: (one.label_en, one.label_zh) for one in frictions()} | _WORDS
    labels = [told[language == "zh"] for told in words.values()]
    steps = {"step": list(words), f"label_{language}": labels, "estimate": 0.3, "low": 0.2, "high": 0.4}
    with house_style():
        figures["discount_waterfall"] = _bars(pd.DataFrame(steps), language)
    for name, figure in figures.items():
        with house_style():
            drawn_box = figure.get_tightbbox()  # in inches; ticks out of view are not drawn
        assert drawn_box.min.min() >= 0, (name, drawn_box)
        assert (drawn_box.max <= figure.get_size_inches()).all(), (name, drawn_box)


def test_scenarios_for_which_there_is_no_line_are_told(short, long):
    assert "Drawn are the first 8 of 10 scenarios." in long["time_to_exit"].caption
    assert "Drawn are the first" not in short["time_to_exit"].caption


def test_more_scenarios_than_colours_are_told_apart_by_markers(long):
    [legend] = legends(long["differences"].figure)
    looks = [(to_hex(handle.get_color()), handle.get_marker()) for handle in legend.legend_handles]
    assert len(set(looks)) == len(looks) == len(LONG) - 1
    assert len({colour for colour, _ in looks}) < len(looks)
    assert len({look_of(number) for number in range(32)}) == 32


def medians_reached_in_each_replication_but_not_in_all_together(scenario, replication, seed):
    """Replication 1: half are out at day 40. Replication 2: most wish too late, the two others sell at day 50."""
    journal = one_sale(scenario, replication, seed)
    sold = journal.exits[0]
    open_ones = {"ending": Ending.OPEN, "price": MISSING, "buyer": MISSING, "buyer_kind": MISSING}
    last = run_info(sf.load_scenario("beijing_pilot").scenario, seed=1, replications=1).horizon_days - 1
    if replication == 1:
        first, rest = sold._replace(ended=sold.wished + 40), [sold._replace(**open_ones, ended=last)] * 5
        rest += [first] * 4
    else:
        late = sold._replace(**open_ones, wished=last - 45, ended=last, decided=MISSING, filed=MISSING)
        first = sold._replace(ended=sold.wished + 50)
        rest = [late] * 8 + [first]
    journal.exits = with_row(journal.exits, 0, first)
    for one in rest:
        journal.exits.append(one)
    return journal


@pytest.mark.parametrize(("language", "words"), [("en", "level is not reached"), ("zh", "基准水平未达到")])
def test_a_difference_beside_a_level_that_is_not_reached_is_not_drawn_as_a_share_of_it(pilot, language, words):
    scenarios = [replace(pilot, scenario=pilot.scenario.model_copy(update={"name": name})) for name in SHORT]
    plan = planned_comparison(
        scenarios, replications=2, workers=1, simulate=medians_reached_in_each_replication_but_not_in_all_together
    )
    compared = compare(plan)
    median = compared.differences.query("outcome == 'median_exit_days' and group == 'all'")
    assert median["level_first"].isna().all()
    assert median["difference"].notna().all()
    [forest] = [one for one in comparison_figures(compared, language) if one.name == "differences"]
    assert "median_exit_days" not in set(forest.data["outcome"])
    assert any(words in text.get_text() for axes in forest.figure.axes for text in axes.texts)


def row(low, middle, high):
    return Difference("x", "share_sold", "all", "all", "share", 1.0, 1.0 + middle, middle, low, high, 0.0, 9, 1,
                      "clearly_lower", "", "")  # fmt: skip


def marks(difference):
    """Markers of a row drawn in a frame of half-width 1: what, where, how large."""
    axes = matplotlib.figure.Figure().add_subplot()
    _draw_row(axes, difference, (0.0, 1.0), look_of(1), 5)
    lines = [line for line in axes.get_lines() if line.get_marker() not in ("None", None, "")]
    return [(line.get_marker(), float(line.get_xdata()[0]), line.get_markersize()) for line in lines]


def test_an_estimate_has_a_mark_wherever_it_lies():
    assert marks(row(0.1, 0.2, 0.3)) == [("o", 0.2, 5)]
    (arrow, _, small), (mark, at, _) = marks(row(0.1, 0.5, 3.0))
    assert (arrow, mark, at) == (">", "o", 0.5)
    *_, (mark, at, size) = marks(row(-4.0, -3.0, -2.0))
    assert (mark, at) == ("<", pytest.approx(-1.07))
    assert size > small


def test_all_of_it_lost_is_drawn_beside_the_arrow_and_not_below_it():
    (arrow, end, _), (mark, at, _) = marks(row(-1.4, -1.0, -0.6))
    assert (arrow, mark, at) == ("<", "o", -1.0)
    assert end < -1.05


@pytest.mark.parametrize(("language", "told"), [("en", "no share: the baseline is 0"), ("zh", "无比例：基准为 0")])
def test_rows_without_a_difference_say_why(pilot, language, told):
    figure = drawn(pilot, ["beijing_pilot", "wider"], language)["differences"].figure
    written = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert told in written
    assert any(text in ("of the whole market only", "仅针对整个市场") for text in written)


def test_numbers_of_differences_stand_outside_the_frame_clear_of_a_large_arrow(pilot):
    figure = drawn(pilot, ["beijing_pilot", "wider"])["differences"].figure
    with house_style():
        figure.draw_without_rendering()
    numbers = [text for axes in figure.axes for text in axes.texts if text.get_position()[0] > 1]
    assert numbers
    arrow = (2 * 5 / 2 + 1) * figure.dpi / 72
    assert all(text.get_window_extent().x0 > text.axes.get_window_extent().x1 + 1.5 * arrow for text in numbers)


def test_contributions_have_a_legend_and_a_number_with_the_sign_of_their_colour():
    steps = pd.DataFrame({
        "step": [BASELINE, "leaks", "fees", "floors", ALL_OFF], "estimate": [0.3, -0.0004, 0.0, 0.0123, 0.29],
        "low": float("nan"), "high": float("nan"), "label_en": list("abcde"), "label_zh": list("abcde"),
    })  # fmt: skip
    [axes] = _bars(steps, "zh").axes
    assert [text.get_text() for text in axes.texts][1:4] == ["-0.04百分点", "0百分点", "+1.2百分点"]
    [axes] = _bars(steps, "en").axes
    assert [text.get_text() for text in axes.texts] == ["30.0%", "-0.04pp", "0pp", "+1.2pp", "29.0%"]
    legend = axes.get_legend()
    colours = {text.get_text(): to_hex(patch.get_facecolor())
               for text, patch in zip(legend.get_texts(), legend.get_patches(), strict=True)}  # fmt: skip
    assert colours["adds to it"] == to_hex(BLUE)
    assert colours["takes from it"] == to_hex(VERMILLION)
