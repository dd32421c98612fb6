"""Which tables a run keeps, and their other form: the same rows, the same bytes, and every command still works."""

from __future__ import annotations

import csv
import importlib.util
import io
import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fake_markets import one_sale

from sfund_sim.experiments import keeping as module
from sfund_sim.experiments import parquet_tables
from sfund_sim.experiments.executor import execute
from sfund_sim.experiments.inspection import inspect
from sfund_sim.experiments.keeping import KEPT, Keeping, keeping, kept_by
from sfund_sim.experiments.replaying import plan_of, replay
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.retelling import retell
from sfund_sim.experiments.running import planned, run_in_memory, run_into
from sfund_sim.experiments.work_folder import Means, WorkInterrupted
from sfund_sim.ground.errors import OutputError, ScenarioError
from sfund_sim.outcomes.arrow_tables import arrow_table
from sfund_sim.report.exporting import read_table

PARQUET = Keeping("parquet")
TABLES = [name for name in KEPT if name != "ledger"]


def other_sale(scenario, replication, seed):
    return one_sale(scenario, replication, seed + 1)


def more_bids(scenario, replication, seed):
    journal = one_sale(scenario, replication, seed)
    journal.bids.append(journal.bids[0])
    return journal


def written(pilot, place, kept, **changes):
    plan = planned(pilot, **({"replications": 5, "simulate": one_sale, "workers": 1} | changes))
    return run_into(plan, place, Wishes(keeping=kept)).folder


