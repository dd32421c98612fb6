"""Response curves of a sweep: a group looks the same in every panel, also where it is alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.drawing import INK, house_style, look_of, rows_apart, svg_text
from sfund_sim.report.sweep_bars import bars
from sfund_sim.report.sweep_figures import response
from sfund_sim.report.sweep_labels import Counts, in_lines, path_in_lines, write_levels
from sfund_sim.report.sweep_levels import Levels, endings, in_order
from sfund_sim.report.sweep_maps import heat_map
from sfund_sim.report.sweep_panels import Frame, panels_of


def frame(info: RunInfo, language: Language = "en", **units: str) -> Frame:
    return Frame(info, Levels({path.replace("__", "."): unit for path, unit in units.items()}, language), pairing=True)


def below(axes: Axes) -> list[Annotation]:
    """What is written below a panel: its levels, and n of each group."""
    return [text for text in axes.texts if isinstance(text, Annotation)]


def told_below(axes: Axes) -> list[str]:
    return [text.get_text() for text in below(axes)]


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
    figure = response(part, frame(info)).figure
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


def test_a_caption_says_over_how_many_points_it_averages_and_whose_the_intervals_are(info: RunInfo) -> None:
    part = pd.DataFrame(rows("median_price_to_nav", "state"))
    captions = {points: response(part, frame(info)._replace(points=points)).caption for points in (2, 8)}
    assert "averaged" not in captions[2]
    assert "Medians and their intervals are those of summary.csv." in captions[2]
    assert "averaged over the 4 points that have it" in captions[8]
    assert "with Student's interval of that mean" in captions[8]
    assert all("without an interval" not in caption for caption in captions.values())
    assert "median" not in response(pd.DataFrame(rows("share_sold", "state")), frame(info)).caption.lower()


def test_a_number_without_interval_is_a_dot_and_the_caption_says_why(info: RunInfo) -> None:
    part = pd.DataFrame(rows("median_price_to_nav", "state")).assign(low=np.nan, high=np.nan)
    drawn = response(part, frame(info))
    [container] = drawn.figure.axes[0].containers
    assert container.lines[0].get_ydata().tolist() == [0.5, 0.5]
    assert not container.lines[2]
    several = response(part, frame(replace(info, replications=2))).figure.axes[0]
    assert several.get_title(loc="left").endswith("\nno intervals at 2 replications")
    assert "What is shown without an interval has too few replications or rows for one." in drawn.caption


def test_a_panel_without_a_number_has_no_axis_that_is_made_up(info: RunInfo) -> None:
    part = pd.DataFrame(rows("share_sold", "state")).assign(estimate=np.nan, low=np.nan, high=np.nan)
    assert response(part, frame(info)).figure.axes[0].get_yticks().size == 0


def test_panels_the_name_of_the_lever_and_the_small_print_do_not_touch(info: RunInfo) -> None:
    part = pd.DataFrame(rows("share_sold", "state"))
    figure = response(part, frame(info)).figure
    with house_style():
        figure.draw_without_rendering()
    [small] = [text for text in figure.texts if "sfund_sim" in text.get_text()]
    lever = figure._supxlabel.get_window_extent()
    assert lever.y0 > small.get_window_extent().y1
    assert all(axes.get_tightbbox().y0 > lever.y1 for axes in figure.axes if axes.containers)


def test_words_are_never_cut():
    assert in_lines("90 % and approval", 9) == ["90 % and", "approval"]
    assert in_lines("descending", 5) == ["descending"]
    assert in_lines("次价成交", 8) == ["次价成交"]
    assert in_lines("one two three four five", 5) == ["one", "two", "three", "four", "five"]
    assert path_in_lines("venues.beijing.disclosure.data_room", 15) == ["venues.beijing.", "disclosure.", "data_room"]


TEXTS = st.lists(st.text("ab e9%多次报价", min_size=1, max_size=25).filter(str.strip), min_size=1, max_size=8)


@given(TEXTS, st.integers(0, 2), st.integers(1, 9_999_999))
@settings(max_examples=40, deadline=None)
def test_labels_below_a_panel_do_not_touch_and_every_n_is_there(texts, groups, count):
    with house_style():
        figure, [axes] = panels_of(1)
        axes.set_xlim(-0.5, len(texts) - 0.5)
        axes.set_position((0.1, 0.5, 3.2 / figure.get_figwidth(), 0.4))
        figure.set_layout_engine("none")
        write_levels(axes, texts, [Counts([count] * len(texts), look_of(one).colour) for one in range(groups)])
        figure.draw_without_rendering()
        boxes = [text.get_window_extent() for text in below(axes) if text.get_text().strip()]
    assert told_below(axes).count(f"n={count:,}") == groups * len(texts)
    for one, other in combinations(boxes, 2):
        is_one_line = abs(one.y1 - other.y1) < 5
        assert not is_one_line or one.x1 < other.x0 or other.x1 < one.x0


def test_each_group_s_n_stands_in_its_colour(info: RunInfo) -> None:
    part = pd.DataFrame([*rows("share_sold", "state"), *rows("share_sold", "non_state")])
    part["n"] = part["group"].map({"state": 3_424, "non_state": 17_021})
    drawn = response(part, frame(info))
    axes = drawn.figure.axes[0]
    colours = {container.get_label(): container.lines[0].get_color() for container in axes.containers}
    counts = {text.get_text(): text.get_color() for text in below(axes) if text.get_text().startswith("n=")}
    assert counts == {"n=3,424": colours["state sellers"], "n=17,021": colours["other sellers"]}
    assert told_below(axes).count("n=3,424") == 2
    assert "in its colour" in drawn.caption


def test_n_of_everybody_is_in_the_colour_of_the_text(info: RunInfo) -> None:
    part = pd.DataFrame(rows("share_sold", "all")).assign(group_by="all")
    drawn = response(part, frame(info))
    assert {text.get_color() for text in below(drawn.figure.axes[0])} == {INK}
    assert "colour" not in drawn.caption


CAPITAL = "population.buyers.state_s_fund.mean_capital_cny"


@pytest.mark.parametrize(
    ("language", "money", "none"),
    [("en", ["100 m yuan", "450 m yuan", "2 bn yuan"], "none"), ("zh", ["1亿元", "4.5亿元", "20亿元"], "无")],
)
def test_numbers_stand_by_size_and_money_is_written_as_elsewhere(info, language, money, none) -> None:
    cells = [
        {"factor": CAPITAL, "second_factor": "c.cost_cap", "outcome": "share_sold", "unit": "share", "group_by": "all",
         "group": "all", "level_value": level, "second_level_value": second, "estimate": float(level) / 1e10,
         "low": 0.1, "high": 0.2, "n": 10}
        for level in ("450000000", "100000000", "2e+09") for second in ("1", "null")
    ]  # fmt: skip
    told = frame(info, language, population__buyers__state_s_fund__mean_capital_cny="CNY")
    axes = heat_map(pd.DataFrame(cells), told, "map").figure.axes[0]
    assert told_below(axes) == money
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1", none]
    assert [text.get_text() for text in axes.texts[:3]] == ["1.0%", "4.5%", "20.0%"]
    curve = pd.DataFrame(cells).query("second_level_value == '1'")
    axes = response(curve, told).figure.axes[0]
    assert [text for text in told_below(axes) if not text.startswith("n=")] == money
    assert list(axes.containers[0].lines[0].get_xdata()) == [1e8, 4.5e8, 2e9]


def test_days_are_named_beside_the_lever_and_rules_in_their_words(info: RunInfo) -> None:
    english, chinese = (Levels({"a.days": "days", "b.share": "fraction"}, language) for language in ("en", "zh"))
    assert (english.named("a.days"), english.named("b.share")) == ("a.days (days)", "b.share")
    assert chinese.named("a.days") == "a.days（天）"
    auction, rule = "venues.beijing.auction", "venues.beijing.disclosure.rule"
    assert english.text(auction, "weighted_tender") == "weighted tender"
    assert chinese.text(auction, "ascending (increment 5)") == "多次报价 (increment 5)"
    assert chinese.text("venues.beijing.private_floor.kind", "fixed") == "固定底价"
    assert chinese.text(rule, "by_fit") == "按匹配程度"
    assert [chinese.text("a.b", code) for code in ("true", "false", "null", "1000")] == ["是", "否", "无", "1,000"]
    assert english.text("a.b", "a_new_rule") == "a new rule"
    assert english.text("a.b", "12345678.9") == "12,345,678.9"


def test_what_is_no_number_keeps_the_order_of_the_file():
    assert in_order(["null", "20", "b", "3", "a", "20"]) == ["3", "20", "null", "b", "a"]


def test_one_replication_is_drawn_without_an_interval(info: RunInfo) -> None:
    part = pd.DataFrame(rows("share_sold", "state")).assign(low=np.nan, high=np.nan)
    drawn = response(part, frame(replace(info, replications=1)))
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
        [image] = heat_map(pairs(0.665, 0.684, half_width), frame(info), "map").figure.axes[0].get_images()
        return image.to_rgba(image.get_array())[..., :3].reshape(-1, 3)

    within, beyond = colours(0.25), colours(0.001)
    assert np.abs(within[0] - within[1]).max() < 0.06
    assert np.abs(beyond[0] - beyond[1]).max() > 0.6
    title = heat_map(pairs(0.665, 0.684, 0.25), frame(info), "map").figure.axes[0].get_title(loc="left")
    assert "intervals: ±25 percentage points" in title


@pytest.mark.parametrize(
    ("design", "index", "outcome", "told"),
    [
        ("latin_hypercube", "srrc", "share_sold", "srrc"),
        ("sobol", "ST", "share_sold", "variance"),
        ("morris", "mu_star", "share_sold", "percentage points"),
        ("morris", "mu_star", "median_exit_days", "days"),
        ("morris", "mu_star", "mean_bidders", "effect of the whole range"),
        ("morris", "mu_star", "volume_cny", "m yuan"),
    ],
)
def test_bars_of_sensitivity_say_what_they_measure_in_which_unit(
    info: RunInfo, design: str, index: str, outcome: str, told: str
) -> None:
    table = pd.DataFrame([{"outcome": outcome, "factor": "a.b", "index": index, "estimate": 0.0137, "low": 0.01,
                           "high": 0.02, "n": 8, "group_by": "all", "group": "all"}])  # fmt: skip
    axes = bars(table, design, frame(info), "sensitivity").figure.axes[0]
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


def test_a_chinese_axis_says_what_the_lever_is_and_its_unit_once(info: RunInfo) -> None:
    meanings = {"a.share": "转让方预期的报价（中位数）", "a.days": "审批的工作日数", "a.minutes": "限时报价期的时长"}
    levels = Levels({path: path[2:] for path in meanings}, "zh", meanings)
    named = ["转让方预期的报价", "审批的工作日数", "限时报价期的时长（分钟）"]
    assert [levels.named(path) for path in meanings] == named
    part = pairs(0.1, 0.2, 0.05).assign(factor="a.days", second_factor="a.minutes")
    figure = heat_map(part, Frame(info, levels, pairing=True), "map").figure
    assert figure.get_supxlabel() == "审批的工作日数"
    assert figure.get_supylabel() == named[2]


LONG = [f"{which} short form valuation report for small stakes without any approval" for which in "abcdef"]


def test_however_long_its_levels_are_none_is_cut_off_or_touches_another(info: RunInfo) -> None:
    """Nor do the numbers in the cells."""
    cells = [
        {"factor": "state_assets.floor", "second_factor": f"a.package.{'with_a_long_name_' * 4}", "unit": "CNY",
         "outcome": outcome, "group_by": "all", "group": "all", "level_value": level, "second_level_value": second,
         "estimate": 928_600_000.0, "low": np.nan, "high": np.nan, "n": 10}
        for outcome in ("volume_cny", "recycled_cny") for level in LONG[:4] for second in LONG
    ]  # fmt: skip
    figure = heat_map(pd.DataFrame(cells), frame(info), "map").figure
    with house_style():
        figure.draw_without_rendering()
    whole = figure.bbox
    for axes in figure.axes:
        beside = axes.get_yticklabels()
        assert [text.get_text().replace("\n", " ") for text in beside] == LONG
        numbers = [text for text in axes.texts if not isinstance(text, Annotation)]
        assert len(numbers) == 24
        assert " ".join(told_below(axes)) == " ".join(LONG[:4])
        boxes = [text.get_window_extent() for text in [*beside, *numbers, figure._supylabel, figure._supxlabel]]
        assert all(box.x0 >= whole.x0 and box.x1 <= whole.x1 and box.y0 >= whole.y0 for box in boxes)
        assert max(box.y1 for box in boxes) <= whole.y1
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_factors_that_end_alike_are_told_apart() -> None:
    path = "population.lps.{}.triggers.term_near.annual_hazard"
    factors = [path.format("central_soe"), path.format("local_soe"), "population.wish_scale", "a_package"]
    assert list(endings(factors).values()) == [
        "central_soe.triggers.term_near.annual_hazard", "local_soe.triggers.term_near.annual_hazard",
        "population.wish_scale", "a_package",
    ]  # fmt: skip
