"""Figures show what the tables say, in both languages, with the same bytes each time."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import replace

import matplotlib
import numpy as np
import pandas as pd
import pytest
from made_up_market import made_up_record
from matplotlib.figure import Figure

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.dictionary import columns_of
from sfund_sim.outcomes.multistate import cumulative_incidence
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.survival import kaplan_meier
from sfund_sim.outcomes.tables import SUMMARY_TABLES, Tables, replication_tables
from sfund_sim.report.drawing import Drawn, png_bytes, svg_text
from sfund_sim.report.figures import figure_files, run_figures
from sfund_sim.report.stages_figure import stages_of_exit, typical_exit
from sfund_sim.report.timing_figures import time_to_exit, ways_out
from sfund_sim.report.words import phrase, word
from sfund_sim.terms import LpKind

NAMES = ["time_to_exit", "ways_out", "price_to_nav", "stages_of_exit", "recycling"]
TABLE_OF = {"time_to_exit": "figures/timing", "ways_out": "figures/timing", "price_to_nav": "figures/price",
            "stages_of_exit": "figures/stages", "recycling": "figures/recycling"}  # fmt: skip


@pytest.fixture(scope="module")
def drawn(tables: Tables, info: RunInfo) -> dict[str, Drawn]:
    kept = {name: tables[name] for name in (*SUMMARY_TABLES, "stages")}  # all that a run keeps to draw from
    return {one.name: one for one in run_figures(kept, info, "zh")}


def texts(figure: Figure) -> str:
    words = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        found = [*axes.texts, axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label]
        legend = axes.get_legend()
        words += [text.get_text() for text in [*found, *axes.get_xticklabels(), *axes.get_yticklabels()]]
        words += [text.get_text() for text in legend.get_texts()] if legend else []
    return "\n".join(words)


def test_a_run_has_its_five_figures_with_title_caption_and_small_print(drawn: dict[str, Drawn], info: RunInfo) -> None:
    assert list(drawn) == NAMES
    for one in drawn.values():
        small = texts(one.figure)
        assert f"sfund_sim {info.version}" in small
        assert f"种子 {info.seed}" in small
        assert info.scenario_hash[:12] in small
        assert re.search("[\u4e00-\u9fff]", one.title)
        assert re.search("[\u4e00-\u9fff]", one.caption)


def test_a_figure_in_chinese_has_no_english_word_but_names(drawn: dict[str, Drawn]) -> None:
    allowed = {"sfund_sim", "made_up", "n", "S", "R", "X"}  # R1-X5 names an exit
    for one in drawn.values():
        words = set(re.findall(r"[A-Za-z_]+", texts(one.figure).replace("0123456789ab", "")))
        assert words <= allowed, one.name


def test_every_glyph_of_a_figure_is_in_the_shipped_font(tables: Tables, info: RunInfo) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        drawings = [one for language in ("en", "zh") for one in run_figures(tables, info, language)]
        assert all(svg_text(one.figure) for one in drawings)
    assert not [str(warning.message) for warning in caught if "missing from font" in str(warning.message)]


def test_the_numbers_behind_a_figure_are_in_the_dictionary(drawn: dict[str, Drawn]) -> None:
    used: dict[str, set[str]] = {}
    for one in drawn.values():
        used.setdefault(TABLE_OF[one.name], set()).update(one.data.columns)
    assert used == {table: set(columns_of(table)) for table in used}


def test_curves_are_kaplan_meiers_with_the_replication_as_the_unit(drawn: dict[str, Drawn], tables: Tables) -> None:
    data = drawn["time_to_exit"].data
    for kind in LpKind.labels():
        mine = tables["exits"][tables["exits"]["lp_kind"] == kind]
        curve = kaplan_meier(mine["followed_days"], mine["event"], clusters=mine["rep"])
        shown = data[data["lp_kind"] == kind]
        np.testing.assert_array_equal(shown["probability"], curve.survival)
        np.testing.assert_array_equal(shown["low"], curve.low)
    assert set(data["lp_kind"]) == set(LpKind.labels())


@pytest.mark.parametrize(("language", "label"), [("en", "still undecided"), ("zh", "尚无结局（个）")])
def test_numbers_below_the_ways_out_are_of_the_exits_that_have_none_yet(tables, info, language, label) -> None:
    """Whoever gave up has a way out: it is not among those of whom the curves still have to tell."""
    exits = tables["exits"]
    figure = ways_out(exits, info, language).figure
    halves = [axes for axes in figure.axes if any(text.get_text() == label for text in axes.texts)]
    assert len(halves) == 2
    for axes, is_state in zip(halves, (1, 0), strict=True):
        days = exits.loc[exits["is_state"] == is_state, "duration_days"]
        told = {text.xy[0]: text.get_text() for text in axes.texts if text.get_text() != label}
        assert len(told) > 2
        assert told == {years: f"{int((days >= years * 365.25).sum()):,}" for years in told}
    assert (exits["ending"] == "lapsed").any()


def test_ways_out_add_up_to_the_share_whose_exit_is_over(drawn: dict[str, Drawn], tables: Tables) -> None:
    data = drawn["ways_out"].data
    state = tables["exits"].query("is_state == 1")
    over = cumulative_incidence(state["duration_days"], state["ending"] != "open", ("over",))
    shown = data[data["sellers"] == "state_sellers"].groupby("days")["probability"].sum()
    np.testing.assert_allclose(shown.to_numpy(), over.probability[:, 0])


def test_prices_are_grouped_by_route_and_bidders_and_none_is_lost(drawn: dict[str, Drawn], tables: Tables) -> None:
    data, exits = drawn["price_to_nav"].data, tables["exits"]
    assert data[data["panel"] == "by_route"]["n"].sum() == exits["price_to_nav"].notna().sum()
    venue = exits[(exits["route"] == "venue") & (exits["sold"] == 1) & (exits["bidders"] >= 1)]
    assert data[data["panel"] == "by_bidders"]["n"].sum() == len(venue)
    row = data.iloc[0]
    agreed = exits[(exits["route"] == "agreement") & (exits["sold"] == 1)]
    assert row["middle_quartile"] == pytest.approx(agreed["price_to_nav"].median())
    assert row["estimate"] == pytest.approx(row["middle_quartile"])
    assert row["low"] < row["estimate"] < row["high"]


def test_what_liquidations_paid_is_not_called_a_price(tables: Tables, info: RunInfo) -> None:
    one = next(each for each in run_figures(tables, info, "en") if each.name == "price_to_nav")
    liquidated = tables["exits"].query("ending == 'liquidated'")["price_to_nav"].count()
    by_group = one.data[one.data["panel"] == "by_route"].set_index("group")["n"]
    assert list(by_group.index) == ["agreement", "venue", "paid out in liquidation"]
    assert by_group["paid out in liquidation"] == liquidated
    assert f"and {liquidated} liquidations" in one.caption
    assert "which is no price" in one.caption


def test_what_lies_outside_the_frame_is_counted_in_exits_drawn_or_not(tables: Tables, info: RunInfo) -> None:
    for language, words in (("en", "{n} exits outside the frame"), ("zh", "{n}次退出超出图框")):
        one = next(each for each in run_figures(tables, info, language) if each.name == "price_to_nav")
        axes = one.figure.axes[0]
        low, high = axes.get_ylim()
        exits = tables["exits"]
        of_panel = (exits["sold"] == 1) & exits["route"].isin(["agreement", "venue"]) | (
            exits["ending"] == "liquidated"
        )
        prices = exits.loc[of_panel, "price_to_nav"].dropna()
        beyond = int(((prices < low) | (prices > high)).sum())
        assert beyond > 1
        assert words.format(n=beyond) in [text.get_text() for text in axes.texts]


def test_the_typical_exit_is_a_sale_by_bidding_of_median_length(drawn: dict[str, Drawn], tables: Tables) -> None:
    exits = tables["exits"]
    chosen = exits[exits["exit_id"] == typical_exit(exits)].iloc[0]
    alike = exits[
        (exits["rep"] == chosen["rep"]) & (exits["ending"] == "sold_by_bidding") & (exits["route"] == "venue")
    ]
    assert chosen["ending"] == "sold_by_bidding"
    assert (alike["duration_days"] <= chosen["duration_days"]).mean() == pytest.approx(0.5, abs=0.1)
    assert len(drawn["stages_of_exit"].data) == 11


def test_any_exit_can_be_drawn_through_its_stages(tables: Tables, info: RunInfo) -> None:
    open_exit = tables["exits"].query("ending == 'open' and route == 'venue'")["exit_id"].iloc[0]
    one = stages_of_exit(tables, info, "en", exit_id=open_exit)
    assert "open" in texts(one.figure)
    assert one.data["left_date"].isna().sum() == 1


@pytest.mark.parametrize(("language", "wanted"), [("en", "Exit {}, {}"), ("zh", "退出 {}，{}")])
def test_the_picture_itself_says_whose_exit_it_is(
    tables: Tables, info: RunInfo, language: Language, wanted: str
) -> None:
    exit_row = tables["exits"].query("ending == 'sold_by_bidding'").iloc[0]
    figure = stages_of_exit(tables, info, language, exit_id=exit_row["exit_id"]).figure
    title = figure.axes[0].get_title(loc="left")
    assert title == wanted.format(exit_row["exit_id"], word("lp_kind", exit_row["lp_kind"], language))


def through_stages(tables: Tables, info: RunInfo, rows: list[tuple[int, str, str, str]]) -> Figure:
    """The figure of one exit that was in these stages: round, stage, first day, day after the last."""
    exits = tables["exits"].query("ending == 'sold_by_bidding' and route == 'venue'").head(1)
    names = ["round", "stage", "entered_date", "left_date"]
    stages = pd.DataFrame(rows, columns=names).assign(exit_id=exits["exit_id"].iloc[0], stage_days=0)
    return stages_of_exit({**tables, "exits": exits, "stages": stages}, info, "en").figure


def test_waits_between_stages_are_drawn_and_told(tables: Tables, info: RunInfo) -> None:
    figure = through_stages(tables, info, [
        (0, "wished", "2021-01-04", "2021-02-01"), (0, "custody", "2021-03-01", "2021-03-05"),
        (1, "intent", "2021-03-05", "2021-03-10"), (2, "intent", "2021-04-01", "2021-04-06"),
        (2, "published", "2021-04-20", "2021-04-22"), (2, "bidding", "2021-04-22", "2021-04-26"),
        (2, "signed", "2021-05-26", "2021-05-28"), (2, "registered", "2021-06-04", "2021-06-08"),
        (2, "paid", "2021-06-04", "2021-06-04"),
    ])  # fmt: skip
    told = texts(figure)
    for wait in ("looks for a way out 28 d", "pause before a further round 22 d", "GP's consent 14 d",
                 "partners' notice 30 d", "until the payment 7 d"):  # fmt: skip
        assert told.count(wait) == 1
    assert len(figure.axes[0].get_lines()) == 5


def test_bars_of_stages_have_nothing_sticking_out(tables: Tables, info: RunInfo) -> None:
    axes = through_stages(tables, info, [(1, "intent", "2021-03-05", "2021-03-10"),
                                         (1, "published", "2021-03-10", "2021-03-12")]).axes[0]  # fmt: skip
    assert axes.get_lines() == []
    assert [bar.get_width() for bar in axes.patches] == [5, 2]


def test_flows_of_money_add_up_to_the_mean_of_a_replication(drawn: dict[str, Drawn], tables: Tables) -> None:
    total = tables["recycling"]["amount_cny"].sum() / 6
    assert drawn["recycling"].data["amount_cny"].sum() == pytest.approx(total)


def test_files_are_the_same_bytes_each_time_and_tell_neither_time_nor_software(tables: Tables, info: RunInfo) -> None:
    first, again = (figure_files(run_figures(tables, info, "en")) for _ in range(2))
    assert first == again
    assert set(first) == {f"figures/{name}.{kind}" for name in NAMES for kind in ("svg", "png", "csv")}
    for name, content in first.items():
        assert matplotlib.__version__.encode() not in content, name
        if name.endswith(".svg"):
            assert b"<metadata" not in content
            assert b"<text" not in content


def test_pngs_are_wide_enough_for_a_paper(drawn: dict[str, Drawn]) -> None:
    from PIL import Image

    image = Image.open(io.BytesIO(png_bytes(drawn["price_to_nav"].figure)))
    assert image.size == (2200, 1000)


@pytest.mark.parametrize(("language", "told"), [("en", "the first 6 of 40 replications"), ("zh", "40 次重复中的前 6")])
def test_a_figure_of_the_first_replications_says_so_in_its_caption_and_in_its_numbers(tables, info, language, told):
    rests_on = len(tables["runs"])
    assert rests_on == info.replications == 6
    of_all, of_some = (run_figures(tables, info, language, of=of) for of in (rests_on, 40))
    for whole, first in zip(of_all, of_some, strict=True):
        assert told not in whole.caption
        if first.name != "stages_of_exit":  # which shows one exit
            assert first.caption == whole.caption + phrase("figure_of_the_first", language, drawn=6, n=40)
            assert told in first.caption
            assert set(first.data["drawn_from"]) == {rests_on}
        assert not re.search("all replications", first.caption)


def test_a_run_without_exits_says_so_in_every_figure(info: RunInfo) -> None:
    tables = replication_tables(info, made_up_record(0, exits=0))
    for one in run_figures(tables, replace(info, replications=1), "en"):
        assert re.search("no exit", texts(one.figure)), one.name
        assert png_bytes(one.figure).startswith(b"\x89PNG")
        assert len(one.data) == 0 or isinstance(one.data, pd.DataFrame)


def test_one_replication_is_drawn_without_intervals_between_replications(info: RunInfo) -> None:
    tables = replication_tables(info, made_up_record(0, exits=60))
    alone = {one.name: one for one in run_figures(tables, replace(info, replications=1), "en")}
    assert alone["price_to_nav"].data["low"].isna().all()
    assert time_to_exit(tables["exits"], info, "en").data["low"].notna().any()


def test_a_market_with_only_waiting_state_sellers_says_that_others_have_no_exit(tables: Tables, info: RunInfo) -> None:
    exits = tables["exits"].query("is_state == 1 and ending == 'open'")
    for one in run_figures({**tables, "exits": exits}, info, "en")[:2]:
        assert "no exit in this group" in texts(one.figure)
        assert "central SOE" in texts(one.figure) or one.name == "ways_out"


def test_a_handful_of_exits_is_shown_to_the_last(tables: Tables, info: RunInfo) -> None:
    few = tables["exits"].query("lp_kind == 'central_soe' and event == 1").head(4)
    figure = time_to_exit(few, info, "en").figure
    last = min(few["followed_days"].max(), 5 * 365.25)
    assert last < figure.axes[0].get_xlim()[1] * 365.25 < 1.05 * last


def test_one_sale_is_a_step_on_its_day_within_the_frame(tables: Tables, info: RunInfo) -> None:
    """Neither the frame's end, which is that day's, nor a grid of weeks hides it."""
    one = tables["exits"].query("is_state == 1 and sold == 1 and route == 'venue'").head(1)
    day = float(one["followed_days"].iloc[0])
    for drawing, before, after in ((time_to_exit, 1.0, 0.0), (ways_out, 0.0, 1.0)):
        axes = drawing(one, info, "en").figure.axes[0]
        days, values = np.array(axes.get_lines()[0].get_data()) * [[365.25], [1.0]]
        assert values[days < day - 0.01].tolist() == [before] * int((days < day - 0.01).sum())
        assert values[np.abs(days - day) < 0.01].tolist() == [after]
        assert axes.get_xlim()[1] * 365.25 > 1.01 * day


def test_a_curve_ends_with_the_last_day_on_which_anybody_was_followed(tables: Tables, info: RunInfo) -> None:
    waiting = (
        tables["exits"].query("lp_kind == 'central_soe' and ending == 'open'").sort_values("followed_days").head(3)
    )
    days, values = time_to_exit(waiting, info, "en").figure.axes[0].get_lines()[0].get_data()
    assert days[~np.isnan(values)].max() * 365.25 == pytest.approx(waiting["followed_days"].max())
    assert np.isnan(values[-1])


def test_a_way_out_has_one_colour_in_both_halves(tables: Tables, info: RunInfo) -> None:
    """State sellers of this market never leave by agreement: their other ways keep the colours that others have."""
    exits = tables["exits"]
    exits = exits[(exits["is_state"] == 0) | (exits["route"] != "agreement")]
    halves = [axes for axes in ways_out(exits, info, "en").figure.axes if axes.get_legend()]
    colours = [{line.get_label(): line.get_color() for line in axes.get_lines()} for axes in halves]
    shared = set(colours[0]) & set(colours[1])
    assert shared
    assert set(colours[0]) != set(colours[1])
    assert {name: colours[0][name] for name in shared} == {name: colours[1][name] for name in shared}
