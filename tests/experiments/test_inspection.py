from __future__ import annotations

import shutil

import pytest
from fake_markets import one_sale

from sfund_sim.experiments.inspection import CHECKS, inspect
from sfund_sim.experiments.manifest import NotARunFolder, read_manifest
from sfund_sim.experiments.replaying import plan_of, replay
from sfund_sim.experiments.run_folder import Wishes
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
    assert list(CHECKS)[:2] == ["files", "chain"]
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


def test_a_replay_leaves_nothing_behind(folder, tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    assert replay(folder, plan_of(folder, workers=1, simulate=one_sale)).is_identical
    assert list((tmp_path / "temporary").iterdir()) == []
