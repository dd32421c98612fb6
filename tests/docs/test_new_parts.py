"""The promise of the architecture page: a file dropped into a family's folder is the whole change."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from pages import ROOT

from sfund_sim.report.words import families
from sfund_sim.scenario.named import BuyerKindName
from sfund_sim.terms import BuyerKind

_EXAMPLE = re.compile(r"^```python file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

OVERRIDES = {
    "third_price": "venues.beijing.auction={kind: third_price}",
    "newcomers": "venues.beijing.disclosure.rule=newcomers",
    "valuation_band": "state_assets.floor={kind: valuation_band, band: 0.1}",
    "overdue": "population.lps.company.triggers.term_near={kind: overdue, after_years: 5, annual_hazard: 5.0}",
}

RUN = """
import sys
import sfund_sim as sf
overrides = ["population.funds.count=15", "horizon.end=2023-12-31", sys.argv[1]]
results = sf.run(sf.load_scenario("beijing_pilot", overrides), replications=1, seed=1, workers=1)
print(sf.__file__, len(results.exits), (results.exits["trigger"].astype(str) == "term_near").sum())
"""


def examples() -> dict[str, str]:
    return dict(_EXAMPLE.findall((ROOT / "docs" / "architecture.md").read_text("utf-8")))


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package and its scenarios, with the page's examples dropped in."""
    folder = tmp_path_factory.mktemp("extended")
    shutil.copytree(ROOT / "sfund_sim", folder / "sfund_sim", ignore=shutil.ignore_patterns("__pycache__", "shipped"))
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    drop_in(folder)
    return folder


def drop_in(folder: Path) -> None:
    """Write the page's examples below a copy of the package, also where the reader has followed the page already."""
    for path, code in examples().items():
        (folder / path).write_text(code, "utf-8")


def python(extended: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(extended)}
    return subprocess.run([sys.executable, "-P", *arguments], cwd=extended.parent, env=environment, capture_output=True,
                          text=True, check=False)  # fmt: skip


def test_who_has_followed_the_page_can_still_run_these_tests(extended: Path) -> None:
    before = {path: (extended / path).read_text("utf-8") for path in examples()}
    drop_in(extended)
    assert {path: (extended / path).read_text("utf-8") for path in examples()} == before == examples()


def test_kinds_of_buyers_have_a_name_for_scenarios_and_words_for_each_code_as_the_page_says() -> None:
    names = set(get_args(BuyerKindName))
    assert (
        names | {BuyerKind.CO_LP.label, BuyerKind.RELATED_STATE.label}
        == set(BuyerKind.labels())
        == set(families()["buyer_kind"])
    )
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert all(place in page for place in ("`BuyerKind` in `terms.py`", "`BuyerKindName` in `scenario/named.py`"))


def test_the_page_shows_an_auction_a_disclosure_rule_a_floor_rule_and_a_trigger() -> None:
    assert {Path(path).stem for path in examples()} == set(OVERRIDES)


FAMILIES = {
    "auction format": "venue/auctions", "disclosure rule": "venue/disclosure", "floor rule": "venue/floors",
    "bidding strategy": "investors/bidding", "value law": "investors/laws", "cash-flow model": "funds/cashflow",
    "mark model": "funds/marks", "sell trigger": "investors/triggers", "extension rule": "funds/extension",
}  # fmt: skip


def test_each_family_that_the_page_names_imports_whatever_lies_in_its_folder(extended: Path) -> None:
    """Floor rules and laws of value were single files, which knew of no file beside them."""
    page = " ".join((ROOT / "docs" / "architecture.md").read_text("utf-8").split())
    named = re.search(r"An (auction format, .*?) is a \*part\*", page)
    assert named
    assert re.split(", | or ", named.group(1)) == list(FAMILIES)
    folders = [extended / "sfund_sim" / folder for folder in FAMILIES.values()]
    for folder in folders:
        (folder / "dropped_in.py").write_text('"""Tells that it was read."""\n\nprint(__name__)\n', "utf-8")
    try:
        done = python(extended, "-c", "import sfund_sim.lab.auction, sfund_sim.scenario.model")
    finally:
        for folder in folders:
            (folder / "dropped_in.py").unlink()
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {f"sfund_sim.{of.replace('/', '.')}.dropped_in" for of in FAMILIES.values()}


