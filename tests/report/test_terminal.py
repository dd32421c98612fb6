"""The terminal summary fits 80 columns in both languages and is plain where nobody looks."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pandas as pd
import pytest
from made_up_market import made_up_record
from rich.cells import cell_len
from rich.console import Console

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.measures import summary
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.tables import Tables, replication_tables
from sfund_sim.report.terminal import print_summary, summary_data


@pytest.fixture(scope="module")
def numbers(tables: Tables, info: RunInfo) -> pd.DataFrame:
    return summary(tables, info)


def printed(numbers: pd.DataFrame, info: RunInfo, language: Language) -> str:
    file = io.StringIO()
    print_summary(numbers, info, language=language, console=Console(file=file, width=200))
    return file.getvalue()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [30, 40, 60, 79])
def test_a_narrow_terminal_loses_no_number(
    numbers: pd.DataFrame, info: RunInfo, language: Language, width: int
) -> None:
    def numbers_of(text: str) -> list[str]:
        return re.findall(r"\d[\d,.]*", text.replace("\n", " "))

    file = io.StringIO()
    print_summary(numbers, info, language=language, console=Console(file=file, width=width))
    narrow = file.getvalue()
    assert max(cell_len(line) for line in narrow.splitlines()) <= width
    assert sorted(numbers_of(narrow)) == sorted(numbers_of(printed(numbers, info, language)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_summary_fits_80_columns_without_cutting_a_number(
    numbers: pd.DataFrame, info: RunInfo, language: Language
) -> None:
    text = printed(numbers, info, language)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert "…" not in text
    assert "\x1b" not in text
    assert not any(line[:1] in tuple("，。；：）、") for line in text.splitlines())
    assert all(len(line) > 2 for line in text.splitlines() if line.startswith("-"))


def test_medians_and_intervals_are_those_of_the_summary(numbers: pd.DataFrame, info: RunInfo) -> None:
    text = printed(numbers, info, "en")
    table = numbers.set_index(["outcome", "group_by", "group"])
    days = table.loc[("median_exit_days", "lp_kind", "guidance_fund")]
    line = next(line for line in text.splitlines() if line.strip().startswith("guidance fund"))
    assert f"{days['estimate']:,.0f} [{days['low']:,.0f}, {days['high']:,.0f}]" in line
    price = table.loc[("median_price_to_nav", "route", "venue")]
    line = next(line for line in text.splitlines() if line.strip().startswith("venue"))
    assert f"{100 * price['estimate']:.1f} [{100 * price['low']:.1f}, {100 * price['high']:.1f}]" in line


def test_each_number_has_its_own_n_before_it(numbers: pd.DataFrame, info: RunInfo) -> None:
    """Decisions to sell stand before the share sold and the time, sales before the price: state sellers have few."""
    table = numbers.set_index(["outcome", "group_by", "group"])["n"]
    line = next(line for line in printed(numbers, info, "en").splitlines() if line.strip().startswith("state sellers"))
    counts = [table.loc[(name, "is_state", "state")] for name in ("exits_count", "median_price_to_nav")]
    assert counts[0] > counts[1]
    assert re.fullmatch(rf" state sellers +{counts[0]:,} .+ {counts[1]:,} +\d+ \[\d+, \d+\] *", line), line


def test_sales_by_route_are_sales_and_what_liquidations_paid_is_told_apart(
    numbers: pd.DataFrame, info: RunInfo
) -> None:
    text = " ".join(printed(numbers, info, "en").split())
    by_route = text.partition("Sales by route")[2].partition(" - Of ")[0]
    assert "liquidation" not in by_route
    n = numbers.set_index(["outcome", "group_by", "group"]).loc[("median_liquidation_to_nav", "all", "all"), "n"]
    assert re.search(rf"Median of what liquidations paid out, to reported NAV: [\d.]+% \[.+?\] \(n = {n}\)", text)


def test_chinese_summary_names_kinds_in_chinese(numbers: pd.DataFrame, info: RunInfo) -> None:
    text = printed(numbers, info, "zh")
    for expected in ("中央企业", "政府引导基金", "平台转让", "未达到" if "未达到" in text else "用时中位数"):
        assert expected in text


def test_headers_of_days_say_that_they_are_days(numbers: pd.DataFrame, info: RunInfo) -> None:
    chinese, english = (re.sub(r"\s+", "", printed(numbers, info, language)) for language in ("zh", "en"))
    assert "用时中位数（天）" in chinese
    assert "成交用时（天）" in chinese
    assert "mediandays" in english
    assert "days,sold" in english


def test_one_replication_and_an_empty_run_are_printed_plainly(info: RunInfo) -> None:
    alone = replace(info, replications=1)
    one = summary(replication_tables(alone, made_up_record(0, exits=60)), alone)
    assert "no intervals" in printed(one, alone, "en")
    none = summary(replication_tables(alone, made_up_record(0, exits=0)), alone)
    assert "A made-up market" in printed(none, alone, "en")


def test_summary_data_is_json_with_null_for_what_is_missing(numbers: pd.DataFrame, info: RunInfo) -> None:
    data = json.loads(json.dumps(summary_data(numbers, info), allow_nan=False))
    assert data["scenario_id"] == "made_up"
    assert len(data["outcomes"]) == len(numbers)
    assert any(row["low"] is None for row in data["outcomes"]) == bool(numbers["low"].isna().any())
    assert data["outcomes"][0]["replications"] == 6