def contents(folder):
    """Every file but the manifest, which alone knows when and how it was made."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: content for name, content in files.items() if name != "manifest.json"}


@pytest.fixture(scope="module")
def folders(pilot, tmp_path_factory):
    place = tmp_path_factory.mktemp("forms")
    return {kept.form: written(pilot, place / kept.form, kept) for kept in (Keeping(), PARQUET)}


def test_large_tables_are_in_the_form_asked_for_and_the_manifest_says_so(folders):
    names = set(contents(folders["parquet"]))
    assert {name for name in names if name.endswith(".parquet")} == {f"{name}.parquet" for name in TABLES}
    assert {"runs.csv", "summary.csv", "dictionary.csv"} <= names
    manifest = json.loads((folders["parquet"] / "manifest.json").read_text())
    assert (manifest["tables"], manifest["kept"]) == ("parquet", [*TABLES, "ledger"])
    assert manifest["versions"]["pyarrow"] == pa.__version__
    assert manifest["repeat_in_this_folder"].endswith("--tables parquet")
    plain = json.loads((folders["csv"] / "manifest.json").read_text())
    assert plain["tables"] == "csv"
    assert "pyarrow" not in plain["versions"]
    assert plain["repeat_in_this_folder"].endswith("--seed 7")


@pytest.mark.parametrize("name", [*TABLES, "runs", "summary"])
def test_both_forms_have_the_same_rows(folders, name):
    pd.testing.assert_frame_equal(*(read_table(folders[form], name) for form in ("csv", "parquet")), rtol=1e-8)


def test_a_table_without_rows_has_the_schema_of_a_full_one(pilot):
    tables = run_in_memory(planned(pilot, simulate=one_sale, workers=1)).tables()
    for table in tables.values():
        assert arrow_table(table.iloc[:0]).schema.equals(arrow_table(table).schema, check_metadata=True)
    exits = arrow_table(tables["exits"]).schema
    assert (exits.field("wish_date").type, exits.field("price_cny").type) == (pa.date32(), pa.float64())
    assert exits.field("lp_kind").type == pa.dictionary(pa.int32(), pa.string())
    assert b"Price" in exits.field("price_to_nav").metadata[b"definition"]


@pytest.mark.parametrize("kept", [PARQUET, Keeping("parquet", ("exits",)), Keeping("csv", ("exits", "bids"))])
def test_workers_and_an_interruption_leave_the_same_bytes(pilot, tmp_path, kept):
    plain = contents(written(pilot, tmp_path / "plain", kept))
    assert contents(written(pilot, tmp_path / "two", kept, workers=2)) == plain

    def stopped(job, numbers, *, workers=1, failed=None):
        for done, each in enumerate(execute(job, numbers, workers=workers, failed=failed)):
            if done == 2:
                raise KeyboardInterrupt
            yield each

    plan = planned(pilot, replications=5, simulate=one_sale, workers=1)
    with pytest.raises(WorkInterrupted):
        run_into(plan, tmp_path / "run", Wishes(keeping=kept), means=Means(stopped))
    with pytest.raises(ScenarioError, match="tables"):
        run_into(
            plan, tmp_path / "run", Wishes(keeping=Keeping("csv", ("votes",))), means=Means(resume=tmp_path / "run")
        )
    saved = run_into(plan, tmp_path / "run", Wishes(keeping=kept), means=Means(resume=tmp_path / "run"))
    assert contents(saved.folder) == plain


def test_whole_replications_make_a_row_group_whatever_their_number(pilot, tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_tables, "ROWS_A_GROUP", 3)
    file = pq.ParquetFile(written(pilot, tmp_path / "run", PARQUET) / "holdings.parquet")
    groups = [file.read_row_group(number, columns=["rep"])["rep"].to_pylist() for number in range(file.num_row_groups)]
    assert groups == [[1, 1, 2, 2], [3, 3, 4, 4], [5, 5]]


@pytest.mark.parametrize("kept", [PARQUET, Keeping("parquet", ("exits",)), Keeping("csv", ())])
def test_what_is_kept_can_be_audited_replayed_and_retold(pilot, tmp_path, kept):
    folder = written(pilot, tmp_path / "run", kept)
    found = inspect(folder)
    assert found.is_sound
    assert (found.has_ledgers, found.ledgers) == ((True, 5) if "ledger" in kept.names else (False, 0))
    assert replay(folder, plan_of(folder, workers=1, simulate=one_sale)).is_identical
    assert len(retell(folder, 3, simulate=one_sale).journal.exits) == 1
    with pytest.raises(OutputError, match="comes out otherwise"):
        retell(folder, 3, simulate=other_sale if "ledger" in kept.names else more_bids)
    assert kept_by(json.loads((folder / "manifest.json").read_text())) == kept


def test_an_owner_changed_in_parquet_holdings_is_found_against_the_ledger(pilot, tmp_path):
    folder = written(pilot, tmp_path / "run", PARQUET)
    table = pq.read_table(folder / "holdings.parquet")
    owners = ["gamma" if row == 1 else name for row, name in enumerate(table["owner_id"].to_pylist())]
    place = table.column_names.index("owner_id")
    pq.write_table(table.set_column(place, "owner_id", [owners]), folder / "holdings.parquet")
    finding = inspect(folder).first("holdings")
    assert "gamma" in finding.what
    (folder / "holdings.parquet").write_bytes(b"PAR1")
    assert {each.check for each in inspect(folder).findings} == {"files", "holdings"}


def test_a_run_that_keeps_only_its_summary_has_the_summary_of_one_that_keeps_all(pilot, folders, tmp_path):
    folder = written(pilot, tmp_path / "run", keeping(kept=["summary"]))
    assert set(contents(folder)) == {"dictionary.csv", "runs.csv", "scenario.resolved.yaml", "summary.csv"}
    assert contents(folder)["summary.csv"] == contents(folders["csv"])["summary.csv"]
    assert len(list(csv.DictReader(io.StringIO((folder / "runs.csv").read_text("utf-8-sig"))))) == 5


def test_names_come_singly_or_with_commas_and_a_ledger_brings_what_it_is_audited_against():
    assert keeping(kept=["exits, ledger", "bids"]) == Keeping("csv", ("exits", "bids", "holdings", "ledger"))
    assert keeping(usual=PARQUET) == PARQUET
    assert keeping("csv", usual=Keeping("parquet", ("exits",))) == Keeping("csv", ("exits",))
    more = keeping(kept=["fund_quarters,usual"])
    assert more.names == (*TABLES, "fund_quarters", "ledger")
    assert more.words == ["--keep", "usual,fund_quarters"]
    assert keeping(kept=["usual", "votes"]) == Keeping()
    for kept in (Keeping(), PARQUET, Keeping("parquet", ()), keeping(kept=["votes", "ledger"]), more):
        options = dict(zip(kept.words[::2], kept.words[1::2], strict=True))
        names = [options["--keep"]] if "--keep" in options else []
        assert keeping(options.get("--tables", ""), names) == kept


def test_what_cannot_be_kept_is_told_at_once_with_what_can(monkeypatch):
    with pytest.raises(ScenarioError, match="'' is not allowed"):
        keeping(kept=[""])
    with pytest.raises(ScenarioError) as caught:
        keeping("xlsx", ["exit", "bids"])
    messages = [(problem.file, problem.message) for problem in caught.value.problems]
    assert [name for name, _ in messages] == ["--keep", "--tables"]
    assert "'exit' is not allowed; allowed: usual, runs, summary, exits" in messages[0][1]
    assert "csv, parquet" in messages[1][1]
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "pyarrow" else importlib.util.find_spec(name))
    with pytest.raises(ScenarioError, match=r"pip install \"sfund-sim\[cluster\]\""):
        keeping("parquet")


def test_results_in_memory_save_the_same_files(pilot, folders, tmp_path):
    results = run_in_memory(planned(pilot, replications=5, simulate=one_sale, workers=1))
    assert contents(results.save(tmp_path / "run", tables="parquet")) == contents(folders["parquet"])
