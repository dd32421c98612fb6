"""Finished work that is taken up: only what is asked for counts; what cannot be locked; the command that repeats."""

from __future__ import annotations

import errno
import sys

import pytest
from fake_markets import one_sale
from test_resume import Interruption, contents, interrupted, plan_of, sometimes, whole
from work_places import finished

from sfund_sim.experiments.executor import execute
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import identity, run_into
from sfund_sim.experiments.sweeping import sweep_plan, with_experiment
from sfund_sim.experiments.unfinished import locked, work_folder_of
from sfund_sim.experiments.work_folder import Means, undertaken
from sfund_sim.ground.errors import OutputError, ScenarioError, WorkKept

__all__ = ["interrupted", "whole"]


def test_fewer_replications_than_lie_there_give_no_more_than_were_asked_for(pilot, interrupted, tmp_path):
    two = plan_of(pilot, replications=2)
    alone = run_into(two, tmp_path / "alone", Wishes())
    engine = Interruption()
    saved = run_into(two, tmp_path / "run", Wishes(), means=Means(engine, resume=interrupted))
    assert engine.asked == []
    assert saved.manifest["replications"] == 2
    assert contents(saved.folder) == contents(alone.folder)


def test_some_of_a_folder_are_found_and_the_others_stay(interrupted):
    store = finished(interrupted)
    some = store.among({2, 3, 9})
    assert (list(some), list(store)) == ([2, 3], [1, 2, 3])
    assert some[3].number == 3
    with pytest.raises(KeyError):
        some.parcel(1)


def test_the_command_that_repeats_a_run_counts_the_replications_that_failed_too(pilot, tmp_path):
    """The first command, the repeat command and the manifest must say the same number."""
    wishes = Wishes(command=lambda replications: f"sfund run x --reps {replications}")
    saved = run_into(plan_of(pilot, simulate=sometimes), tmp_path / "run", wishes, means=Means(goes_on=True))
    assert saved.manifest["replications"] == 6
    assert saved.manifest["command"] == "sfund run x --reps 6"
    assert "--reps 6 " in saved.manifest["repeat_in_this_folder"]


def test_a_sweep_of_no_replications_is_refused(pilot):
    experiment = {"levers": {"venues.beijing.disclosure.days": [10, 30]}, "outcomes": ["share_sold"]}
    with pytest.raises(ScenarioError, match="replications: 0 is not allowed"):
        sweep_plan(with_experiment(pilot, experiment), replications=0)


@pytest.mark.parametrize("error", [ImportError("in the body"), OSError("in the body")])
@pytest.mark.parametrize("refuses", [True, False], ids=["without a lock", "with a lock"])
def test_what_goes_wrong_in_the_work_is_told_whether_or_not_it_can_be_locked(
    pilot, interrupted, monkeypatch, error, refuses
):
    fcntl = pytest.importorskip("fcntl")

    def no_lock(*_):
        raise OSError(errno.ENOTSUP, "no locks here")

    if refuses:
        monkeypatch.setattr(fcntl, "flock", no_lock)
    work = undertaken(interrupted.parent / "run", identity(plan_of(pilot)), Means(resume=interrupted))
    with pytest.raises((ImportError, OutputError), match="in the body"), work:
        raise error


def test_work_goes_on_where_there_is_no_locking_at_all(pilot, interrupted, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    plan = plan_of(pilot, simulate=one_sale)
    assert run_into(plan, interrupted.parent / "run", Wishes(), means=Means(resume=interrupted)).folder.is_dir()


def test_results_do_not_take_the_name_of_unfinished_work(pilot, tmp_path):
    with pytest.raises(ScenarioError, match=r"ends in \.partial, which names unfinished .* for example x"):
        run_into(plan_of(pilot), tmp_path / "x.partial", Wishes())
    (tmp_path / "x.partial").mkdir()
    (tmp_path / "x.partial/manifest.json").write_text("{}", "utf-8")
    with pytest.raises(OutputError, match="holds finished results") as caught:
        run_into(plan_of(pilot), tmp_path / "x", Wishes())
    assert "remove" not in str(caught.value)


def test_who_comes_too_late_leaves_the_folder_of_who_was_first(pilot, tmp_path):
    """Of two runs begun together the second found the name free, failed to make the folder, and removed the first's."""
    final, ours = tmp_path / "race", tmp_path / "race.partial"
    ours.mkdir()
    (ours / "state.json").write_text("{}")
    with (
        pytest.raises(OutputError, match=r"race\.partial is there already, .* another process has just begun"),
        undertaken(final, identity(plan_of(pilot)), Means()),
    ):
        raise AssertionError
    assert (ours / "state.json").exists()


def test_a_lock_on_a_folder_that_was_taken_for_a_dead_one_s_is_none(tmp_path, monkeypatch):
    """Between opening the lock's file and locking it, another process may have removed the folder and made its own."""
    fcntl = pytest.importorskip("fcntl")
    folder = tmp_path / "run.partial"
    folder.mkdir()
    lock = fcntl.flock

    def late(file, how):
        (folder / ".lock").unlink()
        (folder / ".lock").touch()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(OutputError, match="in use: another process works on it"), locked(folder):
        raise AssertionError
    assert folder.is_dir()


def test_a_full_disk_tells_what_is_kept(pilot, tmp_path):
    def full_after_two(job, numbers, *, workers=1, failed=None):
        for done, each in enumerate(execute(job, numbers, workers=workers, failed=failed)):
            if done == 2:
                raise OSError(errno.ENOSPC, "No space left on device")
            yield each

    folder = tmp_path / "run.partial"
    with pytest.raises(WorkKept) as raised:
        run_into(plan_of(pilot), tmp_path / "run", Wishes(), means=Means(full_after_two))
    assert str(raised.value).endswith(f"write elsewhere with --out; 2 finished runs are kept in {folder}")
    assert raised.value.text("zh").endswith(f"已完成的 2 次运行保存在 {folder}")
    assert raised.value.folder == folder
    saved = run_into(plan_of(pilot), tmp_path / "run", Wishes(), means=Means(resume=folder))
    assert saved.folder.is_dir()
    assert not folder.exists()


@pytest.mark.parametrize("target", ["nowhere", "empty"])
def test_a_link_in_the_place_of_the_results_is_refused_before_anything_is_run(pilot, tmp_path, target):
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(target)
    engine = Interruption()
    with pytest.raises(OutputError, match=r"link: it is a link, which results cannot replace"):
        run_into(plan_of(pilot), tmp_path / "link", Wishes(), means=Means(engine))
    assert engine.asked == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "link"]


def test_what_is_not_there_to_be_taken_up_is_told_by_the_name_given(tmp_path):
    with pytest.raises(ScenarioError, match=r"at .*run\.partial \(it has no state\.json\)"):
        work_folder_of(tmp_path / "run.partial")
    with pytest.raises(ScenarioError, match=r"at .*run \(neither it nor run\.partial has state\.json\)"):
        work_folder_of(tmp_path / "run")
