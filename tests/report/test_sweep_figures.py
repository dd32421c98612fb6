"""Response curves of a sweep: a group looks the same in every panel, also where it is alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.drawing import house_style, rows_apart, svg_text
from sfund_sim.report.sweep_figures import _bars, _Frame, _heat_map, _response, _wrapped


def rows(outcome: str, group: str) -> list[dict[str, object]]:
    return [
        {
            "factor": "state_assets.floor", "group_by": "is_state", "outcome": outcome, "group": group,
            "level_value": level, "estimate": 0.5, "low": 0.4, "high": 0.6, "n": 10, "unit": "share",
        }
        for level in ("high", "low")
    ]  # fmt: skip


def test_a_group_keeps_its_colour_in_a_panel_where_it_is_alone(info: RunInfo) -> None:
    told = [("share_sold", "non_state"), ("share_sold", "state"), ("median_price_to_appraisal", "state")]
    part = pd.DataFrame([row for outcome, group in told for row in rows(outcome, group)])
    figure = _response(part, _Frame(info, "en", pairing=True)).figure
    colours = [
        {container.get_label(): container.lines[0].get_color() for container in axes.containers}
        for axes in figure.axes
        if axes.containers
    ]
    assert len(colours) == 2
    assert len(set(colours[0].values())) == 2
    assert colours[1].items() <= colours[0].items()
    legend = figure.legends[0]
    assert {text.get_text() for text in legend.get_texts()} == set(colours[0])


def test_panels_the_name_of_the_lever_and_the_small_print_do_not_touch(info: RunInfo) -> None:
    part = pd.DataFrame(rows("share_sold", "state"))
    figure = _response(part, _Frame(info, "en", pairing=True)).figure
    with house_style():
        figure.draw_without_rendering()
    [small] = [text for text in figure.texts if "sfund_sim" in text.get_text()]
    lever = figure._supxlabel.get_window_extent()
    assert lever.y0 > small.get_window_extent().y1
    assert all(axes.get_tightbbox().y0 > lever.y1 for axes in figure.axes if axes.containers)


def test_a_long_code_is_broken_behind_its_underscores():
    assert _wrapped("second_price", 5) == "second_\nprice"
    assert _wrapped("weighted_tender", 5) == "weighted_\ntender"
    assert _wrapped("a_b c_d", 5) == "a_b c_d"


def test_one_replication_is_drawn_without_an_interval(info: RunInfo) -> None:
    part = pd.DataFrame(rows("share_sold", "state")).assign(low=np.nan, high=np.nan)
    drawn = _response(part, _Frame(replace(info, replications=1), "en", pairing=True))
    [container] = drawn.figure.axes[0].containers
    assert not container.has_yerr
    assert "95 %" not in drawn.caption


def pairs(first: float, second: float, half_width: float) -> pd.DataFrame:
    return pd.DataFrame([
        {"factor": "a.b", "second_factor": "c.d", "outcome": "share_sold", "unit": "share", "group_by": "all",
         "group": "all", "level_value": level, "second_level_value": "1", "estimate": estimate,
         "low": estimate - half_width, "high": estimate + half_width, "n": 10}
        for level, estimate in (("1", first), ("2", second))
    ])  # fmt: skip


def test_cells_that_differ_by_less_than_their_intervals_look_alike(info: RunInfo) -> None:
    def colours(half_width: float) -> np.ndarray:
        [image] = _heat_map(pairs(0.665, 0.684, half_width), frame).figure.axes[0].get_images()
        return image.to_rgba(image.get_array())[..., :3].reshape(-1, 3)

    frame = _Frame(info, "en", pairing=True)
    within, beyond = colours(0.25), colours(0.001)
    assert np.abs(within[0] - within[1]).max() < 0.06
    assert np.abs(beyond[0] - beyond[1]).max() > 0.6
    title = _heat_map(pairs(0.665, 0.684, 0.25), frame).figure.axes[0].get_title(loc="left")
    assert "intervals: ±25 percentage points" in title


@pytest.mark.parametrize(
    ("design", "index", "outcome", "told"),
    [
        ("latin_hypercube", "srrc", "share_sold", "srrc"),
        ("sobol", "ST", "share_sold", "variance"),
        ("morris", "mu_star", "share_sold", "percentage points"),
        ("morris", "mu_star", "median_exit_days", "days"),
        ("morris", "mu_star", "mean_bidders", "effect of the whole range"),
    ],
)
def test_bars_of_sensitivity_say_what_they_measure_in_which_unit(
    info: RunInfo, design: str, index: str, outcome: str, told: str
) -> None:
    table = pd.DataFrame([{"outcome": outcome, "factor": "a.b", "index": index, "estimate": 0.0137, "low": 0.01,
                           "high": 0.02, "n": 8}])  # fmt: skip
    axes = _bars(table, design, _Frame(info, "en", pairing=True)).figure.axes[0]
    assert told in axes.get_xlabel()
    if told == "percentage points":
        assert axes.xaxis.get_major_formatter()(0.0137) == "1.37"


def test_what_a_solved_layout_leaves_to_chance_does_not_show_in_the_bytes() -> None:
    """A solver may leave the corners of axes a last bit apart from one run to the next."""
    texts = set()
    for left in (0.1, np.nextafter(0.1, 1.0), np.nextafter(0.1, 0.0)):
        figure = Figure()
        axes = figure.add_axes((left, 0.1, 0.8, 0.8))
        axes.plot([0.0, 1.0], [0.0, 1.0])
        figure.add_axes((0.3, 0.3, 0.2, 0.2)).plot([0.0, 1.0], [1.0, 0.0])
        texts.add(svg_text(figure))
    assert len(texts) == 1
    assert texts.pop().count("url(#clip1)") == 1


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 0.4)), min_size=1, max_size=12))
def test_labels_in_one_row_stand_clear_of_each_other(labels):
    places, widths = np.array(labels).T
    rows = rows_apart(places, widths)
    assert 0 in rows
    for one, other in combinations(range(len(labels)), 2):
        if rows[one] == rows[other]:
            assert abs(places[one] - places[other]) >= (widths[one] + widths[other]) / 2 - 1e-12


def test_labels_that_have_room_stay_in_the_first_row():
    assert rows_apart(np.array([0.0, 0.5, 1.0]), np.full(3, 0.4)) == [0, 0, 0]
    assert rows_apart(np.array([0.0, 0.1, 1.0]), np.full(3, 0.4)) == [0, 1, 0]
