"""``sfund merge``, ``export`` and ``bundle``, and the options by which work is shared out and taken up."""

from __future__ import annotations

import datetime
import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import sfund_sim as sf
from sfund_sim.cli import main
from sfund_sim.experiments.source_code import source_files, source_sha256
from sfund_sim.outcomes.dictionary import entry
from sfund_sim.report import exporting
from sfund_sim.report.exported_columns import stata_names
from sfund_sim.report.exporting import heading, read_table
from sfund_sim.report.latex import booktabs, escaped
from sfund_sim.report.parameter_words import unit_word
from sfund_sim.report.words import word
from sfund_sim.terms import Ending

FEW = ("--set", "population.funds.count=6")
SMALL = ("beijing_pilot", *FEW, "--reps", "3", "--seed", "5", "--workers", "1", "--no-report", "--quiet")
SWEEP = """extends: beijing_pilot
schema_version: 1
name: tiny
population: {funds: {count: 4}}
experiment:
  levers: {venues.beijing.disclosure.days: [10, 30]}
  outcomes: [share_sold]
  replications: 2
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("runs") / "run"
    assert main(["run", *SMALL, "--out", str(place)]) == 0
    return place


def contents(folder):
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: content for name, content in files.items() if name != "manifest.json"}


def shares_of(command, out, count=2):
    for number in range(1, count + 1):
        assert main([*command, "--out", str(out), "--shard", f"{number}/{count}"]) == 0
    return [str(out.with_name(f"{out.name}.shard-{number}-of-{count}")) for number in range(1, count + 1)]


def test_merged_shares_are_the_plain_run(folder, tmp_path, capfd):
    shares = shares_of(["run", *SMALL], tmp_path / "run")
    out, advice = capfd.readouterr()
    assert out.split() == shares
    assert "sfund merge SHARE..." in advice
    assert main(["merge", *shares, "--out", str(tmp_path / "run")]) == 0
    assert contents(tmp_path / "run") == contents(folder)
    manifest = json.loads((tmp_path / "run/manifest.json").read_text())
    assert manifest["command"] == manifest["repeat_in_this_folder"]
    assert {path.name for path in tmp_path.iterdir()} == {"run", *(Path(share).name for share in shares)}
    assert main(["audit", str(tmp_path / "run")]) == 0


def test_merged_shares_are_the_plain_comparison(tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text("extends: beijing_pilot\nschema_version: 1\nname: other\nstate_assets: {exempt_share: 0.9}\n")
    command = ["compare", "beijing_pilot", str(other), *SMALL[1:]]
    assert main([*command, "--out", str(tmp_path / "plain")]) == 0
    shares = shares_of(command, tmp_path / "joined")
    assert main(["merge", *shares, "--out", str(tmp_path / "joined")]) == 0
    assert contents(tmp_path / "joined") == contents(tmp_path / "plain")


def test_merged_shares_are_the_plain_sweep(tmp_path, capfd):
    file = tmp_path / "tiny.yaml"
    file.write_text(SWEEP)
    command = ["sweep", str(file), "--workers", "1", "--no-report", "--quiet"]
    assert main([*command, "--out", str(tmp_path / "plain")]) == 0
    shares = shares_of(command, tmp_path / "joined")
    capfd.readouterr()
    assert main(["merge", *shares, "-q", "--out", str(tmp_path / "joined")]) == 0
    assert capfd.readouterr().out.splitlines() == [str(tmp_path / "joined")]
    assert contents(tmp_path / "joined") == contents(tmp_path / "plain")


@pytest.mark.parametrize(
    ("command", "tables"),
    [
        (["run", *SMALL, "--keep", "exits,ledger"], {"exits.parquet", "holdings.parquet"}),
        (["compare", "beijing_pilot", "before_pilot", *SMALL[1:]], {"replication_values.parquet"}),
        (["sweep", "SWEEP", *SMALL[1:]], {"values.parquet"}),
    ],
)
def test_parquet_tables_are_the_same_from_shares_and_say_how_to_get_them_again(tmp_path, command, tables):
    (tmp_path / "tiny.yaml").write_text(SWEEP)
    command = [str(tmp_path / "tiny.yaml") if word == "SWEEP" else word for word in (*command, "--tables", "parquet")]
    assert main([*command, "--out", str(tmp_path / "plain")]) == 0
    shares = shares_of(command, tmp_path / "joined")
    assert main(["merge", *shares, "--out", str(tmp_path / "joined")]) == 0
    assert contents(tmp_path / "joined") == contents(tmp_path / "plain")
    assert {name for name in contents(tmp_path / "plain") if name.endswith(".parquet")} == tables
    manifest = json.loads((tmp_path / "plain/manifest.json").read_text())
    assert "--tables parquet" in manifest["command"]
    assert "--tables parquet" in manifest["repeat_in_this_folder"]
    assert main(["audit", str(tmp_path / "plain")]) == 0
    assert main(["replay", str(tmp_path / "plain")]) == (0 if command[0] == "run" else 2)
    assert main(["export", str(tmp_path / "plain"), "--to", "dta", "--out", str(tmp_path / "dta")]) == 0
    assert {f"{Path(name).stem}.dta" for name in tables} <= {path.name for path in (tmp_path / "dta").iterdir()}


def test_going_on_keeps_what_was_to_be_kept_unless_told_otherwise(tmp_path, capfd):
    (share,) = shares_of(["run", *SMALL, "--tables", "parquet", "--keep", "votes"], tmp_path / "run", count=1)
    Path(share).rename(tmp_path / "run.partial")
    again = ["run", *SMALL, "--resume", str(tmp_path / "run")]
    assert main([*again, "--tables", "csv"]) == 2
    assert "form of tables parquet there, csv now" in capfd.readouterr().err
    assert main([*again, "--keep", "summary"]) == 2
    assert "tables kept votes there" in capfd.readouterr().err
    assert main(again) == 0
    assert (tmp_path / "run/votes.parquet").exists()
    assert not (tmp_path / "run/exits.parquet").exists()


def test_a_run_without_ledgers_is_audited_as_far_as_it_can_be_and_says_so(tmp_path, capfd):
    assert main(["run", *SMALL, "--keep", "summary", "--out", str(tmp_path / "run")]) == 0
    capfd.readouterr()
    assert main(["audit", str(tmp_path / "run")]) == 0
    told = capfd.readouterr().out
    assert "the run kept no ledgers (--keep); shares, money, holdings: not checked" in told
    assert "sealed" not in told
    assert main(["bundle", str(tmp_path / "run"), "--out", str(tmp_path / "bundle")]) == 0
    assert "--keep" in (tmp_path / "bundle/command.json").read_text()
    assert main(["run", *SMALL, "--keep", "exit", "--out", str(tmp_path / "two")]) == 2
    assert "'exit' is not allowed; allowed: usual, runs, summary, exits" in capfd.readouterr().err


def test_merge_speaks_the_language_asked_for(tmp_path, capfd):
    shares = shares_of(["run", *SMALL], tmp_path / "run")
    assert main(["merge", shares[0], "--out", str(tmp_path / "run"), "--lang", "zh"]) == 1
    assert "缺少分片：2/2" in capfd.readouterr().err
    assert main(["merge", *shares, "--out", str(tmp_path / "run"), "--lang", "zh"]) == 0
    assert json.loads((tmp_path / "run/manifest.json").read_text())["language"] == "zh"


def test_an_interrupted_merge_says_its_own_command_and_may_be_given_again(folder, tmp_path, capfd, monkeypatch):
    from sfund_sim.experiments import run_folder

    shares = shares_of(["run", *SMALL], tmp_path / "run")
    capfd.readouterr()
    command = ["merge", *shares, "--out", str(tmp_path / "run")]

    def stopped(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run_folder, "write_run", stopped)
        assert main(command) == 130
    told = capfd.readouterr().err.strip()
    assert told.endswith(f"go on with: {shlex.join(['sfund', *command])}")
    assert main(command) == 0
    assert contents(tmp_path / "run") == contents(folder)


def test_a_missing_share_is_named_and_what_needs_all_runs_cannot_be_shared_out(tmp_path, capfd):
    (first, _) = shares_of(["run", *SMALL], tmp_path / "run")
    assert main(["merge", first, "--out", str(tmp_path / "run")]) == 1
    assert "shares are missing: 2/2" in capfd.readouterr().err
    words = [*SMALL[:3], "--no-report", "--until", "median_exit_days +-50"]
    assert main(["run", *words, "--shard", "1/2", "--out", str(tmp_path / "two")]) == 2
    assert "cannot go together with --until" in capfd.readouterr().err
    assert main(["run", *SMALL, "--shard", "3/2", "--out", str(tmp_path / "two"), "--lang", "zh"]) == 2
    assert "不是分片" in capfd.readouterr().err


def test_ctrl_c_says_how_to_go_on_and_going_on_gives_the_same_bytes(folder, tmp_path):
    words = ["run", *SMALL[:-1], "--out", "cut"]
    script = tmp_path / "slow.py"
    script.write_text(
        "import sys, time\n"
        "from sfund_sim.experiments import work_folder\n"
        "put = work_folder.PartStore.put\n"
        "def told(self, parcel):\n"
        "    put(self, parcel)\n"
        "    print('one', flush=True)\n"
        "    time.sleep(0.5)\n"
        "work_folder.PartStore.put = told\n"
        "from sfund_sim.cli import main\n"
        "sys.exit(main())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, script, *words], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment,
    ) as run:  # fmt: skip
        assert run.stdout is not None
        run.stdout.readline()
        run.send_signal(signal.SIGINT)
        _, complaint = run.communicate(timeout=30)
    assert run.returncode == 130
    assert complaint.startswith("sfund: interrupted; 1 finished run is kept in ")
    again = complaint.strip().partition("go on with: sfund ")[2].split()
    assert again[-2:] == ["--resume", str(tmp_path / "cut.partial")]
    assert main([*again, "--out", str(tmp_path / "cut"), "--quiet"]) == 0
    assert contents(tmp_path / "cut") == contents(folder)


def test_resume_needs_neither_folder_nor_numbers_and_refuses_another_seed(folder, tmp_path, capfd, monkeypatch):
    from sfund_sim.experiments import executor

    real = executor.replicate
    monkeypatch.setattr(executor, "replicate", lambda job, number: interrupt(real, job, number))
    assert main(["run", *SMALL, "--out", str(tmp_path / "cut")]) == 130
    monkeypatch.setattr(executor, "replicate", real)
    brief = ["run", *SMALL[:3], "--no-report", "--quiet", "--workers", "1", "--resume", str(tmp_path / "cut")]
    assert main([*brief, "--seed", "6"]) == 2
    assert "seed 5 there, 6 now" in capfd.readouterr().err
    assert main([*brief, "--seed", "6", "--lang", "zh"]) == 2
    told = capfd.readouterr().err
    assert "种子：其中为 5，现为 6" in told
    assert "there" not in told
    assert main(brief) == 0
    assert contents(tmp_path / "cut") == contents(folder)


def interrupt(real, job, number):
    if number == 3:
        raise KeyboardInterrupt
    return real(job, number)


def test_a_failure_is_told_and_the_exit_code_is_1(tmp_path, capfd, monkeypatch):
    from sfund_sim.experiments import executor
    from sfund_sim.experiments.replication import Failure

    real = executor.replicate
    failure = Failure(2, 5, "ArithmeticError: no market", "Traceback ...")
    monkeypatch.setattr(executor, "replicate", lambda job, number: failure if number == 2 else real(job, number))
    words = [word for word in SMALL if word != "--no-report"]
    assert main(["run", *words, "--out", str(tmp_path / "run"), "--on-error", "continue"]) == 1
    assert "1 run failed and is missing; the first: run 2, ArithmeticError" in capfd.readouterr().err
    assert (tmp_path / "run/failures/run_0002.txt").read_text() == "Traceback ..."
    page = (tmp_path / "run/report.html").read_text()
    assert "1 of 3 runs failed and are missing from all results" in page
    assert main(["run", *words, "--out", str(tmp_path / "other"), "--on-error", "stop"]) == 1
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(("left", "told"), [(2, "intervals over 2 replications"), (1, "no intervals")])
def test_intervals_are_said_to_be_over_the_replications_that_finished(tmp_path, capfd, monkeypatch, left, told):
    from sfund_sim.experiments import executor
    from sfund_sim.experiments.replication import Failure

    real = executor.replicate
    failure = Failure(2, 5, "ArithmeticError: no market", "Traceback ...")
    monkeypatch.setattr(executor, "replicate", lambda job, number: failure if number > left else real(job, number))
    words = [*SMALL[:-1], "--on-error", "continue", "--out"]
    assert main(["run", *words, str(tmp_path / "run")]) == 1
    assert told in capfd.readouterr().out
    assert main(["run", *words, str(tmp_path / "json"), "--json"]) == 1
    assert json.loads(capfd.readouterr().out)["summary"]["replications"] == left
    assert main(["bundle", str(tmp_path / "run"), "--out", str(tmp_path / "bundle")]) == 0
    table = (tmp_path / "bundle/tables/by_lp_kind.en.tex").read_text("utf-8")
    assert ("no intervals" if left == 1 else "Student's t over 2 replications") in table


@pytest.mark.parametrize("language", ["en", "zh"])
def test_stata_reads_labels_kinds_and_dates(folder, tmp_path, language):
    assert main(["export", str(folder), "--to", "dta", "--out", str(tmp_path / "dta"), "--lang", language]) == 0
    assert {path.stem for path in (tmp_path / "dta").iterdir()} >= {"exits", "summary", "runs"}
    path, exits = tmp_path / "dta/exits.dta", read_table(folder, "exits")
    back = pd.read_stata(path)
    assert list(back.columns) == list(exits.columns)
    assert len(back) == len(exits) > 10
    assert (back["wish_date"].dt.date == exits["wish_date"].dt.date).all()
    assert back["signing_date"].isna().sum() == exits["signing_date"].isna().sum() > 0
    pd.testing.assert_series_equal(back["price_cny"], exits["price_cny"])
    with pd.io.stata.StataReader(path) as reader:
        labels, values = reader.variable_labels(), reader.value_labels()
    assert labels == {name: entry(name).label(language) for name in exits.columns}
    assert max(map(len, labels.values())) <= 80
    word = {"en": "individual", "zh": "个人投资者"}[language]
    assert word in values["lp_kind"].values()
    assert (back["lp_kind"] == word).sum() == (exits["lp_kind"] == "individual").sum()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_stata_files_of_different_runs_and_tables_have_the_same_codes_and_may_be_appended(folder, tmp_path, language):
    """In a world without a venue other routes, endings and buyers occur, or none at all."""
    without = tmp_path / "without"
    assert main(["run", *SMALL, "--set", "policy_dropped=[csrc_approval]", "--out", str(without)]) == 0
    found = {}
    for place in (folder, without):
        out = tmp_path / f"dta_{place.name}"
        assert main(["export", str(place), "--to", "dta", "--out", str(out), "--lang", language]) == 0
        for name in ("exits", "listings", "stages", "holdings", "recycling"):
            with pd.io.stata.StataReader(out / f"{name}.dta") as reader:
                table, values = reader.read(convert_categoricals=False), reader.value_labels()
            for column, labels in values.items():
                assert found.setdefault(column, labels) == labels, (place, name, column)
                assert table[column].dtype.kind in "if", "also where no row has any"
    assert {"ending", "route", "buyer_kind", "lp_kind", "period", "stage", "listing_ending"} <= set(found)
    assert list(found["ending"].values()) == [word("ending", label, language) for label in Ending.labels()]


def test_amounts_in_stata_are_read_whole_and_seeds_to_the_last_digit(tmp_path, capfd):
    seed, place = 2**63 - 1, tmp_path / "run"
    command = [str(seed) if each == "5" else each for each in SMALL]
    assert main(["run", *command, "--out", str(place)]) == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for form, out in (("dta", "dta"), ("xlsx", "run.xlsx")):
            assert main(["export", str(place), "--to", form, "--out", str(tmp_path / out)]) == 0
    assert set(pd.read_stata(tmp_path / "dta/runs.dta")["seed"]) == {str(seed)}
    runs = pd.read_excel(tmp_path / "run.xlsx", sheet_name="runs", dtype=object)
    assert set(runs[heading(entry("seed"), "en")]) == {str(seed)}
    with pd.io.stata.StataReader(tmp_path / "dta/exits.dta") as reader:
        table = reader.read()
        formats = dict(zip(table.columns, reader._fmtlist, strict=True))
    assert {formats[name] for name in table if name.endswith("_cny")} == {"%18.2f"}
    assert formats["price_to_nav"] == "%10.0g"


def test_kinds_of_owners_and_periods_have_words_in_stata(folder, tmp_path):
    assert main(["export", str(folder), "--to", "dta", "--out", str(tmp_path / "dta"), "--lang", "zh"]) == 0
    owners = pd.read_stata(tmp_path / "dta" / "holdings.dta")["owner_kind"].cat.categories
    assert {"个人投资者", "受让方：市场化S基金"} <= set(owners)
    assert set(pd.read_stata(tmp_path / "dta" / "exits.dta")["period"]) <= {
        "首家平台开业前",
        "首家平台开业后",
        "全部时段",
    }


@pytest.mark.parametrize(("language", "state"), [("en", "state sellers"), ("zh", "国有转让方")])
def test_outcomes_and_groups_keep_their_labels_and_have_words_beside_them(folder, tmp_path, language, state):
    out = tmp_path / language
    assert (
        main(["export", str(folder), "--to", "dta", "--table", "summary", "--lang", language, "--out", str(out)]) == 0
    )
    table, plain = pd.read_stata(out / "summary.dta"), read_table(folder, "summary")
    assert (table[["outcome", "group"]].to_numpy() == plain[["outcome", "group"]].to_numpy()).all()
    assert table["outcome_label"].tolist() == [entry(outcome).label(language) for outcome in plain["outcome"]]
    of_states = table[(table["group_by"] == "is_state") & (table["group"] == "state")]
    assert set(of_states["group_label"]) == {state}
    assert table["unit"].tolist() == [unit_word(unit, language) for unit in plain["unit"]]
    assert set(table["unit"]) >= ({"share", "CNY", "days"} if language == "en" else {"占比", "元", "天"})


@pytest.mark.parametrize("command", [["bundle"], ["export", "--to", "csv"], ["export", "--to", "xlsx"]], ids=" ".join)
def test_nothing_is_written_into_a_sealed_folder(folder, capfd, command):
    out = folder / "inside" / "tables.xlsx"
    assert main([*command, str(folder), "--out", str(out)]) == 2
    assert "sealed: choose another" in capfd.readouterr().err
    assert main(["audit", str(folder)]) == 0


def test_a_workbook_has_no_formula_whatever_a_text_begins_with(tmp_path):
    """As in results of a version that took such names."""
    from openpyxl import Workbook, load_workbook

    book = Workbook(write_only=True)
    texts = ["=1+1", "=cmd|'/C calc'!A0", "#REF!", "+1", "@x", "plain", 7]
    exporting._sheet(book.create_sheet("x"), ["=heading"], iter([[text] for text in texts]))
    book.save(tmp_path / "book.xlsx")
    column = [row[0] for row in load_workbook(tmp_path / "book.xlsx")["x"].iter_rows()]
    assert [cell.value for cell in column] == ["=heading", *texts]
    assert {cell.data_type for cell in column} == {"s", "n"}


def test_a_workbook_has_a_name_that_excel_knows(folder, tmp_path, capfd):
    assert main(["export", str(folder), "--to", "xlsx", "--out", str(tmp_path / "book")]) == 2
    assert "ends in .xlsx" in capfd.readouterr().err
    assert not (tmp_path / "book").exists()


def test_a_table_without_rows_is_exported_to_every_program(tmp_path):
    """A world in which the venue never opens has no listings and no bids."""
    place = tmp_path / "run"
    assert main(["run", *SMALL, "--set", "policy_dropped=[csrc_approval]", "--out", str(place)]) == 0
    tables = ("--table", "listings", "--table", "bids")
    for form in ("dta", "xlsx", "parquet", "csv"):
        out = tmp_path / ("tables.xlsx" if form == "xlsx" else form)
        assert main(["export", str(place), "--to", form, *tables, "--out", str(out)]) == 0
    table = pd.read_stata(tmp_path / "dta" / "bids.dta")
    assert table.empty
    assert list(table.columns) == list(read_table(place, "bids").columns)


def test_excel_reads_dates_numbers_a_frozen_heading_and_a_dictionary(folder, tmp_path):
    from openpyxl import load_workbook

    assert main(["export", str(folder), "--to", "xlsx", "--out", str(tmp_path / "run.xlsx"), "--lang", "zh"]) == 0
    book = load_workbook(tmp_path / "run.xlsx")
    exits = read_table(folder, "exits")
    sheet = book["exits"]
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == len(exits) + 1
    columns = [cell.value for cell in sheet[1]]
    assert columns[1] == "重复编号 [rep]"
    place = [text.endswith("[wish_date]") for text in columns].index(True)
    value = sheet.cell(2, place + 1).value
    assert isinstance(value, datetime.datetime)
    assert value.date() == exits["wish_date"].iloc[0].date()
    assert sheet.cell(2, place + 1).number_format == "yyyy-mm-dd"
    about = {row[0]: row for row in book["dictionary"].iter_rows(min_row=2, values_only=True)}
    assert about["price_to_nav"][1] == entry("price_to_nav").label_zh
    assert about["price_to_nav"][3] == entry("price_to_nav").definition_zh
    assert [about[name][2] for name in ("price_to_nav", "lp_kind", "wish_date")] == ["比率", "文字", "日期"]
    assert dict(book["about"].iter_rows(min_row=2, values_only=True))["随机种子 [seed]"] == "5"


def test_parquet_and_csv_hold_the_same_rows_with_labels(folder, tmp_path):
    import pyarrow.parquet as pq

    for form in ("parquet", "csv"):
        words = ["--table", "exits", "--table", "summary", "--out", str(tmp_path / form)]
        assert main(["export", str(folder), "--to", form, *words]) == 0
        assert {path.name for path in (tmp_path / form).iterdir()} == {f"exits.{form}", f"summary.{form}"}
    exits = read_table(folder, "exits")
    back = pq.read_table(tmp_path / "parquet/exits.parquet")
    assert back.schema.field("price_to_nav").metadata[b"label"] == entry("price_to_nav").label_en.encode()
    pd.testing.assert_series_equal(back.to_pandas()["price_cny"], exits["price_cny"])
    text = (tmp_path / "csv/exits.csv").read_text("utf-8-sig").splitlines()
    assert text[0].startswith('"scenario [scenario_id]","replication [rep]"')
    assert len(text) == len(exits) + 1
    assert "private institution" in "".join(text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_altered_or_missing_table_is_one_line_and_leaves_nothing(folder, tmp_path, capfd, language):
    place = tmp_path / "run"
    shutil.copytree(folder, place)
    (place / "exits.csv").write_text((folder / "exits.csv").read_text("utf-8")[:3000], "utf-8")
    (place / "votes.csv").unlink()
    options = ["--to", "dta", "--out", str(tmp_path / "x"), "--lang", language]
    words = {"en": ("is not what the run wrote", "is missing"), "zh": ("与运行时写入的内容不符", "缺失")}
    for name, said in zip(("exits", "votes"), words[language], strict=True):
        assert main(["export", str(place), *options, "--table", name]) == 1
        complaint = capfd.readouterr().err
        assert f"{place / name}.csv" in complaint
        assert said in complaint
        assert complaint.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert main(["export", str(place), *options, "--table", "summary"]) == 0


LONG = "population.buyers.{}.signal_log_sd"
VARIED = f"""extends: beijing_pilot
schema_version: 1
name: tiny
population: {{funds: {{count: 4}}}}
experiment:
  levers: {{venues.beijing.disclosure.days: [10, 30]}}
  packages: {{long: {{'as it is': {{}}, 'wide, "very"': {{venues.beijing.disclosure.invited: 60}}}}}}
  uncertainties:
    {LONG.format("market_s_fund")}: {{values: [0.1, 0.25]}}
    {LONG.format("insurer")}: {{values: [0.3, 0.4]}}
  outcomes: [share_sold]
  replications: 1
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    place = tmp_path_factory.mktemp("sweep")
    (place / "varied.yaml").write_text(VARIED)
    words = ["--workers", "1", "--no-report", "--quiet", "--out", str(place / "out")]
    assert main(["sweep", str(place / "varied.yaml"), *words]) == 0
    return place / "out"


