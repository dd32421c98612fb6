from __future__ import annotations

import re
import shutil
from dataclasses import asdict

import pandas as pd
import pytest
from fake_markets import one_sale

from sfund_sim.experiments.archive import facts_of
from sfund_sim.experiments.inspection import CHECKS, inspect
from sfund_sim.experiments.keeping import keeping
from sfund_sim.experiments.manifest import NotARunFolder, manifest_bytes, outputs_of, read_manifest, results_hash
from sfund_sim.experiments.replaying import plan_of, replay
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import planned, run_into


def other_market(scenario, replication, seed):
    return one_sale(scenario, replication, seed + (replication == 2))


@pytest.fixture(scope="module")
def written(pilot, tmp_path_factory):
    return run_into(
        planned(pilot, simulate=one_sale, workers=1), tmp_path_factory.mktemp("runs") / "run", Wishes()
    ).folder


@pytest.fixture
def folder(written, tmp_path):
    return shutil.copytree(written, tmp_path / "run")


def edited(path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_an_honest_folder_is_sound(folder):
    inspection = inspect(folder)
    assert inspection.is_sound
    assert (inspection.files, inspection.ledgers, inspection.records) == (15, 3, 24)


@pytest.mark.parametrize(
    "name",
    ["exits.csv", "summary.csv", "dictionary.csv", "scenario.resolved.yaml", "holdings.csv", "ledger/rep_0002.csv"],
)
def test_one_byte_changed_in_any_file_is_found(folder, name):
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    findings = [finding.where for finding in inspect(folder).findings if finding.check == "files"]
    assert findings == [name]


def test_an_award_changed_in_a_ledger_is_named_with_its_record(folder):
    edited(folder / "ledger/rep_0002.csv", "award,R2-X0,R2-H0", "award,R2-X0,R2-H1")
    inspection = inspect(folder)
    assert inspection.findings[0].where == "ledger/rep_0002.csv, record 6"
    assert inspection.first("chain").where == "ledger/rep_0002.csv, record 6"


def test_a_ledger_of_another_replication_or_run_does_not_pass(folder):
    shutil.copy(folder / "ledger/rep_0001.csv", folder / "ledger/rep_0003.csv")
    assert inspect(folder).first("chain").where == "ledger/rep_0003.csv, record 1"
    manifest = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(manifest.replace('"seed": 7', '"seed": 8'))
    assert inspect(folder).first("chain").where == "ledger/rep_0001.csv, record 1"


def test_an_owner_changed_in_the_final_holdings_is_found_against_the_ledger(folder):
    edited(folder / "holdings.csv", "alpha", "gamma")
    finding = inspect(folder).first("holdings")
    assert "R1-H0" in finding.what
    assert "alpha" in finding.what
    assert "gamma" in finding.what


def test_files_that_are_missing_or_added_are_found(folder):
    (folder / "bids.csv").unlink()
    (folder / "more.csv").write_text("x")
    (folder / "ledger/rep_0001.csv").unlink()
    found = {finding.where: finding.what for finding in inspect(folder).findings if finding.check == "files"}
    assert found == {
        "bids.csv": "it is missing",
        "ledger/rep_0001.csv": "it is missing",
        "more.csv": "it is not in the manifest: it was added later",
    }
    assert inspect(folder).first("chain").where == "ledger/rep_0001.csv"


def test_every_finding_is_told_in_chinese_without_english_words(folder):
    edited(folder / "ledger/rep_0002.csv", "award,R2-X0,R2-H0", "award,R2-X0,R2-H1")
    edited(folder / "holdings.csv", "alpha", "gamma")
    (folder / "bids.csv").unlink()
    (folder / "more.csv").write_text("x")
    manifest = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(manifest.replace('"seed": 7', '"seed": 8'))
    inspection = inspect(folder)
    assert {"files", "manifest", "chain", "holdings"} <= {finding.check for finding in inspection.findings}
    assert any("第 6 条记录" in finding.text("zh") for finding in inspection.findings)
    for finding in inspection.findings:
        assert not re.search(r"\b(it|is|was|of|record|register|units|none)\b", finding.text("zh"))
        assert finding.text() == f"{finding.where}: {finding.what}"


def test_a_ledger_that_is_gone_is_said_to_be_missing(folder):
    (folder / "ledger/rep_0002.csv").unlink()
    inspection = inspect(folder)
    assert inspection.findings[0].text() == "ledger/rep_0002.csv: it is missing"
    assert {finding.what for finding in inspection.findings} == {"it is missing"}


def rehashed(folder, name):
    """Enter a file's present hash, and the hash of all, in the manifest: what somebody who alters numbers would do."""
    about = read_manifest(folder)
    about["outputs"][name] = asdict(facts_of(folder / name))
    about["results_sha256"] = results_hash(outputs_of(about))
    (folder / "manifest.json").write_bytes(manifest_bytes(about))


SALE = {"price_cny": "1.00", "share_units": "7", "end_date": "2020-01-01", "buyer_id": "beta", "lp_id": "bank",
        "sold": "0"}  # fmt: skip


@pytest.mark.parametrize(("column", "value"), SALE.items())
def test_a_sale_altered_with_its_hashes_is_found_against_the_ledger_and_its_row_named(folder, column, value):
    table = pd.read_csv(folder / "exits.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    table.loc[table["exit_id"] == "R2-X0", column] = value
    table.to_csv(folder / "exits.csv", index=False)
    rehashed(folder, "exits.csv")
    (finding,) = inspect(folder).findings
    assert finding.check == "exits"
    assert finding.where == "ledger/rep_0002.csv, record 8"
    assert finding.what.startswith("exit R2-X0: register has ")


def test_a_sale_altered_in_parquet_is_found_too(pilot, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    wishes = Wishes(keeping=keeping("parquet"))
    folder = run_into(planned(pilot, simulate=one_sale, workers=1), tmp_path / "run", wishes).folder
    assert inspect(folder).is_sound
    table = pq.read_table(folder / "exits.parquet")
    place = table.column_names.index("price_cny")
    pq.write_table(table.set_column(place, "price_cny", [[1.0] * table.num_rows]), folder / "exits.parquet")
    rehashed(folder, "exits.parquet")
    assert "exit R1-X0: register has " in inspect(folder).first("exits").what


def test_without_a_table_of_exits_the_ledger_is_audited_alone(pilot, tmp_path):
    wishes = Wishes(keeping=keeping(kept=["ledger"]))
    inspection = inspect(run_into(planned(pilot, simulate=one_sale, workers=1), tmp_path / "run", wishes).folder)
    assert inspection.is_sound
    assert "exits" not in inspection.checks
    assert "payments" in inspection.checks


FALSE = {"results_sha256": "0" * 64, "sfund_sim": "9.9.9", "seed": 8, "replications": 4, "kept": ["ledger"],
         "report": True, "scenario": "other", "repeat_in_this_folder": "sfund run other"}  # fmt: skip


@pytest.mark.parametrize(("entry", "value"), FALSE.items())
def test_what_the_manifest_says_otherwise_than_the_files_is_found(folder, entry, value):
    about = read_manifest(folder)
    (folder / "manifest.json").write_bytes(manifest_bytes(about | {entry: value}))
    assert inspect(folder).first("manifest").what.startswith(f"{entry} is ")


@pytest.mark.parametrize("holdings", [b"", b"\xff\xfe", b"rep,holding_id\n1,2\n", b"a\n" * 3])
def test_holdings_that_cannot_be_read_are_a_finding_not_a_crash(folder, holdings):
    (folder / "holdings.csv").write_bytes(holdings)
    assert {"files", "holdings"} <= {finding.check for finding in inspect(folder).findings}


@pytest.mark.parametrize("manifest", [None, "", "[]", "{}", '{"format": 2}', "\x00"])
def test_what_is_no_run_folder_is_told_so_in_one_line(tmp_path, manifest):
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(NotARunFolder, match="is not a run folder") as caught:
        inspect(tmp_path)
    assert "\n" not in str(caught.value)


def test_checks_are_told_in_words():
    assert list(CHECKS)[:3] == ["files", "manifest", "chain"]
    assert all(CHECKS.values())


@pytest.mark.parametrize("workers", [1, 2])
def test_a_replay_of_an_honest_folder_is_identical(folder, workers):
    again = replay(folder, plan_of(folder, workers=workers, simulate=one_sale))
    assert again.is_identical
    assert (again.files, again.versions) == (15, ())


def test_a_replay_lists_the_files_that_differ_and_versions_that_changed(folder):
    edited(folder / "manifest.json", read_manifest(folder)["versions"]["numpy"], "0.0.1")
    again = replay(folder, plan_of(folder, workers=1, simulate=other_market))
    assert {"exits.csv", "ledger/rep_0002.csv", "runs.csv"} & set(again.differing) == {
        "exits.csv",
        "ledger/rep_0002.csv",
    }
    assert len(again.versions) == 1
    assert again.versions[0].startswith("numpy 0.0.1 -> ")


def test_a_replay_compares_the_bytes_on_disk(folder):
    content = bytearray((folder / "exits.csv").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "exits.csv").write_bytes(content)
    (folder / "votes.csv").unlink()
    again = replay(folder, plan_of(folder, workers=1, simulate=one_sale))
    assert (again.is_identical, again.differing) == (False, ("exits.csv", "votes.csv"))
    assert again.altered == {"exits.csv", "votes.csv"}


@pytest.mark.parametrize(("entry", "value"), [("results_sha256", "0" * 64), ("warnings", ["none"]), ("report", True)])
def test_a_replay_compares_what_the_manifest_says_of_the_results(folder, entry, value):
    about = read_manifest(folder)
    (folder / "manifest.json").write_bytes(manifest_bytes(about | {entry: value}))
    again = replay(folder, plan_of(folder, workers=1, simulate=one_sale))
    assert not again.is_identical
    assert entry in again.entries


def test_a_replay_leaves_nothing_behind(folder, tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    assert replay(folder, plan_of(folder, workers=1, simulate=one_sale)).is_identical
    assert list((tmp_path / "temporary").iterdir()) == []
