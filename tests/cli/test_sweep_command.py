"""``sfund sweep`` in its users' terms: one command, one folder, one line for a mistake."""

from __future__ import annotations

import csv
import json
import re

import pytest
from html_pages import check_page, folded_rows, half

from sfund_sim.cli import main

pytestmark = pytest.mark.usefixtures("unpainted")

TEXT = """extends: beijing_pilot
schema_version: 1
name: tiny
population: {funds: {count: 30}}
horizon: {end: 2022-12-31}
experiment:
  levers:
    venues.beijing.disclosure.days: [10, 30]
    venues.beijing.auction: [first_price, second_price]
  outcomes: [share_sold, mean_bidders]
  group_by: [all, is_state]
  replications: 2
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("sweeps") / "tiny.yaml"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.fixture(scope="module")
def folder(file):
    place = file.parent / "sweep"
    assert main(["sweep", str(file), "--out", str(place), "--workers", "1", "--seed", "3", "--quiet"]) == 0
    return place


def rows(path):
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def test_a_sweep_leaves_tables_figures_with_their_numbers_and_a_page(folder):
    assert {path.name for path in folder.iterdir()} == {
        "dictionary.csv", "effects.csv", "figures", "manifest.json", "points.csv", "report.html",
        "scenario.resolved.yaml", "summary.csv", "values.csv",
    }  # fmt: skip
    figures = {path.name for path in (folder / "figures").iterdir()}
    for name in (
        "response_disclosure_days",
        "response_beijing_auction_by_is_state",
        "map_disclosure_days_beijing_auction",
    ):
        assert {f"{name}.{kind}" for kind in ("svg", "png", "csv")} <= figures
    assert [row["venues.beijing.auction"] for row in rows(folder / "points.csv")] == ["first_price", "second_price"] * 2
    assert {row["run_id"] for row in rows(folder / "values.csv")} == {
        f"P{p}-R{r}" for p in (1, 2, 3, 4) for r in (1, 2)
    }
    assert {row["policy_id"] for row in rows(folder / "effects.csv")} == {"2", "3", "4"}
    page = (folder / "report.html").read_text("utf-8")
    assert page.count("<figure>") == 10
    assert "与第一个政策组合的差异" in page


def test_the_page_tells_values_as_people_read_them_with_their_unit(tmp_path):
    file = tmp_path / "range.yaml"
    experiment = """experiment:
  levers:
    population.buyers.market_s_fund.mean_capital_cny: [5.0e+7, 5.0e+8]
  outcomes: [share_sold]
  replications: 1