FACTORS = ["venues.beijing.disclosure.days", "long", LONG.format("market_s_fund"), LONG.format("insurer")]
IDS = ["point_id", "policy_id", "future_id"]


def test_the_points_of_a_sweep_go_to_stata_under_names_that_it_takes(swept, tmp_path):
    assert main(["export", str(swept), "--to", "dta", "--out", str(tmp_path / "dta")]) == 0
    assert "points.dta" in {path.name for path in (tmp_path / "dta").iterdir()}
    with pd.io.stata.StataReader(tmp_path / "dta/points.dta") as reader:
        labels, table = reader.variable_labels(), reader.read()
    assert [labels[name] for name in table.columns[3:]] == FACTORS
    assert list(table.columns[:3]) == IDS
    assert labels["future_id"] == entry("future_id").label_en
    assert all(re.fullmatch(r"[A-Za-z_]\w{0,31}", name) for name in table.columns)
    assert table["venues_beijing_disclosure_days"].tolist() == [10] * 8 + [30] * 8
    assert sorted(set(table["long_"])) == ["as it is", 'wide, "very"']


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_points_of_a_sweep_go_to_other_programs_under_their_paths(swept, tmp_path, language):
    from openpyxl import load_workbook

    options = ["--table", "points", "--lang", language]
    for form in ("csv", "parquet"):
        assert main(["export", str(swept), "--to", form, *options, "--out", str(tmp_path / form)]) == 0
    assert main(["export", str(swept), "--to", "xlsx", *options, "--out", str(tmp_path / "points.xlsx")]) == 0
    headings = [f"{entry(name).label(language)} [{name}]" for name in IDS] + FACTORS
    text = pd.read_csv(tmp_path / "csv/points.csv")
    assert list(text.columns) == headings
    parquet = pd.read_parquet(tmp_path / "parquet/points.parquet")
    assert list(parquet.columns) == IDS + FACTORS
    book = load_workbook(tmp_path / "points.xlsx")
    assert [cell.value for cell in book["points"][1]] == headings
    assert {row[0] for row in book["dictionary"].iter_rows(min_row=2, values_only=True)} == {*IDS, *FACTORS}
    for name in FACTORS:
        assert text[name].tolist() == parquet[name].tolist()
        assert parquet[name].tolist() == [row[headings.index(name)] for row in book["points"].values][1:]


