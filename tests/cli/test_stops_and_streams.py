"""Signals that end a program, work folders of processes that were killed, and streams that nobody reads."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sfund_sim.cli import main
from sfund_sim.experiments.unfinished import locked

ROOT = Path(__file__).parents[2]
RUN = ["run", "beijing_pilot", "--set", "population.funds.count=6", "--seed", "5", "--no-report", "--workers", "1"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}

SLOW = """
import sys, time
from sfund_sim.experiments import work_folder
put = work_folder.PartStore.put
def told(self, parcel):
    put(self, parcel)
    print("one", flush=True)
    time.sleep(0.5)
work_folder.PartStore.put = told
from sfund_sim.cli import main
if __name__ == "__main__":
    sys.exit(main())
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(("stop", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_every_signal_to_stop_keeps_what_is_finished_and_says_how_to_go_on(tmp_path, stop, code, workers):
    usual = "default_int_handler" if stop == signal.SIGINT else "SIG_DFL"  # also where the tests run under nohup
    (tmp_path / "slow.py").write_text(f"import signal\nsignal.signal({int(stop)}, signal.{usual})\n{SLOW}")
    words = [*RUN[:-1], workers, "--reps", "6", "--out", "cut"]
    with subprocess.Popen(
        [sys.executable, "slow.py", *words], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=ENVIRONMENT,
    ) as run:  # fmt: skip
        run.stdout.readline()
        run.send_signal(stop)
        _, complaint = run.communicate(timeout=30)
    assert run.returncode == code
    assert complaint.startswith("sfund: interrupted; 1 finished run is kept in ")
    again = shlex.split(complaint.strip().partition("go on with: sfund ")[2])
    assert main([*again, "--out", str(tmp_path / "cut"), "--quiet"]) == 0


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_signal_that_is_ignored_stays_ignored(tmp_path):
    """As under nohup."""
    script = "import signal, sys\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + SLOW.replace("0.5", "0.1")
    (tmp_path / "slow.py").write_text(script)
    with subprocess.Popen(
        [sys.executable, "slow.py", *RUN, "--reps", "3", "--out", "whole"], cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env=ENVIRONMENT,
    ) as run:  # fmt: skip
        run.stdout.readline()
        run.send_signal(signal.SIGHUP)
        run.communicate(timeout=60)
    assert run.returncode == 0


def test_a_signal_is_handled_as_before_once_the_command_has_ended():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert main(["validate", "beijing_pilot"]) == 0
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX")
@pytest.mark.parametrize("files", [(".lock",), (".lock", "README.txt", "state.json.unfinished"),
                                   (".lock", "README.txt", "state.json", "parts_1/rep_0001.exits.csv")])  # fmt: skip
def test_what_a_process_killed_before_its_first_replication_leaves_is_cleared(tmp_path, files):
    for name in files:
        path = tmp_path / "run.partial" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert main([*RUN, "--reps", "1", "--quiet", "--out", str(tmp_path / "run")]) == 0
    assert not (tmp_path / "run.partial").exists()


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX")
def test_what_somebody_else_put_there_or_works_on_is_left(tmp_path, capfd):
    command = [*RUN, "--reps", "1", "--quiet", "--out", str(tmp_path / "run")]
    place = tmp_path / "run.partial"
    place.mkdir()
    (place / "thesis.docx").touch()
    assert main(command) == 1
    assert "is there already, without a finished replication" in capfd.readouterr().err
    (place / ".lock").touch()
    assert main(command) == 1
    (place / "thesis.docx").unlink()
    with locked(place) as is_held:
        assert is_held
        assert main([*command, "--lang", "zh"]) == 1
    assert "其中没有已完成的重复" in capfd.readouterr().err
    assert main(command) == 0


@pytest.mark.skipif(os.name != "posix", reason="a shell of POSIX")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_a_closed_stream_does_not_end_a_finished_run(tmp_path, closed):
    command = shlex.join([sys.executable, "-m", "sfund_sim", *RUN, "--reps", "1", "--out", "run"])
    done = subprocess.run(
        ["sh", "-c", f"{command} {closed}"], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert main(["audit", str(tmp_path / "run")]) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_an_error_that_cannot_be_told_keeps_its_exit_code():
    command = f"{sys.executable} -m sfund_sim validate nothere 2>/dev/full"
    done = subprocess.run(["sh", "-c", command], env=ENVIRONMENT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
