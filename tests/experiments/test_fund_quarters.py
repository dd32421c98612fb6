"""Funds quarter by quarter are one table more: the same bytes however a run is made, and nothing else moves."""

from __future__ import annotations

import pandas as pd
import pytest

import sfund_sim as sf
from sfund_sim.cli import main
from sfund_sim.experiments.executor import execute
from sfund_sim.experiments.inspection import inspect
from sfund_sim.experiments.keeping import FUND_QUARTERS, Keeping, keeping
from sfund_sim.experiments.replaying import plan_of, replay
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import planned, run_in_memory, run_into
from sfund_sim.experiments.store import sealed
from sfund_sim.experiments.work_folder import Means, WorkInterrupted
from sfund_sim.ground.errors import SfundError
from sfund_sim.report.exporting import read_table

WITH = keeping(kept=["usual,fund_quarters"])
FILE = "fund_quarters.csv"


@pytest.fixture(scope="module")
def loaded():
    few = ["population.funds.count=6", "horizon.start=2020-06-01", "horizon.end=2023-06-30"]
    return sf.load_scenario("beijing_pilot", few)


def planned_run(loaded, workers=1):
    return planned(loaded, replications=3, seed=7, workers=workers)


def contents(folder):
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: content for name, content in files.items() if name != "manifest.json"}


@pytest.fixture(scope="module")
def folder(loaded, tmp_path_factory):
    place = tmp_path_factory.mktemp("quarters") / "run"
    return run_into(planned_run(loaded), place, Wishes(keeping=WITH)).folder


def test_they_are_one_file_more_and_all_other_files_stay_as_they_are(loaded, folder, tmp_path):
    usual = contents(run_into(planned_run(loaded), tmp_path / "run", Wishes()).folder)
    more = contents(folder)
    assert set(more) - set(usual) == {FILE}
    assert {name: more[name] for name in usual} == usual


def test_workers_and_an_interruption_leave_the_same_bytes(loaded, folder, tmp_path):
    def stopped(job, numbers, *, workers=1, failed=None):
        for done, each in enumerate(execute(job, numbers, workers=workers, failed=failed)):
            if done == 1:
                raise KeyboardInterrupt
            yield each

    with pytest.raises(WorkInterrupted):
        run_into(planned_run(loaded), tmp_path / "cut", Wishes(keeping=WITH), means=Means(stopped))
    resumed = Means(resume=tmp_path / "cut")
    saved = run_into(planned_run(loaded, workers=2), tmp_path / "cut", Wishes(keeping=WITH), means=resumed)
    assert contents(saved.folder) == contents(folder)


def test_a_run_that_has_them_is_sound_and_comes_out_again(folder):
    assert inspect(folder).is_sound
    assert replay(folder, plan_of(folder, workers=1)).is_identical


def test_a_number_changed_in_them_is_found(loaded, tmp_path):
    folder = run_into(planned_run(loaded), tmp_path / "run", Wishes(keeping=keeping(kept=[FUND_QUARTERS]))).folder
    told = (folder / FILE).read_text("utf-8")
    (folder / FILE).write_text(told.replace("investing", "exiting", 1), "utf-8")
    assert {each.check for each in inspect(folder).findings} == {"files"}
    (folder / FILE).unlink()
    assert not inspect(folder).is_sound


def test_both_forms_and_python_have_the_same_rows(loaded, folder, tmp_path):
    run_into(planned_run(loaded), tmp_path / "run", Wishes(keeping=Keeping("parquet", (FUND_QUARTERS,))))
    of_csv, of_parquet = (read_table(each, FUND_QUARTERS) for each in (folder, tmp_path / "run"))
    pd.testing.assert_frame_equal(of_csv, of_parquet, rtol=1e-8)
    results = sf.run(loaded, replications=3, seed=7, workers=1, fund_quarters=True)
    pd.testing.assert_series_equal(results.fund_quarters["unit_nav_true_cny"], of_parquet["unit_nav_true_cny"])
    assert contents(results.save(tmp_path / "saved", report=False)) == contents(folder)


def test_what_was_not_noted_is_told_and_cannot_be_saved(loaded, tmp_path):
    results = run_in_memory(planned(loaded, replications=1, workers=1))
    assert FUND_QUARTERS not in results.tables()
    for asked in (lambda: results.fund_quarters, lambda: results.save(tmp_path / "run", keep=[FUND_QUARTERS])):
        with pytest.raises(SfundError, match="fund_quarters=True"):
            asked()
    assert not (tmp_path / "run").exists()


def test_a_finished_replication_waits_without_them_once_its_file_is_made(loaded):
    results = run_in_memory(planned(loaded, replications=1, workers=1), WITH)
    (done,) = results.by_number.values()
    assert FUND_QUARTERS in done.tables
    done.files[FILE] = [b"made"]
    assert FUND_QUARTERS not in sealed(done, origin="here").opened().tables


def test_stata_gets_them_with_labels_and_daily_dates(folder, tmp_path):
    asked = ["--to", "dta", "--table", FUND_QUARTERS, "--out", str(tmp_path / "dta")]
    assert main(["export", str(folder), *asked]) == 0
    with pd.io.stata.StataReader(tmp_path / "dta/fund_quarters.dta") as reader:
        table, labels = reader.read(), reader.variable_labels()
    assert table["quarter_end_date"].dt.is_quarter_end.all()
    assert labels["unit_nav_reported_cny"] == "reported NAV of a unit"
    assert "unit_distributed_to_date_cny" in table