@given(
    st.lists(st.from_regex(r"\A[^\x00-\x1f]{0,12}(\.[^\x00-\x1f]{1,20}){0,3}\Z"), unique=True, min_size=1, max_size=8)
)
@example(["long", "if", "str5", "_n", "1st", "政策.披露", "a" * 40, "b" + "a" * 40, "x.é", "x.ü"])
def test_whatever_a_sweep_varies_stata_takes_its_names_as_they_are(columns):
    names = stata_names(columns)
    assert len(set(names.values())) == len(columns)
    file, table = io.BytesIO(), pd.DataFrame({name: [1] for name in names.values()})
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.InvalidColumnName)
        table.to_stata(file, write_index=False, version=118)
    assert list(pd.read_stata(io.BytesIO(file.getvalue())).columns) == list(names.values())


def test_what_cannot_be_exported_is_told_with_the_remedy(folder, tmp_path, capfd, monkeypatch):
    assert main(["export", str(tmp_path), "--to", "csv"]) == 2
    assert "is not a run folder" in capfd.readouterr().err
    assert main(["export", str(folder), "--to", "csv", "--table", "exit", "--out", str(tmp_path / "x")]) == 2
    assert "there is no table 'exit'; allowed: bids, exits" in capfd.readouterr().err
    monkeypatch.setattr(exporting, "EXCEL_ROWS", 5)
    assert main(["export", str(folder), "--to", "xlsx", "--out", str(tmp_path / "x.xlsx")]) == 1
    assert "a sheet of Excel takes 5: choose other tables with --table" in capfd.readouterr().err
    (tmp_path / "taken.xlsx").write_text("mine")
    assert main(["export", str(folder), "--to", "xlsx", "--out", str(tmp_path / "taken.xlsx")]) == 1
    assert "never overwritten" in capfd.readouterr().err
    assert (tmp_path / "taken.xlsx").read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"taken.xlsx"}


