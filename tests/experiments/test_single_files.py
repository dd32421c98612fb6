"""Single files are written whole or not at all, wherever their names lead."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading

import pytest

from sfund_sim.experiments.archive import write_beside
from sfund_sim.experiments.single_files import write_named, write_whole
from sfund_sim.ground.errors import OutputError

POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="limits, links and pipes of POSIX")
FULL = [
    ["new", "file"],
    ["schema", "--out", "file"],
    ["explain", "beijing_pilot", "--csv", "file"],
    ["lab", "auction", "--reps", "100", "--out", "file.svg"],
    ["lab", "check", "--reps", "100", "--out", "file"],
    ["lab", "check", "--reps", "100", "--page", "file"],
]
SMALL_DISK = """
import resource, sys
from sfund_sim.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
sys.exit(main())
"""


@POSIX_ONLY
@pytest.mark.parametrize("command", FULL, ids=" ".join)
def test_what_finds_no_room_leaves_no_file_and_the_old_one_as_it_was(command, tmp_path):
    name = command[-1]
    old = tmp_path / name if command[0] != "new" else tmp_path / "another"
    old.write_text("old")
    done = subprocess.run(
        [sys.executable, "-c", SMALL_DISK, *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == f"sfund: {name}: cannot be written (it would be larger than this system allows)\n"
    assert [path.name for path in tmp_path.iterdir()] == [old.name]
    assert old.read_text() == "old"


def test_a_file_is_never_half_there(tmp_path):
    def breaking():
        yield b"some"
        raise KeyboardInterrupt

    (tmp_path / "a").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", *breaking())
    with pytest.raises(TypeError):
        write_whole(tmp_path / "a", b"some", 3)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_any_name_that_the_system_takes_can_be_written(tmp_path):
    for name in ("x" * 255, "份" * 85, "a b"):
        write_named(tmp_path / name, "text")
        assert (tmp_path / name).read_text() == "text"


@POSIX_ONLY
def test_links_are_followed_pipes_are_filled_and_rights_are_kept(tmp_path):
    (tmp_path / "own").write_text("old")
    (tmp_path / "own").chmod(0o600)
    (tmp_path / "link").symlink_to("own")
    write_named(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "own").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o600
    os.mkfifo(tmp_path / "pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()), daemon=True)
    reader.start()
    write_named(tmp_path / "pipe", "through")
    reader.join(20)
    assert read == ["through"]


@POSIX_ONLY
def test_what_is_there_is_left_if_it_must_be_even_a_link_to_nothing(tmp_path):
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(OutputError, match="already there"):
        write_named(tmp_path / "link", "new", overwrite=False)
    assert not (tmp_path / "nowhere").exists()


def test_text_that_is_not_utf8_is_written_as_escapes(tmp_path):
    write_named(tmp_path / "a", "名\udcb1")
    assert (tmp_path / "a").read_text("utf-8") == "名\\udcb1"


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(OutputError, match="it is a folder, not a file"):
        write_named(tmp_path, "text")


def test_a_story_is_written_whatever_it_names_and_says_why_if_it_cannot(tmp_path):
    write_beside(tmp_path / "new" / "story.txt", "files: \udcb1.yaml")
    assert (tmp_path / "new" / "story.txt").read_text("utf-8") == "files: \\udcb1.yaml"
    (tmp_path / "a").write_text("x")
    with pytest.raises(OutputError, match=r"cannot write the results to .*a part of that path is a file"):
        write_beside(tmp_path / "a" / "b" / "story.txt", "text")
