from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from fake_markets import one_sale

from sfund_sim.experiments import contents
from sfund_sim.experiments.executor import execute
from sfund_sim.experiments.replication import Job, Replication, ReplicationFailed
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import default_folder, planned, run_in_memory, run_into
from sfund_sim.experiments.store import PartStore, sealed, unsealed
from sfund_sim.ground.errors import Caution, OutputError

HERE = Path(__file__).parent


def no_market(scenario, replication, seed):
    if replication == 2:
        raise ArithmeticError("the market fell off the table")
    return one_sale(scenario, replication, seed)


def warning_market(scenario, replication, seed):
    import warnings

    warnings.warn(f"seen in {min(replication, 2)}", Caution, stacklevel=1)
    warnings.warn("seen by all", Caution, stacklevel=1)
    warnings.warn("a library's own affair", DeprecationWarning, stacklevel=1)
    return one_sale(scenario, replication, seed)


def killed_once(mark, scenario, replication, seed):
    if replication == 2 and not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return one_sale(scenario, replication, seed)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_replication_that_raises_leaves_its_story_beside_and_no_folder(pilot, tmp_path, workers):
    with pytest.raises(
        ReplicationFailed, match=r"replication 2 \(seed 7\) failed: ArithmeticError: .*failed\.txt"
    ) as caught:
        run_into(planned(pilot, simulate=no_market, workers=workers), tmp_path / "deep/run", Wishes())
    left = {path.name for path in (tmp_path / "deep").iterdir()}
    assert "run.failed.txt" in left
    assert left <= {"run.failed.txt", "run.partial"}
    story = caught.value.story.read_text()
    assert "in no_market" in story
    assert "seed 7" in story


def test_a_run_survives_a_killed_worker_with_the_same_bytes(pilot, tmp_path):
    lame = partial(killed_once, str(tmp_path / "mark"))
    first = run_into(planned(pilot, simulate=one_sale, workers=1), tmp_path / "one", Wishes())
    second = run_into(planned(pilot, simulate=lame, workers=2), tmp_path / "two", Wishes())
    assert (tmp_path / "mark").exists()
    assert first.manifest["results_sha256"] == second.manifest["results_sha256"]


def test_warnings_of_replications_are_kept_once_in_order(pilot, tmp_path):
    plan = planned(pilot, simulate=warning_market, workers=2)
    expected = ["seen in 1", "seen by all", "seen in 2"]
    assert run_into(plan, tmp_path / "run", Wishes()).manifest["warnings"] == expected
    assert list(run_in_memory(plan).warnings) == expected


def test_progress_is_told_once_a_replication(pilot, tmp_path):
    told = []
    run_into(planned(pilot, simulate=one_sale, workers=2), tmp_path / "run", Wishes(), told=lambda: told.append(1))
    assert len(told) == 3


def test_the_default_folder_names_scenario_time_and_hash(pilot):
    folder = default_folder(pilot)
    assert folder.parts[:2] == ("results", "beijing_pilot")
    moment, _, digits = folder.name.partition("-")
    assert (len(moment), len(digits)) == (16, 8)


def test_a_disk_that_fills_between_replications_ends_in_one_message_and_leaves_nothing(pilot, tmp_path, monkeypatch):
    def full(self, parcel):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PartStore, "put", full)
    with pytest.raises(OutputError, match="the disk is full"):
        run_into(planned(pilot, simulate=one_sale, workers=2), tmp_path / "a/run", Wishes())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("in_memory", [100, 2_000_000])
def test_a_file_larger_than_the_system_allows_leaves_nothing(tmp_path, in_memory):
    """Whether it is written by what made it or by what receives it."""
    script = tmp_path / "limited.py"
    script.write_text(
        textwrap.dedent(f"""
        import resource, sys
        sys.path.insert(0, {str(HERE)!r})
        import sfund_sim as sf
        from fake_markets import one_sale
        from sfund_sim.experiments.results_folder import Wishes
        from sfund_sim.experiments.running import planned, run_into
        from sfund_sim.experiments import contents
        from pathlib import Path
        contents.IN_MEMORY_UP_TO = {in_memory}
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
        plan = planned(sf.load_scenario("beijing_pilot"), simulate=one_sale, workers=1)
        try:
            run_into(plan, Path("here/run"), Wishes())
        except sf.OutputError as error:
            print(error)
        """)
    )
    ended = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert "larger than this system allows" in ended.stdout
    assert ended.stdout.count("\n") == 1
    assert (ended.stderr, [path.name for path in tmp_path.iterdir()]) == ("", ["limited.py"])


