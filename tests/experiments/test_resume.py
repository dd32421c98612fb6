from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from fake_markets import one_sale
from work_places import finished

from sfund_sim.experiments import contents as waiting
from sfund_sim.experiments.comparing import planned_comparison
from sfund_sim.experiments.comparison_folder import compare_into
from sfund_sim.experiments.executor import execute
from sfund_sim.experiments.identity import read_state
from sfund_sim.experiments.inspection import inspect
from sfund_sim.experiments.replication import ReplicationFailed
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import identity, planned, run_into
from sfund_sim.experiments.store import BrokenPart, sealed, unsealed
from sfund_sim.experiments.sweep_results import sweep_into
from sfund_sim.experiments.sweeping import sweep_plan, with_experiment
from sfund_sim.experiments.unfinished import work_folder_of
from sfund_sim.experiments.work_folder import Means, WorkInterrupted, undertaken
from sfund_sim.ground.errors import OutputError, ScenarioError

HERE = Path(__file__).parent
TWO = {"levers": {"venues.beijing.disclosure.days": [10, 30]}, "outcomes": ["share_sold"], "replications": 3}


class Interruption:
    """An engine that is stopped after a number of replications, and one that counts what it is asked for."""

    def __init__(self, after: int = 10**9) -> None:
        self.after, self.asked = after, []

    def __call__(self, job, numbers, *, workers=1, failed=None):
        self.asked += numbers
        for done, each in enumerate(execute(job, numbers, workers=workers, failed=failed)):
            if done == self.after:
                raise KeyboardInterrupt
            yield each


