"""The report page: one file, both languages, nothing from outside, everything escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from html_pages import check_page
from made_up_market import made_up_record
from markupsafe import escape

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.dictionary import entry
from sfund_sim.outcomes.measures import summary
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.tables import Tables, replication_tables
from sfund_sim.report.assumptions import AssumptionRow
from sfund_sim.report.drawing import Drawn
from sfund_sim.report.figures import run_figures
from sfund_sim.report.findings import FINDINGS, SHARED_N, Summary, findings
from sfund_sim.report.report import ReportFacts, report_html
from sfund_sim.report.summary_tables import summary_tables
from sfund_sim.scenario.timeline import PolicyChange

POLICY = [PolicyChange(
    on=date(2020, 12, 10), because="CSRC approves <the> pilot", because_zh="证监会批复<试点>", source="P-JT & SEED",
    set={"venues.beijing.open": True},
)]  # fmt: skip
ASSUMPTIONS = (AssumptionRow("economy.market_volatility", "0.25", "1/year", "R-h <b>", "assumption"),)


@pytest.fixture(scope="module")
def numbers(tables: Tables, info: RunInfo) -> pd.DataFrame:
    return summary(tables, info)


@pytest.fixture(scope="module")
def figures(tables: Tables, info: RunInfo) -> dict[Language, list[Drawn]]:
    return {language: run_figures(tables, info, language) for language in ("en", "zh")}


@pytest.fixture(scope="module")
def page(info: RunInfo, numbers: pd.DataFrame, figures: dict[Language, list[Drawn]]) -> str:
    facts = ReportFacts(info, "sfund run x.yaml --seed 1", POLICY, ASSUMPTIONS, ("<script>alert(1)</script>",))
    return report_html(facts, numbers, figures)


def test_the_page_is_well_formed_and_asks_nothing_of_the_network(page: str) -> None:
    check_page(page)
    assert set(re.findall(r'https?://[^"\s<]*', page)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_what_is_wider_than_a_telephone_says_so_in_both_languages_and_intervals_stay_whole(page: str) -> None:
    for language, cue in (("en", "scroll sideways"), ("zh-CN", "可左右滑动")):
        assert re.search(rf'main\[lang={language}\] \.wide::before {{ content: "[^"]*{cue}', page)
    assert page.count("<svg") == page.count('<div class="wide"><svg'), (
        "every figure scrolls within a frame that says so"
    )
    assert "td .interval { white-space: nowrap; }" in page
    printed = page[page.index("@media print") :]
    assert ".wide::before { display: none; }" in printed


def test_what_liquidations_pay_stands_in_a_column_of_its_own(numbers: pd.DataFrame, info: RunInfo) -> None:
    """The table by route has no price in the row of liquidations, and no liquidation in the rows of sales."""
    by_route = next(
        table for table in summary_tables(Summary(numbers), info, "en") if table.title == "Pricing by route"
    )
    rows = {row.label: dict(zip(by_route.headings, row.cells, strict=True)) for row in by_route.rows}
    proceeds = "median liquidation proceeds to NAV"
    shown = {name for name, cell in rows["liquidation"].items() if cell.n}
    assert shown == {"decisions to sell", proceeds}
    assert {rows[route][proceeds].n for route in ("agreement", "venue")} == {""}


def test_what_users_wrote_is_escaped(page: str) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "CSRC approves &lt;the&gt; pilot" in page
    assert "P-JT &amp; SEED" in page
    assert "R-h &lt;b&gt;" in page


def test_both_languages_are_inside_and_the_wanted_one_is_shown_first(
    page: str, info: RunInfo, numbers: pd.DataFrame, figures: dict[Language, list[Drawn]]
) -> None:
    assert page.count("<main") == 2
    assert "A made-up market" in page
    assert "虚构市场" in page
    assert re.search(r'id="show-en" checked', page)
    chinese = report_html(ReportFacts(info, "x"), numbers, figures, language="zh")
    assert re.search(r'id="show-zh" checked', chinese)
    assert chinese.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')


def test_the_page_says_how_to_repeat_the_run_and_what_it_leans_on(page: str, info: RunInfo) -> None:
    for text in (
        "sfund run x.yaml --seed 1",
        info.scenario_hash,
        "economy.market_volatility",
        "venues.beijing.open = true",
    ):
        assert page.count(text) == 2, text


def test_the_page_is_the_same_each_time(
    page: str, info: RunInfo, numbers: pd.DataFrame, figures: dict[Language, list[Drawn]]
) -> None:
    facts = ReportFacts(info, "sfund run x.yaml --seed 1", POLICY, ASSUMPTIONS, ("<script>alert(1)</script>",))
    assert report_html(facts, numbers, figures) == page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_ways_in_which_a_wish_can_end_are_told_and_add_up(numbers: pd.DataFrame, language: Language) -> None:
    first = findings(Summary(numbers), language)[0]
    shares = [float(share) for share in re.findall(r"([\d.]+)% \[", first)]
    assert len(shares) == 4
    counts = numbers.query("group_by == 'all'").set_index("outcome")["estimate"]
    replaced = 100 * counts["loans_repaid_count"] / counts["exits_count"]  # The sentence on loans tells these.
    assert replaced > 0
    assert sum(shares) + replaced == pytest.approx(100, abs=0.2)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_of_a_finding_is_followed_by_its_own_n(numbers: pd.DataFrame, language: Language) -> None:
    every = numbers.assign(n=range(1001, 1001 + len(numbers)))
    sentences = findings(Summary(every), language)
    assert len(sentences) == len(FINDINGS)
    for sentence, cells in zip(sentences, FINDINGS.values(), strict=True):
        for cell in cells.values():
            number = re.escape(Summary(every).text(cell, language))
            n = f"n\xa0=\xa0{Summary(every).n(cell):,}"
            assert re.search(rf"{number}[^\[]*{n}", sentence), (sentence, cell)
    assert "{" not in "".join(sentences)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_numbers_of_the_same_rows_share_one_n_and_no_number_is_left_without(
    numbers: pd.DataFrame, language: Language
) -> None:
    summary = Summary(numbers)
    for sentence, cells in zip(findings(summary, language), FINDINGS.values(), strict=True):
        told = [int(n.replace(",", "")) for n in re.findall(r"n\xa0=\xa0([\d,]+)", sentence)]
        own = [summary.n(cell) for place, cell in cells.items() if place not in SHARED_N]
        assert told == own, sentence
        assert {summary.n(cell) for cell in cells.values()} == set(own)
        assert re.search(r"\d \[|% \[", sentence)


def test_one_decision_is_no_decisions(numbers: pd.DataFrame) -> None:
    alone = numbers.copy()
    alone.loc[alone["outcome"] == "exits_count", ["estimate", "low", "high"]] = (1, float("nan"), float("nan"))
    assert findings(Summary(alone), "en")[0].startswith("Of 1 decision to sell")
    assert " decisions to sell" in findings(Summary(numbers), "en")[0]


def test_a_finding_with_nothing_behind_it_is_left_out(numbers: pd.DataFrame) -> None:
    without = numbers[~numbers["outcome"].isin(["mean_bidders", "hit_rate", "hit_rate_one_year"])]
    sentences = findings(Summary(without), "en")
    assert len(sentences) == len(FINDINGS) - 1
    assert not any("bidders" in sentence for sentence in sentences)


@pytest.mark.parametrize(("language", "year"), [("en", "within a year"), ("zh", "一年内")])
def test_a_run_of_less_than_a_year_says_nothing_of_a_year(numbers: pd.DataFrame, language: Language, year: str) -> None:
    short = numbers.copy()
    short.loc[short["outcome"] == "share_out_in_one_year", ["estimate", "low", "high"]] = float("nan")
    told, brief = (findings(Summary(each), language)[1] for each in (numbers, short))
    assert year in told
    assert year not in brief
    assert "–" not in brief
    assert brief.rstrip(".。") in told


def test_tables_show_every_kind_of_seller_with_n_and_interval(numbers: pd.DataFrame, info: RunInfo) -> None:
    by_kind, by_period, endings, by_route, market = summary_tables(Summary(numbers), info, "en")
    assert len(by_kind.rows) == 8 + 3
    assert by_period.rows[0].label == "state sellers, before the first venue's opening"
    assert [row.label for row in by_route.rows] == ["agreement", "venue", "liquidation"]
    assert [row.label for row in endings.rows[:4]] == [
        "sold at a venue within a year", "sold by agreement within a year", "fund ended within a year",
        "given up within a year",
    ]  # fmt: skip
    assert len(endings.rows) == 8
    assert {"median best bid to floor", "cost of waiting per price, without urgency"} <= {
        row.label for row in market.rows
    }
    for table in (by_kind, by_period, endings, by_route, market):
        for row in table.rows:
            assert len(row.cells) == len(table.headings)
            known = [cell for cell in row.cells if cell.middle not in ("–", "not reached")]
            assert all(cell.n for cell in known)
            # The made-up market has the same number of wishes in every replication, and waiting costs a tenth of every
            # price, with urgency two: there is no spread to reckon with.
            assert {cell.middle for cell in known if not cell.interval} <= {"150", "10.0%", "20.0%"}


def test_one_replication_warns_that_there_are_no_intervals(info: RunInfo) -> None:
    alone = replace(info, replications=1)
    tables = replication_tables(alone, made_up_record(0, exits=80))
    figures: dict[Language, list[Drawn]] = {"en": [], "zh": []}
    page = report_html(ReportFacts(alone, "x"), summary(tables, alone), figures)
    assert "Only one replication was run" in page
    assert "仅运行一次重复" in page
    assert 'class="interval"' not in page


def test_a_median_that_fewer_than_half_reached_is_said_so(numbers: pd.DataFrame, info: RunInfo) -> None:
    waiting = numbers.copy()
    waiting.loc[waiting["outcome"] == "median_exit_days", ["estimate", "low", "high"]] = float("nan")
    assert "not reached" in findings(Summary(waiting), "en")[1]
    assert "未达到" in findings(Summary(waiting), "zh")[1]


def test_a_number_without_exits_behind_it_is_called_none_in_a_finding(numbers: pd.DataFrame) -> None:
    only_state = numbers[~((numbers["group_by"] == "is_state") & (numbers["group"] == "non_state"))]
    assert "none for other sellers (n\xa0=\xa00)" in findings(Summary(only_state), "en")[1]


def test_rows_and_tables_without_data_are_left_out(info: RunInfo) -> None:
    tables = replication_tables(info, made_up_record(0, exits=60))
    waiting = {**tables, "exits": tables["exits"].query("ending == 'open' and is_state == 1")}
    shown = summary_tables(Summary(summary({**waiting, "listings": tables["listings"][:0]}, info)), info, "en")
    assert "liquidation" not in [row.label for table in shown for row in table.rows]
    assert "other sellers" not in [row.label for row in shown[0].rows]
    assert all(any(cell.n for cell in row.cells) for table in shown for row in table.rows)


def test_every_outcome_of_the_summary_is_defined_on_the_page_in_both_languages(
    page: str, numbers: pd.DataFrame
) -> None:
    english, chinese = page.split("<main")[1:]
    for name in numbers["outcome"].unique():
        about = entry(name)
        for half, language in ((english, "en"), (chinese, "zh")):
            assert f'<span class="those">{name}</span>' in half
            assert str(escape(about.meaning(language))) in half