@pytest.fixture(scope="module")
def bundled(folder):
    assert main(["bundle", str(folder)]) == 0
    return folder.with_name("run-bundle")


def test_the_script_of_a_bundle_reproduces_the_run_and_checks_every_hash(bundled, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    again = [sys.executable, str(bundled / "run.py"), "--workers", "1"]
    ended = subprocess.run(again, capture_output=True, text=True, timeout=90, check=False, env=environment)
    assert (ended.returncode, ended.stderr) == (0, "")
    count = len((bundled / "expected.sha256").read_text().splitlines())
    assert ended.stdout.splitlines()[-1] == f"reproduced: {count} files, byte for byte"


def test_a_bundle_knows_the_python_that_it_was_made_with(bundled):
    made = "{}.{}".format(*sys.version_info)
    done = subprocess.run(["sh", str(bundled / "run.sh")], env={**os.environ, "PYTHON": "no-python"},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith(f"made with Python {made}; found none (no-python): install Python {made} ")


def test_the_words_of_a_bundle_are_those_of_the_run(folder, bundled):
    about = json.loads((folder / "manifest.json").read_text())
    english, chinese = ((bundled / f"methods.{one}.md").read_text("utf-8") for one in ("en", "zh"))
    for text in (english, chinese):
        assert about["results_sha256"] in text
        assert about["scenario_sha256"] in text
        assert "{" not in text
    assert "Each of 3 independent replications (seed 5) covers 2018-01-01 to 2027-12-31" in english
    assert "6 funds" in english.replace("\n", " ")
    assert "共进行 3 次独立重复（随机种子 5）" in chinese
    lines = (bundled / "requirements.lock.txt").read_text().splitlines()
    assert f"numpy=={about['versions']['numpy']}" in lines
    assert not any(line.startswith("sfund-sim==") for line in lines), "nobody could install what is no release"
    assert all(line.count("==") == 1 and "/" not in line for line in lines)
    assert 'title: "The Beijing pilot' in (bundled / "CITATION.cff").read_text()


def test_a_bundle_has_the_code_that_made_the_run_where_it_is_no_release(folder, bundled, tmp_path, capfd):
    assert dict(source_files(bundled / "code/sfund_sim")) == dict(source_files())
    assert "| `code/` |" in (bundled / "README.md").read_text()
    assert f"sfund_sim {sf.__version__}+{source_sha256()[:12]}" in (bundled / "methods.en.md").read_text()
    for language, note in (("en", "note: this sfund_sim is no release"), ("zh", "并非他人可安装的发布版本")):
        assert main(["bundle", str(folder), "--out", str(tmp_path / language), "--lang", language]) == 0
        assert note in capfd.readouterr().err


def test_a_run_of_other_code_makes_no_bundle_and_a_replay_says_so(folder, tmp_path, capfd):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    about = json.loads((copy / "manifest.json").read_text())
    about["versions"]["sfund_sim_source"] = "0" * 64
    (copy / "manifest.json").write_text(json.dumps(about))
    assert main(["bundle", str(copy)]) == 1
    complaint = capfd.readouterr().err
    assert "was made by other code of sfund_sim (000000000000 then, " in complaint
    assert complaint.count("\n") == 1
    assert main(["replay", str(copy), "--workers", "1"]) == 0
    assert "sfund_sim_source 000000000000... -> " in capfd.readouterr().out


def test_the_latex_tables_of_a_bundle_are_booktabs(bundled):
    for language in ("en", "zh"):
        text = (bundled / f"tables/by_lp_kind.{language}.tex").read_text("utf-8")
        assert [text.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [1, 2, 1]
        body = text.split(r"\toprule")[1].split(r"\bottomrule")[0]
        assert {line.count(" & ") for line in body.splitlines() if line.endswith(r"\\")} == {4}
        assert "%" not in body.replace(r"\%", "")


def test_each_number_of_a_latex_table_has_its_n_and_the_note_says_whose_intervals_are_whose(bundled):
    """The price rests on the sales alone, the time on all who want out; their intervals are of two sorts."""
    text = (bundled / "tables/by_lp_kind.en.tex").read_text("utf-8")
    numbers = pd.read_csv(bundled / "results/summary.csv").set_index(["outcome", "group_by", "group"])["n"]
    of_state = text.partition("\nstate sellers & ")[2].split(r"\addlinespace")[0]
    names = ("share_sold", "median_exit_days", "median_price_to_nav", "share_better_than_held")
    counts = [f"n = {numbers.get((name, 'is_state', 'state'), 0):,}" for name in names]
    assert set(counts) == set(re.findall(r"n = [\d,]+", of_state))
    assert of_state.count("n = ") == 4
    assert "the interval of Brookmeyer and Crowley (1982)" in text
    assert "Brookmeyer 与 Crowley（1982）" in (bundled / "tables/by_lp_kind.zh.tex").read_text("utf-8")


def test_latex_takes_no_sign_for_a_command():
    assert escaped(r"a_b & 5% of {x}^2 ~ $1 #2 \n") == (
        r"a\_b \& 5\% of \{x\}\textasciicircum{}2 \textasciitilde{} \$1 \#2 \textbackslash{}n"
    )
    table = booktabs(["a", "b"], [["1", "2"], ["3", "4"]], caption="100 %", note="n_1", breaks=(1,))
    assert r"\caption{100 \%}" in table
    assert table.index(r"1 & 2 \\") < table.index(r"\midrule", table.index("1 & 2")) < table.index(r"3 & 4 \\")
    stacked = booktabs(["a", "b"], [["x", "5%\n[4, 6]"]], caption="c", note="n")
    assert "x & 5\\% \\\\\n & [4, 6] \\\\\n\\addlinespace\n" in stacked


def test_the_differences_of_a_comparison_are_a_latex_table_a_scenario(folder, tmp_path, capfd):
    compared, other = tmp_path / "compared", tmp_path / "other.yaml"
    other.write_text("extends: beijing_pilot\nschema_version: 1\nname: other\nstate_assets: {exempt_share: 0.9}\n")
    assert main(["compare", "before_pilot", "beijing_pilot", str(other), *SMALL[1:], "--out", str(compared)]) == 0
    table = pd.read_csv(compared / "differences.csv", encoding="utf-8-sig")
    capfd.readouterr()
    for language, everybody in (("en", "all sellers"), ("zh", "全部转让方")):
        out = tmp_path / language
        assert main(["export", str(compared), "--to", "tex", "--out", str(out), "--lang", language]) == 0
        assert capfd.readouterr().out.split() == [str(out / f"{name}.tex") for name in ("beijing_pilot", "other")]
        text = (out / "other.tex").read_text("utf-8")
        body = text.split(r"\toprule")[1].split(r"\bottomrule")[0]
        assert {line.count(" & ") for line in body.splitlines() if line.endswith(r"\\")} == {5}
        assert everybody in body
        assert [text.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [1, 3, 1]
        assert "Holm" in text
    row = table.query("scenario_id == 'other' and outcome == 'share_sold' and group == 'all'").iloc[0]
    found = re.search(r"share sold & .+? & .+? & ([+-][\d.]+)", (tmp_path / "en/other.tex").read_text("utf-8"))
    assert float(found[1]) == pytest.approx(100 * row["difference"], abs=0.5)
    assert main(["export", str(folder), "--to", "tex", "--out", str(tmp_path / "run")]) == 2
    assert "of the differences of a comparison only" in capfd.readouterr().err
    assert main(["export", str(compared), "--to", "tex", "--table", "levels", "--out", str(tmp_path / "levels")]) == 2


def test_an_altered_run_or_another_folder_makes_no_bundle(folder, tmp_path, capfd):
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    honest = (copy / "stages.csv").read_bytes()
    (copy / "stages.csv").write_text("altered")
    assert main(["bundle", str(copy), "--out", str(tmp_path / "bundle")]) == 1
    assert "is not what the run wrote" in capfd.readouterr().err
    (copy / "stages.csv").write_bytes(honest)
    manifest = copy / "manifest.json"
    about = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(about | {"results_sha256": "0" * 64}))
    assert main(["bundle", str(copy), "--out", str(tmp_path / "bundle")]) == 1
    assert "has a results_sha256 that is not the hash of its outputs" in capfd.readouterr().err
    assert main(["bundle", str(tmp_path)]) == 2
    assert not (tmp_path / "bundle").exists()
    comparison = tmp_path / "comparison"
    assert main(["compare", "beijing_pilot", "before_pilot", *SMALL[1:], "--out", str(comparison)]) == 0
    assert main(["bundle", str(comparison)]) == 2
    assert "not the folder of a single run" in capfd.readouterr().err