def contents(folder):
    """Every file but the manifest, which alone knows when and how it was made."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: content for name, content in files.items() if name != "manifest.json"}


def plan_of(pilot, **changes):
    return planned(pilot, **({"replications": 6, "simulate": one_sale, "workers": 1} | changes))


@pytest.fixture(scope="module")
def whole(pilot, tmp_path_factory):
    return contents(run_into(plan_of(pilot), tmp_path_factory.mktemp("whole") / "run", Wishes()).folder)


@pytest.fixture
def interrupted(pilot, tmp_path):
    with pytest.raises(WorkInterrupted):
        run_into(plan_of(pilot), tmp_path / "run", Wishes(), means=Means(Interruption(after=3)))
    return tmp_path / "run.partial"


def test_what_an_interruption_leaves_cannot_be_taken_for_results(interrupted):
    names = {path.relative_to(interrupted).as_posix() for path in interrupted.rglob("*") if path.is_file()}
    parts = {f"parts_1/rep_000{number}.part" for number in (1, 2, 3)}
    assert names == {"README.txt", "state.json", ".lock"} | parts
    assert "not results" in (interrupted / "README.txt").read_text()
    assert not (interrupted.parent / "run").exists()


def test_a_resumed_run_has_the_bytes_of_an_uninterrupted_one_and_redoes_nothing(pilot, interrupted, whole):
    engine = Interruption()
    saved = run_into(plan_of(pilot), interrupted.parent / "run", Wishes(), means=Means(engine, resume=interrupted))
    assert engine.asked == [4, 5, 6]
    assert contents(saved.folder) == whole
    assert not interrupted.exists()
    assert inspect(saved.folder).is_sound


def test_the_name_of_the_results_stands_for_the_work_folder_and_more_replications_may_be_wanted(pilot, interrupted):
    final = interrupted.parent / "run"
    assert work_folder_of(final) == work_folder_of(interrupted) == interrupted
    engine = Interruption()
    run_into(plan_of(pilot, replications=8), final, Wishes(), means=Means(engine, resume=final))
    assert engine.asked == [4, 5, 6, 7, 8]


@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda content: b"", lambda content: content + b"x"])
def test_a_damaged_part_is_done_again(pilot, interrupted, whole, damage):
    part = interrupted / "parts_1/rep_0002.part"
    part.write_bytes(damage(part.read_bytes()))
    engine = Interruption()
    saved = run_into(plan_of(pilot), interrupted.parent / "run", Wishes(), means=Means(engine, resume=interrupted))
    assert engine.asked == [2, 4, 5, 6]
    assert contents(saved.folder) == whole


def test_a_part_under_anothers_number_is_done_again(pilot, interrupted, whole):
    parts = interrupted / "parts_1"
    (parts / "rep_0002.part").write_bytes((parts / "rep_0003.part").read_bytes())
    assert list(finished(interrupted)) == [1, 3]


@pytest.fixture
def little_memory(monkeypatch):
    """Nearly everything is too much to wait in memory."""
    monkeypatch.setattr(waiting, "IN_MEMORY_UP_TO", 100)


@pytest.mark.parametrize("replications", [1, 6])
def test_what_waits_on_disk_has_the_bytes_of_what_waits_in_memory(pilot, tmp_path, monkeypatch, replications):
    usual = run_into(plan_of(pilot, replications=replications), tmp_path / "usual", Wishes())
    monkeypatch.setattr(waiting, "IN_MEMORY_UP_TO", 100)
    saved = run_into(plan_of(pilot, replications=replications), tmp_path / "run", Wishes())
    assert contents(saved.folder) == contents(usual.folder)
    assert inspect(saved.folder).is_sound
    assert all(path.stat().st_nlink == 1 for path in saved.folder.rglob("*.csv"))


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(path.read_bytes()[:-1]), lambda path: path.unlink(),
                                    lambda path: path.write_bytes(path.read_bytes()[:-2] + b"x\n")])  # fmt: skip
@pytest.mark.parametrize("name", ["exits.csv", "ledger-rep_0002.csv", "arrays"])
def test_a_part_is_done_again_when_a_file_beside_it_is_damaged(pilot, little_memory, interrupted, whole, damage, name):
    damage(interrupted / "parts_1" / f"rep_0002.{name}")
    engine = Interruption()
    saved = run_into(plan_of(pilot), interrupted.parent / "run", Wishes(), means=Means(engine, resume=interrupted))
    assert engine.asked == [2, 4, 5, 6]
    assert contents(saved.folder) == whole


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"seed": 8}, "seed 7 there, 8 now"), ({}, "scenario hash"), ({"version": "0.0.9"}, "version of sfund_sim 0.0.9")],
)
def test_another_experiment_is_refused_with_what_differs(pilot, interrupted, changes, words):
    loaded, state = pilot, read_state(interrupted)
    if "version" in changes:
        (interrupted / "state.json").write_text(json.dumps(state | {"sfund_sim": changes.pop("version")}))
    elif not changes:
        import sfund_sim as sf

        loaded = sf.load_scenario("beijing_pilot", ["seed=7", "venues.beijing.disclosure.days=19"])
    with pytest.raises(ScenarioError, match=words) as caught:
        run_into(plan_of(loaded, **changes), interrupted.parent / "run", Wishes(), means=Means(resume=interrupted))
    assert "\n" not in str(caught.value)
    assert len(list(interrupted.glob("parts_1/*.part"))) == 3


def test_a_changed_library_is_refused_too(pilot, interrupted):
    state = read_state(interrupted)
    state["versions"]["numpy"] = "0.1"
    (interrupted / "state.json").write_text(json.dumps(state))
    with pytest.raises(ScenarioError, match=r"numpy 0\.1 there"):
        run_into(plan_of(pilot), interrupted.parent / "run", Wishes(), means=Means(resume=interrupted))


def test_what_was_begun_is_not_begun_again_by_mistake(pilot, interrupted):
    with pytest.raises(OutputError, match=r"finished replications.*--resume .*run\.partial"):
        run_into(plan_of(pilot), interrupted.parent / "run", Wishes())
    with pytest.raises(ScenarioError, match="--resume: no interrupted experiment"):
        work_folder_of(interrupted.parent / "other")


def test_a_comparison_is_taken_up_too(pilot, tmp_path):
    import sfund_sim as sf

    other = sf.load_scenario("beijing_pilot", ["seed=7", "name=other", "venues.beijing.disclosure.days=10"])
    plan = planned_comparison([pilot, other], replications=3, workers=1, simulate=one_sale)
    first = compare_into(plan, tmp_path / "whole", Wishes())
    with pytest.raises(WorkInterrupted):
        compare_into(plan, tmp_path / "cut", Wishes(), means=Means(Interruption(after=3)))
    engine = Interruption()
    again = compare_into(plan, tmp_path / "cut", Wishes(), means=Means(engine, resume=tmp_path / "cut"))
    assert engine.asked == [4, 5, 6]
    assert contents(first.folder) == contents(again.folder)


def sold(scenario, replication, seed):
    from sfund_sim.experiments.sweep_values import Value

    return [Value("share_sold", "all", "all", (replication * 7 + scenario.seed) % 10 / 10, 3)]


def test_a_sweep_is_taken_up_too_unless_its_points_have_changed(pilot, tmp_path):
    plan = sweep_plan(with_experiment(pilot, TWO), workers=1, measure=sold)
    first = sweep_into(plan, tmp_path / "whole", Wishes())
    with pytest.raises(WorkInterrupted):
        sweep_into(plan, tmp_path / "cut", Wishes(), means=Means(Interruption(after=4)))
    other = sweep_plan(with_experiment(pilot, TWO | {"replications": 2}), workers=1, measure=sold)
    with pytest.raises(ScenarioError, match="scenario hash"):
        sweep_into(other, tmp_path / "cut", Wishes(), means=Means(resume=tmp_path / "cut"))
    engine = Interruption()
    again = sweep_into(plan, tmp_path / "cut", Wishes(), means=Means(engine, resume=tmp_path / "cut"))
    assert engine.asked == [5, 6]
    assert contents(first.folder) == contents(again.folder)


def sometimes(scenario, replication, seed):
    if replication in (2, 5):
        raise ArithmeticError(f"no market, really none, in {replication}")
    return one_sale(scenario, replication, seed)


@pytest.mark.parametrize("workers", [1, 2])
def test_failures_are_recorded_and_the_rest_goes_on(pilot, tmp_path, workers):
    plan = plan_of(pilot, simulate=sometimes, workers=workers)
    saved = run_into(plan, tmp_path / "run", Wishes(), means=Means(goes_on=True))
    lines = (saved.folder / "failures.csv").read_text().splitlines()
    assert lines[0] == "run,where,replication,seed,reason,traceback_file"
    assert lines[1] == '2,,2,7,"ArithmeticError: no market, really none, in 2",failures/run_0002.txt'
    assert "in sometimes" in (saved.folder / "failures/run_0005.txt").read_text()
    assert [failure.number for failure in saved.failures] == [2, 5]
    assert (saved.manifest["replications"], saved.manifest["failed_replications"]) == (6, [2, 5])
    assert saved.manifest["warnings"] == ["2 of 6 runs failed and are missing from all results (failures.csv): 2, 5"]
    assert inspect(saved.folder).is_sound
    assert not (tmp_path / "run.partial").exists()


def test_when_everything_fails_there_are_no_results(pilot, tmp_path):
    def never(scenario, replication, seed):
        raise ArithmeticError("never")

    with pytest.raises(ReplicationFailed, match=r"replication 1 \(seed 7\)"):
        run_into(plan_of(pilot, simulate=never), tmp_path / "run", Wishes(), means=Means(goes_on=True))
    assert [path.name for path in tmp_path.iterdir()] == ["run.failed.txt"]


def test_in_a_comparison_a_failure_takes_its_partners_with_it(pilot, tmp_path):
    import sfund_sim as sf

    def in_other(scenario, replication, seed):
        if scenario.name == "other" and replication == 2:
            raise ArithmeticError("only here")
        return one_sale(scenario, replication, seed)

    other = sf.load_scenario("beijing_pilot", ["seed=7", "name=other"])
    plan = planned_comparison([pilot, other], replications=3, workers=1, simulate=in_other)
    saved = compare_into(plan, tmp_path / "run", Wishes(), means=Means(goes_on=True))
    assert set(saved.results.values["rep"]) == {1, 3}
    assert (saved.folder / "failures.csv").read_text().splitlines()[1].startswith("4,other,2,7,")
    assert saved.manifest["warnings"][0].startswith("1 of 6 runs failed")


SLOW = f"""
    import sys, time
    from pathlib import Path
    sys.path.insert(0, {str(HERE)!r})
    import sfund_sim as sf
    from fake_markets import one_sale
    from sfund_sim.experiments.results_folder import Wishes
    from sfund_sim.experiments.running import planned, run_into
    from sfund_sim.experiments.work_folder import Means
    def slow(scenario, replication, seed):
        time.sleep(0.15)
        return one_sale(scenario, replication, seed)
    if __name__ == "__main__":
        plan = planned(sf.load_scenario("beijing_pilot", ["seed=7"]), replications=6, simulate=slow, workers=2)
        resume = Path(sys.argv[1]) if len(sys.argv) > 1 else None
        told = lambda: print("one", flush=True)
        run_into(plan, Path("run"), Wishes(), means=Means(resume=resume), told=told)
    """


def test_kill_9_of_the_main_process_loses_at_most_what_was_in_flight(tmp_path, whole):
    script = tmp_path / "slow.py"
    script.write_text(textwrap.dedent(SLOW))
    with subprocess.Popen([sys.executable, script], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for _ in range(3):
            run.stdout.readline()
        run.kill()
    assert run.returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("run")] == ["run.partial"]
    kept = len(finished(tmp_path / "run.partial"))
    assert 3 <= kept < 6
    again = subprocess.run(
        [sys.executable, script, "run.partial"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert again.stdout.count("one") == 6
    assert contents(tmp_path / "run") == whole
    assert not (tmp_path / "run.partial").exists()


DYING = f"""
    import os, signal, sys
    from itertools import islice
    from pathlib import Path
    sys.path.insert(0, {str(HERE)!r})
    import sfund_sim as sf
    from fake_markets import one_sale
    from sfund_sim.experiments import contents
    from sfund_sim.experiments.results_folder import Wishes
    from sfund_sim.experiments.running import planned, run_into
    from sfund_sim.experiments.work_folder import Means
    contents.IN_MEMORY_UP_TO, write_down = 100, contents.write_down
    def dying(path, pieces):
        if path.name == "rep_0003.exits.csv":
            write_down(path, islice(pieces, 1))
            os.kill(os.getpid(), signal.SIGKILL)
        return write_down(path, pieces)
    if len(sys.argv) == 1:
        contents.write_down = dying
    plan = planned(sf.load_scenario("beijing_pilot", ["seed=7"]), replications=6, simulate=one_sale, workers=1)
    resume = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    run_into(plan, Path("run"), Wishes(), means=Means(resume=resume))
    """


def test_kill_9_in_the_middle_of_a_file_leaves_what_a_rerun_completes(tmp_path, whole):
    script = tmp_path / "dying.py"
    script.write_text(textwrap.dedent(DYING))
    first = subprocess.run([sys.executable, script], cwd=tmp_path, timeout=60, check=False)
    assert first.returncode == -signal.SIGKILL
    parts = tmp_path / "run.partial/parts_1"
    assert (parts / "rep_0003.exits.csv").is_file()
    assert list(finished(tmp_path / "run.partial")) == [1, 2]
    subprocess.run([sys.executable, script, "run.partial"], cwd=tmp_path, timeout=60, check=True)
    assert contents(tmp_path / "run") == whole
    assert not (tmp_path / "run.partial").exists()


def test_two_do_not_take_up_the_same_work_at_once(pilot, interrupted):
    final, means = interrupted.parent / "run", Means(resume=interrupted)
    with undertaken(final, identity(plan_of(pilot)), means) as work:
        assert work.folder == interrupted
        with pytest.raises(OutputError, match="is in use: another process works on it"):
            run_into(plan_of(pilot), final, Wishes(), means=means)
    assert not interrupted.exists()


def test_a_seal_covers_number_warnings_and_content(pilot):
    parcel = sealed(next(iter(execute_one(pilot))), origin="here")
    assert unsealed(parcel.content, origin="here").opened().names == parcel.opened().names
    for place in (3, 66, 80, len(parcel.content) - 1):
        altered = bytearray(parcel.content)
        altered[place] ^= 1
        with pytest.raises(BrokenPart):
            unsealed(bytes(altered), origin="here")


def test_a_whole_part_of_another_layout_is_none(pilot):
    content = sealed(next(iter(execute_one(pilot))), origin="here").content
    assert b'], 4, "here"]\n' in content
    rest = content.partition(b"\n")[2].replace(b'], 4, "here"]\n', b'], 3, "here"]\n', 1)
    with pytest.raises(BrokenPart):
        unsealed(hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest, origin="here")


def execute_one(pilot):
    from sfund_sim.experiments.replication import Job

    return [each.opened() for each in execute(Job(one_sale, pilot.scenario, 7), [1])]