@pytest.mark.parametrize("kind", sorted(OVERRIDES))
def test_a_file_dropped_into_a_family_folder_runs_in_a_scenario(extended: Path, kind: str) -> None:
    done = python(extended, "-c", RUN, OVERRIDES[kind])
    assert done.returncode == 0, done.stderr
    file, exits, near_term = done.stdout.split()
    assert Path(file).is_relative_to(extended)
    assert int(exits) > 0
    assert kind != "overdue" or int(near_term) > 0


@pytest.mark.parametrize(
    ("code", "place", "told"),
    [
        ('"""A rule."""\n\nfrom nowhere import thing\n', "3:1", "ModuleNotFoundError: No module named 'nowhere'"),
        ('"""A rule."""\n\ndef clear(:\n', "3:11", "SyntaxError: invalid syntax"),
        ("def half():\n    return 1 / 0\n\nhalf()\n", "2:12", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_new_file_that_cannot_be_imported_is_told_by_file_line_and_error(
    extended: Path, code: str, place: str, told: str
) -> None:
    """Every command stopped with an internal error that did not name the file."""
    bad = extended / "sfund_sim" / "venue" / "auctions" / "bad.py"
    bad.write_text(code, "utf-8")
    try:
        for lang, begins in (("en", "this file cannot be imported"), ("zh", "此文件无法导入")):
            done = python(extended, "-m", "sfund_sim", "validate", "beijing_pilot", "--lang", lang)
            assert (done.returncode, done.stdout) == (2, "")
            assert done.stderr.startswith(f"{bad}:{place}: {begins}")
            assert told in done.stderr
            assert done.stderr.count("\n") == 1
    finally:
        bad.unlink()


OUTCOME = '''"""An outcome in a file of its own."""

from sfund_sim.outcomes.measures.registry import outcome

outcome("bidders_seen_count", "listings", lambda cells: cells.total(cells["bidders"], cells.every))
'''
LINE = "outcome,listings,bidders_seen_count,count,Bidders of all rounds.,各轮竞买人数之和。,bidders seen,竞买人数\n"


def test_a_new_file_of_outcomes_is_measured_and_what_it_lacks_is_told_before_the_run(
    extended: Path, tmp_path: Path
) -> None:
    """The file was ignored: the registry imported a list of names."""
    dictionary = extended / "sfund_sim" / "outcomes" / "dictionary.csv"
    new, before = extended / "sfund_sim" / "outcomes" / "measures" / "seen.py", dictionary.read_text("utf-8")
    new.write_text(OUTCOME, "utf-8")
    small = ["--set", "population.funds.count=5", "--reps", "1", "--no-report", "--out", str(tmp_path / "run")]
    try:
        lacking = python(extended, "-m", "sfund_sim", "run", "beijing_pilot", *small)
        assert not list(tmp_path.iterdir()), "nothing of it was run"
        dictionary.write_text(before + LINE, "utf-8")
        done = python(extended, "-m", "sfund_sim", "run", "beijing_pilot", *small)
    finally:
        new.unlink()
        dictionary.write_text(before, "utf-8")
    assert lacking.returncode == 1
    assert "'bidders_seen_count' has no line in outcomes/dictionary.csv" in lacking.stderr
    assert done.returncode == 0, done.stderr
    assert "\nbidders_seen_count,all,all," in (tmp_path / "run" / "summary.csv").read_text("utf-8")


def test_new_parts_enter_the_schema_that_editors_use(extended: Path) -> None:
    done = python(extended, "-c", "from sfund_sim.cli import main; main(['schema'])")
    assert done.returncode == 0, done.stderr
    assert '"third_price"' in done.stdout
    assert '"overdue"' in done.stdout


def test_a_new_auction_format_is_held_in_the_lab_where_theory_says_of_it_only_what_it_says_of_all(
    extended: Path,
) -> None:
    held = ["lab", "auction", "--format", "third_price", "--bidders", "4", "--reps", "2000", "--seed", "1"]
    code = f"import sys; from sfund_sim.cli import main; sys.exit(main({held}))"
    done = python(extended, "-c", code)
    assert done.returncode == 0, done.stderr
    rows = {line[:42].strip(): line[42:].split() for line in done.stdout.splitlines()}
    price, sold = rows["price of sales"], rows["sale rate"]
    assert abs(float(price[0]) - 0.4) < 4 * float(price[1]), (
        "of four uniform values the third highest is 2/5 on average"
    )
    assert len(price) == 2
    assert sold[2:] == ["1.000000", "0.00"]


def test_a_format_in_a_file_of_ones_own_is_held_in_the_lab_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "third_price.py").write_text(examples()["sfund_sim/venue/auctions/third_price.py"], "utf-8")
    held = ["lab", "auction", "--format", "third_price", "--bidders", "4", "--reps", "2000"]
    for part, code, told in (([], 2, "no auction format"), (["--part", "third_price.py"], 0, "price of sales")):
        done = subprocess.run([sys.executable, "-m", "sfund_sim", *held, *part], cwd=tmp_path, check=False,
                              env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)  # fmt: skip
        assert done.returncode == code, done.stderr
        assert told in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("contracts", "part"),
    [
        ("test_auction_formats.py", "ThirdPrice"),
        ("test_disclosure_rules.py", "Newcomers"),
        ("test_floor_rules.py", "ValuationBand"),
        ("test_sell_triggers.py", "Overdue"),
    ],
)
def test_a_new_part_meets_the_contract_of_its_family(extended: Path, contracts: str, part: str) -> None:
    contract = ROOT / "tests" / "contracts" / contracts
    options = ["-n0", "-p", "no:cacheprovider", "-k", part, "-c", str(ROOT / "pyproject.toml")]
    done = python(extended, "-m", "pytest", *options, str(contract))
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


def beside(tmp_path: Path, kind: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder that has the page's example of that kind beside it, in a file of its own."""
    path = next(path for path in examples() if Path(path).stem == kind)
    (tmp_path / f"{kind}.py").write_text(examples()[path], "utf-8")
    (tmp_path / "study.py").write_text(script, "utf-8")
    return subprocess.run([sys.executable, "study.py"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True, check=False)  # fmt: skip


def page_script() -> str:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S)
    return next(block for block in blocks if "import third_price" in block)


@pytest.mark.parametrize("kind", sorted(OVERRIDES))
def test_a_part_in_a_file_of_its_own_beside_a_script_runs_in_every_worker(tmp_path: Path, kind: str) -> None:
    """Workers knew only of the parts that the scenario holds as objects: no disclosure rule ran in one."""
    script = page_script().replace("venues.beijing.auction=third_price", OVERRIDES[kind]).replace("third_price", kind)
    small = script.replace('["', '["population.funds.count=15", "horizon.end=2023-12-31", "').replace("=30", "=2")
    done = beside(tmp_path, kind, small)
    assert done.returncode == 0, done.stderr
    assert kind in (tmp_path / f"results/{kind}/scenario.resolved.yaml").read_text("utf-8")


LATER = """
schema_version: 1
extends: beijing_pilot
name: later
title: {{en: Later, zh: 以后}}
policy_added:
  - {{name: own, on: 2023-06-01, because: a test, source: none, set: {{{rule}: {value}}}}}
"""

BOTH = """
import sfund_sim as sf
import {kind}

if __name__ == "__main__":
    later = sf.load_scenario("later.yaml", ["population.funds.count=15", "horizon.end=2024-06-30"])
    one, two = (sf.run(later, replications=2, seed=1, workers=workers).exits for workers in (1, 2))
    print(one.equals(two), len(one))
"""


@pytest.mark.parametrize("kind", sorted(OVERRIDES.keys() - {"overdue"}))
def test_a_part_that_only_a_dated_change_names_runs_in_every_worker(tmp_path: Path, kind: str) -> None:
    rule, _, value = OVERRIDES[kind].partition("=")
    (tmp_path / "later.yaml").write_text(LATER.format(rule=rule, value=value), "utf-8")
    done = beside(tmp_path, kind, BOTH.format(kind=kind))
    assert done.returncode == 0, done.stderr
    same, exits = done.stdout.split()
    assert same == "True"
    assert int(exits) > 0


def test_a_part_typed_into_the_script_itself_runs_in_one_process_and_else_is_told_where_to_put_it(
    tmp_path: Path,
) -> None:
    small = f'sf.load_scenario("beijing_pilot", ["population.funds.count=5", "{OVERRIDES["newcomers"]}"])'
    code = examples()["sfund_sim/venue/disclosure/newcomers.py"].replace("from typing", "import sys\nfrom typing", 1)
    run = f"import sfund_sim as sf\nsf.run({small}, replications=2, workers=int(sys.argv[1]))\n"
    (tmp_path / "study.py").write_text(f"{code}\n\n{run}", "utf-8")
    one, two = (python(ROOT, str(tmp_path / "study.py"), workers) for workers in "12")
    assert one.returncode == 0, one.stderr
    assert two.returncode == 1
    assert "the disclosure rule 'newcomers', which is written in the script or notebook itself" in two.stderr
    assert two.stderr.splitlines()[-1].endswith("move it to a file of its own and import that, or give workers=1")
