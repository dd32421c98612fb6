"""Response curves of a sweep: a group looks the same in every panel, also where it is alone."""

from __future__ import annotations

import pandas as pd

from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.drawing import house_style
from sfund_sim.report.sweep_figures import _Frame, _response, _wrapped


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