def test_ctrl_c_leaves_what_is_finished_and_nothing_that_looks_whole(tmp_path):
    script = tmp_path / "slow.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys, time
        sys.path.insert(0, {str(HERE)!r})
        import sfund_sim as sf
        from fake_markets import one_sale
        from sfund_sim.experiments.results_folder import Wishes
        from sfund_sim.experiments.running import planned, run_into
        from pathlib import Path
        def slow(scenario, replication, seed):
            time.sleep(0.2)
            return one_sale(scenario, replication, seed)
        if __name__ == "__main__":
            plan = planned(sf.load_scenario("beijing_pilot"), replications=500, simulate=slow, workers=2)
            try:
                run_into(plan, Path("here/run"), Wishes(), told=lambda: print("one", flush=True))
            except KeyboardInterrupt:
                print("stopped")
        """)
    )
    with subprocess.Popen(
        [sys.executable, script],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as run:
        assert run.stdout is not None
        run.stdout.readline()
        began = time.monotonic()
        os.killpg(run.pid, signal.SIGINT)
        out, complaints = run.communicate(timeout=30)
    assert time.monotonic() - began < 5
    assert (out.splitlines()[-1], complaints) == ("stopped", "")
    assert {path.name for path in tmp_path.iterdir()} == {"slow.py", "here"}
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["run.partial"]
    assert not (tmp_path / "here/run.partial/manifest.json").exists()


def test_the_store_gives_back_what_it_was_given_in_order_of_numbers(tmp_path):
    store = PartStore(tmp_path / "parts", "here")
    for number in (3, 1, 2):
        tables = {
            "exits": {"price": np.array([number, 2**62]), "irr": np.array([0.1, np.nan])},
            "bids": {"bid": np.array([], np.int64)},
        }
        store.put(
            sealed(
                Replication(
                    number,
                    tables,
                    {"lps": ["甲", "b"]},
                    {"lps": [1, 2]},
                    ("warned",),
                    {"a.b/c.csv": [b"\x00", b"\xff"]},
                ),
                origin="here",
            )
        )
    assert (list(store), len(store), 4 in store) == ([1, 2, 3], 3, False)
    back = store[2]
    np.testing.assert_array_equal(back.tables["exits"]["price"], [2, 2**62])
    np.testing.assert_array_equal(back.tables["exits"]["irr"], [0.1, np.nan])
    assert back.tables["bids"]["bid"].dtype == np.int64
    assert (back.names, back.kinds) == ({"lps": ["甲", "b"]}, {"lps": [1, 2]})
    assert (back.warnings, back.files) == (("warned",), {"a.b/c.csv": [b"\x00\xff"]})
    with pytest.raises(KeyError):
        store[4]


@pytest.mark.parametrize("rows", [0, 5, 1_500_001])
def test_a_part_with_files_holds_the_tables_that_are_still_needed_and_no_others(rows):
    """Small ones are compressed, large ones are not."""
    columns = {"day": np.arange(rows), "rate": np.linspace(0, 1, rows)}
    tables = dict.fromkeys(("exits", "register", "trail", "holdings"), columns)
    whole, rest = Replication(1, tables), Replication(1, tables, files={"odd.csv": [b"x"]})
    assert set(sealed(whole, origin="").opened().tables) == set(tables)
    back = unsealed(sealed(rest, origin="").content, origin="").opened()
    assert set(back.tables) == {"exits"}
    assert back.tables["exits"]["rate"].flags.aligned
    np.testing.assert_array_equal(back.tables["exits"]["rate"], tables["exits"]["rate"])


def test_what_is_too_much_for_memory_does_not_travel_with_a_parcel(tmp_path):
    rows = contents.IN_MEMORY_UP_TO // 8 + 1
    tables = {"exits": {"day": np.arange(rows)}, "bids": {"bid": np.arange(3)}}
    job = Job(lambda *_: one_sale(None, 1, 7), None, 7, lambda _: iter([("a/b.csv", [b"x", b"y" * 8 * rows])]))
    (kept,) = execute(replace(job, pack=partial(sealed, origin=""), room=tmp_path), [1])
    assert kept.opened().files["a/b.csv"].path.read_bytes() == b"x" + b"y" * 8 * rows
    parcel = sealed(Replication(2, tables), tmp_path, origin="")
    assert max(len(pickle.dumps(each)) for each in (kept, parcel)) < 20_000
    back = pickle.loads(pickle.dumps(parcel)).opened()
    np.testing.assert_array_equal(back.tables["exits"]["day"], np.arange(rows))
    np.testing.assert_array_equal(back.tables["bids"]["bid"], [0, 1, 2])


def test_a_part_takes_no_columns_that_are_not_plain():
    with pytest.raises(ValueError, match="column names is not plain"):
        sealed(Replication(1, {"exits": {"names": np.array(["a", None], object)}}), origin="")
