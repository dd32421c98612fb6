"""What does not hold to the end is said wherever results are read: terminal, manifest, pages, again on replay."""

from __future__ import annotations

import json

import pytest
from html_pages import half

from sfund_sim.cli import main

pytestmark = pytest.mark.usefixtures("unpainted")

SHARE = "state_assets.exempt_share"
CUT = f"{SHARE}: the value set holds only until 2022-04-15, "
CUT_ZH = f"{SHARE}：所设取值仅在 2022-04-15 之前有效，"
SMALL = ("--set", "population.funds.count=5", "--reps", "2", "--seed", "5", "--workers", "1")
FILE = f"""\
extends: beijing_pilot
schema_version: 1
name: mine
horizon: {{start: 2021-01-01, end: 2022-12-31}}
variants:
  sure: {{{SHARE}: 1.0}}
experiment:
  levers: {{{SHARE}: [0.0, 1.0]}}
  outcomes: [share_sold]
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "mine.yaml").write_text(FILE, "utf-8")
    return str(tmp_path / "mine.yaml")


@pytest.mark.parametrize(
    ("command", "page", "begins"),
    [
        (("run", "--set", f"{SHARE}=1"), "report.html", ""),
        (("run", "--variant", "sure"), "report.html", ""),
        (("compare",), "comparison.html", "in mine_sure: "),
        (("sweep",), "report.html", ""),
    ],
)
def test_terminal_manifest_and_both_halves_of_the_page_tell(command, page, begins, file, tmp_path, capfd):
    place = tmp_path / "out"
    verb, *options = command
    assert main([verb, file, *options, *SMALL, "--out", str(place)]) == 0
    assert begins + CUT in capfd.readouterr().out.replace("\n", " ")
    [warning] = json.loads((place / "manifest.json").read_text("utf-8"))["warnings"]
    assert warning.startswith(begins + CUT)
    html = (place / page).read_text("utf-8")
    assert warning in half(html, "en")
    assert CUT_ZH in half(html, "zh")


def test_a_run_made_again_from_its_folder_warns_of_the_same(file, tmp_path):
    assert main(["run", file, "--set", f"{SHARE}=1", *SMALL, "--out", str(tmp_path / "run"), "--quiet"]) == 0
    assert main(["replay", str(tmp_path / "run"), "--workers", "1"]) == 0


def test_the_terminal_tells_in_chinese_and_nothing_where_all_holds(file, tmp_path, capfd):
    assert main(["sweep", file, *SMALL, "--out", str(tmp_path / "zh"), "--lang", "zh", "--no-report"]) == 0
    assert CUT_ZH in capfd.readouterr().out.replace("\n", "")
    assert main(["run", file, *SMALL, "--out", str(tmp_path / "run"), "--no-report"]) == 0
    assert "holds only until" not in capfd.readouterr().out
    assert json.loads((tmp_path / "run/manifest.json").read_text("utf-8"))["warnings"] == []


def test_an_exit_told_with_a_rule_changed_says_so(file, tmp_path, capfd):
    place = str(tmp_path / "run")
    assert main(["run", file, *SMALL, "--out", place, "--no-report", "--quiet"]) == 0
    assert main(["explain", "exit", place, "R1-X0", "--set", f"{SHARE}=1"]) == 0
    assert CUT in capfd.readouterr().out.replace("\n", " ")


SLIP = "policy.10 (slip, 2205-01-01): without effect, for the last day of the simulated time is 2022-12-31"
SLIP_ZH = "policy.10 (slip, 2205-01-01)：晚于模拟期结束日 2022-12-31，不起作用"


@pytest.mark.parametrize("command", [("validate",), ("run",), ("compare",), ("sweep",)])
@pytest.mark.parametrize(("lang", "told"), [("en", SLIP), ("zh", SLIP_ZH)])
def test_a_change_after_the_last_day_is_told_by_every_verb(command, lang, told, file, tmp_path, capfd):
    with open(file, "a", encoding="utf-8") as rest:
        rest.write("policy_added:\n  - {name: slip, on: 2205-01-01, because: b, set: {venues.beijing.open: true}}\n")
    options = () if command == ("validate",) else (*SMALL, "--no-report", "--out", str(tmp_path / "out"))
    assert main([*command, file, *options, "--lang", lang]) == 0
    printed = capfd.readouterr().out
    assert told.replace(" ", "") in "".join(printed.split())
