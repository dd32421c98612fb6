"""Warnings reach a Chinese reader in Chinese, whatever room they come from."""

from __future__ import annotations

import re

import pytest

import sfund_sim as sf
from sfund_sim.experiments.failures import missing_note
from sfund_sim.experiments.replication import Failure
from sfund_sim.report.run_files import report_files
from sfund_sim.report.warning_words import warning_text


def chinese_half(page: str) -> str:
    return page[page.index('<main lang="zh-CN">') :]


def test_the_chinese_half_of_a_report_has_no_english_warning() -> None:
    few = ["population.funds.count=2", "horizon={start: 1990-01-01, end: 1991-12-31}", "policy=[]"]
    results = sf.run(sf.load_scenario("beijing_pilot", few), replications=2, workers=1)
    assert results.warnings == ("working days of 1990, 1991: statutory holidays without exchanged weekends",)
    tables = results.tables()
    first = {name: table[table["rep"] == 1] for name, table in tables.items()}
    page = report_files(results, {**tables, **first}, "en")["report.html"].decode()
    told = re.findall('<p class="warning">(.*?)</p>', chinese_half(page))
    assert len(told) == len(results.warnings) + 1  # and that few replications are drawn
    assert [one for one in told if re.search("[A-Za-z]{2}", one)] == []
    assert "figures are drawn from the first 1 of 2 replications" in page


@pytest.mark.parametrize("count", [1, 30])
def test_missing_runs_are_told_in_chinese(count: int) -> None:
    [english] = missing_note([Failure(number, 1, "reason", "story") for number in range(1, count + 1)], 40)
    assert warning_text(english, "en") == english
    assert re.fullmatch(
        rf"40 次运行中有 {count} 次失败，全部结果均不含这些运行（见 failures.csv）：.*", warning_text(english, "zh")
    )


def test_years_without_holidays_are_told_in_chinese() -> None:
    assert warning_text("working days of 2101: weekends only", "zh") == "2101 年的工作日仅按周末推算，未计法定节假日"


def test_a_warning_of_another_kind_stays_as_it_is() -> None:
    assert warning_text("something else", "zh") == "something else"