"""
    file.write_text(TEXT.partition("experiment:")[0] + experiment, "utf-8")
    assert main(["sweep", str(file), "--out", str(tmp_path / "s"), "--workers", "1", "--quiet"]) == 0
    page = (tmp_path / "s/report.html").read_text("utf-8")
    assert "50,000,000, 500,000,000 yuan" in half(page, "en")
    assert "50,000,000、500,000,000 元" in half(page, "zh")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_lists_all_assumptions_and_marks_those_that_are_varied(folder, tmp_path, language):
    page = (folder / "report.html").read_text("utf-8")
    check_page(page)
    listed = tmp_path / "listed.csv"
    words = ["explain", "scenario", str(folder / "scenario.resolved.yaml"), "--sources", "--status", "assumption"]
    assert main([*words, "--csv", str(listed)]) == 0
    shown = folded_rows(page, language)
    assert [(path, value.split("|")[0]) for path, value, *_ in shown] == [
        (row["path"], row["value"]) for row in rows(listed)
    ]
    assert ("<br>定向披露的工作日数<" in half(page, language)) is (language == "zh")
    varied = {path for path, value, *_ in shown if ("变动" if language == "zh" else "varied") in value}
    assert varied == {path for path, *_ in shown if path.startswith("venues.beijing.auction.")} != set()


def test_the_page_says_against_what_differences_are_and_in_percentage_points(folder):
    english, chinese = (half((folder / "report.html").read_text("utf-8"), language) for language in ("en", "zh"))
    first = "venues.beijing.disclosure.days = 10, venues.beijing.auction = first_price"
    assert f"First combination: {first}." in english
    assert f"第一个组合：{first}。" in chinese
    level, size = r'<td class="number">[\d.]+%</td>', r'<td class="number">[+-][\d.]+ percentage points<'
    assert re.search(f"<td>share sold</td>{level}{size}", english)
    titles = re.findall(r"<h3>.*?\. (.*?)</h3>", english)
    assert len(titles) == len(set(titles)) == 5


def test_the_page_says_what_packages_and_further_paths_set_and_warns_of_a_single_replication(tmp_path):
    levers = TEXT[TEXT.index("    venues.") : TEXT.index("  outcomes")]
    text = TEXT.replace(levers,
        "    venues.beijing.disclosure.days: [10]\n"
        "  packages: {search: {'as <it> is': {}, wide: {venues.beijing.disclosure.invited: 60}}}\n"
        "  uncertainties:\n"
        "    population.buyers.market_s_fund.signal_log_sd:\n"
        "      {values: [0.1, 0.2], also: [population.buyers.insurer.signal_log_sd]}\n")  # fmt: skip
    (tmp_path / "packed.yaml").write_text(text, "utf-8")
    command = ["sweep", str(tmp_path / "packed.yaml"), "--reps", "1", "--workers", "1", "-q"]
    assert main([*command, "--out", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out/report.html").read_text("utf-8")
    check_page(page)
    assert "as &lt;it&gt; is: nothing changed<br>wide: venues.beijing.disclosure.invited = 60" in half(page, "en")
    paths = "population.buyers.market_s_fund.signal_log_sd<br>population.buyers.insurer.signal_log_sd"
    assert paths in half(page, "en")
    assert "Only one replication was run" in page
    varied = {path for path, value, *_ in folded_rows(page, "en") if "varied" in value}
    assert varied == {"venues.beijing.disclosure.invited", *paths.split("<br>")}


def test_a_run_that_failed_is_told_on_the_page(file, tmp_path, monkeypatch):
    from sfund_sim.experiments import executor
    from sfund_sim.experiments.replication import Failure

    real, failure = executor.replicate, Failure(3, 5, "ArithmeticError: no market", "Traceback ...")
    monkeypatch.setattr(executor, "replicate", lambda job, number: failure if number == 3 else real(job, number))
    words = ["sweep", str(file), "--workers", "1", "--on-error", "continue", "-q", "--out", str(tmp_path / "out")]
    assert main(words) == 1
    page = (tmp_path / "out/report.html").read_text("utf-8")
    assert "1 of 8 runs failed and are missing from all results" in half(page, "en")
    assert "8 次运行中有 1 次失败" in half(page, "zh")


def test_the_manifest_says_what_was_run_and_how_to_repeat_it(folder, file):
    about = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (about["design"], about["points"], about["replications"], about["seed"]) == ("grid", 4, 2, 3)
    assert about["command"] == f"sfund sweep {file} --reps 2 --seed 3"
    assert set(about["outputs"]) >= {"values.csv", "report.html"}


def test_the_folder_s_own_scenario_gives_the_sweep_again(folder, tmp_path, capfd):
    again = [
        "sweep",
        str(folder / "scenario.resolved.yaml"),
        "--seed",
        "3",
        "--out",
        str(tmp_path / "again"),
        "--no-report",
    ]
    assert main([*again, "--workers", "2", "--lang", "zh"]) == 0
    told = capfd.readouterr().out
    assert "结果：" in told
    assert re.search(r"成交占比 +[+-][\d.]+个百分点 \[", told)
    assert re.search(r"指标 +差异 \[95%\]", told)
    page, joined = half((folder / "report.html").read_text("utf-8"), "zh"), re.sub(r"\s+", "", told)
    combinations = set(re.findall(r"<tr><td class=\"path\">(venues[^<]* = [^<]*)</td><td>", page))
    assert len(combinations) == 3
    assert all(re.sub(r"\s+", "", one) in joined for one in combinations)
    assert "第一个组合：venues.beijing.disclosure.days=10,venues.beijing.auction=first_price。" in joined
    for name in ("points.csv", "values.csv", "summary.csv", "effects.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_a_sweep_can_be_audited_and_says_that_it_is_no_run(folder, capfd):
    assert main(["audit", str(folder)]) == 0
    told = capfd.readouterr().out
    assert "0 ledgers" in told
    assert "comparisons and sweeps have no ledgers" in told
    assert told.count("ok ") == 2, "only hashes are checked"
    for command in (["replay", str(folder)], ["explain", "exit", str(folder), "R1-X0"]):
        assert main(command) == 2
        assert (
            "holds a sweep; to repeat it, type inside that folder: sfund sweep scenario.resolved.yaml"
            in capfd.readouterr().err
        )
    assert main(["replay", str(folder), "--lang", "zh"]) == 2
    assert "其中是设计试验的结果；要重复它，请在该文件夹内运行：sfund sweep scenario" in capfd.readouterr().err


def morris(path, outcomes="[share_sold, mean_bidders]"):
    """The tiny scenario with Morris's design over three parameters."""
    head = TEXT.partition("experiment:")[0]
    path.write_text(
        head + "experiment:\n  uncertainties:\n"
        "    venues.beijing.disclosure.days: {low: 5, high: 40}\n"
        "    venues.beijing.disclosure.invited: {low: 5, high: 40}\n"
        "    venues.beijing.disclosure.leak_cost_share: {low: 0.0, high: 0.1}\n"
        "  design: morris\n  trajectories: 3\n"
        f"  outcomes: {outcomes}\n  group_by: [all, is_state]\n  replications: 2\n",
        "utf-8",
    )
    return path


