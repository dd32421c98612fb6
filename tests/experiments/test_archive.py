from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from sfund_sim.experiments.archive import files_in, staged
from sfund_sim.ground.errors import OutputError


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_folder_appears_whole_in_one_rename(tmp_path):
    final = tmp_path / "results" / "name" / "run"
    with staged(final) as staging:
        staging.write("a/b.csv", b"1")
        staging.append("c.csv", [b"2"])
        staging.append("c.csv", [b"3"])
        assert not final.exists()
        assert list(staging.facts()) == ["a/b.csv", "c.csv"]
    assert everything(final) == ["a", "a/b.csv", "c.csv"]
    assert (final / "c.csv").read_bytes() == b"23"
    assert os.listdir(final.parent) == ["run"]


def test_the_folder_may_be_read_by_whom_the_umask_lets(tmp_path):
    (tmp_path / "other").mkdir()
    with staged(tmp_path / "run"):
        pass
    assert (tmp_path / "run").stat().st_mode == (tmp_path / "other").stat().st_mode


def write_and_fail(final: Path, trouble: BaseException) -> None:
    with staged(final) as staging:
        staging.write("half.csv", b"1")
        raise trouble


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), ValueError(), OSError(errno.ENOSPC, "full"), SystemExit(1)])
def test_whatever_goes_wrong_nothing_is_left_not_even_new_parents(tmp_path, trouble):
    with pytest.raises((KeyboardInterrupt, ValueError, OutputError, SystemExit)):
        write_and_fail(tmp_path / "a/b/run", trouble)
    assert everything(tmp_path) == []


def fail_beside_another(final: Path) -> None:
    with staged(final):
        (final.parent / "other").mkdir()
        raise ValueError("trouble")


def test_parents_that_others_use_meanwhile_stay(tmp_path):
    with pytest.raises(ValueError, match="trouble"):
        fail_beside_another(tmp_path / "results/run")
    assert everything(tmp_path) == ["results", "results/other"]


def test_a_folder_that_is_not_empty_is_never_overwritten(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/mine.txt").write_text("mine")
    with (
        pytest.raises(OutputError, match=r"run: it exists already and is never overwritten.*--out"),
        staged(tmp_path / "run"),
    ):
        pytest.fail("a run must not even begin")
    assert everything(tmp_path) == ["run", "run/mine.txt"]


def write_while_another_does(final: Path) -> None:
    with staged(final) as staging:
        staging.write("new.txt", b"new")
        final.mkdir()
        (final / "mine.txt").write_text("mine")


def test_a_folder_that_fills_while_the_run_goes_on_is_not_overwritten_either(tmp_path):
    with pytest.raises(OutputError, match="it exists already"):
        write_while_another_does(tmp_path / "run")
    assert everything(tmp_path) == ["run", "run/mine.txt"]


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "run").mkdir()
    with staged(tmp_path / "run") as staging:
        staging.write("new.txt", b"new")
    assert everything(tmp_path) == ["run", "run/new.txt"]


def test_default_names_that_are_taken_get_a_number(tmp_path):
    folders = []
    for _ in range(3):
        with staged(tmp_path / "run", or_numbered=True) as staging:
            staging.write("new.txt", b"new")
        folders.append(staging.final.name)
    assert folders == ["run", "run-2", "run-3"]


def test_two_runs_that_want_the_same_name_do_not_meet(tmp_path):
    with staged(tmp_path / "run", or_numbered=True) as one, staged(tmp_path / "run", or_numbered=True) as two:
        one.write("one.txt", b"")
        two.write("two.txt", b"")
    assert (files_in(two.final), files_in(one.final)) == (["two.txt"], ["one.txt"])
    assert {one.final.name, two.final.name} == {"run", "run-2"}


def test_a_path_through_a_file_is_refused_with_the_file_named(tmp_path):
    (tmp_path / "file").write_text("mine")
    for final in (tmp_path / "file" / "run", tmp_path / "file" / "deep" / "run"):
        with pytest.raises(OutputError, match=r"is a file, not a folder.*--out.*file\)"), staged(final):
            pytest.fail("a run must not even begin")
    with pytest.raises(OutputError, match="exists already"), staged(tmp_path / "file"):
        pytest.fail("a run must not even begin")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "may not write"),
        (errno.EFBIG, "larger than this system allows"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_what_the_file_system_refuses_is_one_line_with_the_remedy(tmp_path, code, words):
    with pytest.raises(OutputError, match=words) as caught, staged(tmp_path / "run"):
        raise OSError(code, os.strerror(code))
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "run") in str(caught.value)
    assert everything(tmp_path) == []


@pytest.mark.skipif(
    os.geteuid() != 0 if hasattr(os, "geteuid") else True, reason="mounts a small file system: needs root"
)
@pytest.mark.skipif(not Path("/proc/mounts").exists(), reason="needs Linux")
def test_a_disk_that_is_really_full_leaves_nothing(tmp_path):
    if os.system(f"mount -t tmpfs -o size=64k tmpfs {tmp_path} 2>/dev/null") != 0:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(OutputError, match="the disk is full"), staged(tmp_path / "run") as staging:
            staging.write("large.csv", bytes(1_000_000))
        assert everything(tmp_path) == []
        assert os.system(f"mount -o remount,ro {tmp_path}") == 0
        with pytest.raises(OutputError, match="read-only"), staged(tmp_path / "run"):
            pytest.fail("a run must not even begin")
    finally:
        os.system(f"umount {tmp_path}")