@pytest.mark.parametrize("columns", ["40", "80"])
def test_levers_of_long_names_are_told_apart_and_headed_in_the_reader_s_language(tmp_path, capfd, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    words = ["sweep", str(morris(tmp_path / "two.yaml")), "--workers", "1", "--no-report", "--lang", "zh"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    told = capfd.readouterr().out
    joined = re.sub(r"\s+", "", told)
    assert joined.count("disclosure.days") == joined.count("disclosure.invited") == 2, "once an outcome"
    assert "mu_star [95%]" in told
    assert not re.search(r"\b(factor|index|estimate)\b", told)
    assert "mu_star：全区间的平均绝对效应；sigma：离散程度" in joined
    assert "此处未列出：按国有或其他转让方划分的结果；见sensitivity.csv。" in joined


def test_effects_of_whole_ranges_have_their_unit_and_no_outcome_is_cut(tmp_path, capfd):
    """Rounded to two decimals, effects of a few percentage points would look as if the factor changed nothing."""
    outcomes = "[share_sold, mean_bidders, restricted_mean_exit_days, volume_cny, hit_rate]"
    words = ["sweep", str(morris(tmp_path / "many.yaml", outcomes)), "--workers", "1", "--no-report"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    told = capfd.readouterr().out
    for title in ("share sold (percentage points)", "bidders per round", "mean time to exit, up to 3 years (days)",
                  "volume (m yuan)", "hit rate of a round (percentage points)"):  # fmt: skip
        assert f"\n{title} " in f"\n{told}"
    found = rows(tmp_path / "out/sensitivity.csv")
    star = {row["factor"]: float(row["estimate"]) for row in found
            if (row["outcome"], row["index"], row["group"]) == ("share_sold", "mu_star", "all")}  # fmt: skip
    lines = re.findall(r"^ venues\.beijing\.disclosure\.(\w+) +(\S+) \[.*?\] +(\S+) \[.*?\]", told, re.MULTILINE)
    assert len(lines) == 5 * 3, "mu_star and sigma stand in one row"
    shown = [(name, float(number)) for name, number, _ in lines[:3]]
    assert [name for name, _ in shown] == sorted(
        dict(shown), key=lambda name: -star[f"venues.beijing.disclosure.{name}"]
    )
    for name, number in shown:
        assert number == pytest.approx(100 * star[f"venues.beijing.disclosure.{name}"], rel=0.06)
        assert (number == 0) == (star[f"venues.beijing.disclosure.{name}"] == 0)


def test_groups_are_named_and_what_is_not_shown_is_said(tmp_path, capfd):
    text = TEXT.replace("[all, is_state]", "[is_state]").replace("[10, 30]", "[5, 10, 15, 20, 25, 30, 35]")
    (tmp_path / "groups.yaml").write_text(text, "utf-8")
    words = ["sweep", str(tmp_path / "groups.yaml"), "--reps", "1", "--workers", "1", "--out", str(tmp_path / "out")]
    assert main(words) == 0
    told = capfd.readouterr().out
    assert told.count(" share sold: state sellers ") == told.count(" share sold: other sellers ") == 6
    assert " share sold  " not in told
    assert "Not shown here: 7 combinations of levers; see effects.csv." in told
    page = (tmp_path / "out/report.html").read_text("utf-8")
    assert "<td>share sold: state sellers</td>" in half(page, "en")
    assert "<td>成交占比：国有转让方</td>" in half(page, "zh")
    maps = {path.name for path in (tmp_path / "out/figures").glob("map_*.csv")}
    assert maps == {f"map_disclosure_days_beijing_auction_of_{kind}.csv" for kind in ("state", "non_state")}
    assert "first_price（一次报价）" in half(page, "zh")


def test_json_has_the_tables_and_a_sensitivity_design_its_indices(file, tmp_path, capfd):
    sobol = TEXT.replace("    venues.beijing.auction: [first_price, second_price]\n", "").replace(
        "levers:", "uncertainties:"
    )
    sobol = sobol.replace("[10, 30]", "{low: 5, high: 40}").replace(
        "  outcomes", "  design: sobol\n  points: 2\n  outcomes"
    )
    path = tmp_path / "sobol.yaml"
    path.write_text(sobol, "utf-8")
    assert main(["sweep", str(path), "--out", str(tmp_path / "s"), "--reps", "1", "--workers", "1", "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert {row["index"] for row in told["sensitivity"]} == {"S1", "ST"}
    assert len(told["points"]) == 6
    assert (tmp_path / "s/figures/sensitivity.svg").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("[10, 30]", "[10, 5000]"), "tiny.yaml:8:42: venues.beijing.disclosure.days: '5000' is out of range"),
        (("share_sold", "share_sould"), "tiny.yaml:10:14: there is no outcome 'share_sould'"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_nothing_is_written(tmp_path, monkeypatch, capfd, change, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(TEXT.replace(*change), "utf-8")
    assert main(["sweep", "tiny.yaml"]) == 2
    complaint = capfd.readouterr().err
    assert words in complaint
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.yaml"]


def test_a_scenario_without_an_experiment_is_wrong_input(capfd):
    assert main(["sweep", "beijing_pilot"]) == 2
    assert "experiment" in capfd.readouterr().err


def test_levers_that_end_alike_have_figures_of_their_own(tmp_path, capfd):
    path = "population.lps.{}.triggers.term_near.annual_hazard"
    levers = "".join(f"    {path.format(kind)}: [0.1, 0.5]\n" for kind in ("central_soe", "local_soe", "guidance_fund"))
    text = f"extends: beijing_pilot\nexperiment:\n  outcomes: [share_sold]\n  levers:\n{levers}"
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    size = ["--set", "population.funds.count=5", "--set", "horizon.end=2019-12-31", "--reps", "1", "--workers", "1"]
    assert main(["sweep", str(tmp_path / "mine.yaml"), *size, "--out", str(tmp_path / "out"), "--quiet"]) == 0
    names = sorted(path.stem for path in (tmp_path / "out/figures").glob("*.svg"))
    assert len(names) == 6
    assert "response_local_soe_triggers_term_near_annual_hazard" in names
