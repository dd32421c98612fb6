from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from fake_markets import Whim, draw

from sfund_sim.experiments.executor import WorkersLost, execute, workers_for
from sfund_sim.experiments.replication import Job, Replication, ReplicationFailed

HERE = Path(__file__).parent


def in_order(job: Job, count: int, workers: int) -> list[Replication]:
    return sorted(execute(job, range(1, count + 1), workers=workers), key=lambda each: each.number)


def values(replications: list[Replication]) -> list[bytes]:
    return [column.tobytes() for each in replications for table in each.tables.values() for column in table.values()]


def test_one_two_and_four_workers_return_the_same_arrays():
    job = Job(draw, Whim(), 11)
    alone = in_order(job, 6, 1)
    assert [each.number for each in alone] == [1, 2, 3, 4, 5, 6]
    assert values(alone) == values(in_order(job, 6, 2)) == values(in_order(job, 6, 4))


def test_a_killed_worker_costs_nothing_but_time(tmp_path):
    job = Job(draw, Whim(folder=str(tmp_path), kill_at=(3,)), 11)
    survived = in_order(job, 6, 2)
    assert (tmp_path / "killed_3").exists()
    assert values(survived) == values(in_order(Job(draw, Whim(), 11), 6, 1))


def test_workers_that_are_always_killed_end_in_one_message_that_names_the_replication(tmp_path):
    job = Job(draw, Whim(folder=str(tmp_path), kill_at=(2,), kill_always=True), 11)
    with pytest.raises(WorkersLost, match=r"killed 4 times.*not finished: .*2.*--workers") as caught:
        in_order(job, 3, 2)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_replication_that_raises_is_named_with_its_seed_and_its_whole_story(workers):
    with pytest.raises(ReplicationFailed, match=r"replication 2 \(seed 11\) failed: ValueError: no market") as caught:
        in_order(Job(draw, Whim(raise_at=(2,)), 11), 4, workers)
    assert "\n" not in str(caught.value)
    assert "in draw" in caught.value.failure.traceback


def test_replications_come_home_as_they_finish():
    job = Job(draw, Whim(), 1)
    stream = execute(job, range(1, 1000), workers=2)
    first = next(stream)
    stream.close()
    assert first.number <= 4


def test_a_plain_script_without_a_guard_may_use_workers(tmp_path):
    script = tmp_path / "plain.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(HERE)!r})
        from fake_markets import Whim, draw
        from sfund_sim.experiments.executor import execute
        from sfund_sim.experiments.replication import Job
        print("once", sorted(each.number for each in execute(Job(draw, Whim(), 1), [1, 2, 3], workers=2)))
        """)
    )
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.stdout, ended.stderr) == ("once [1, 2, 3]\n", "")


def test_ctrl_c_ends_the_workers_at_once_and_they_say_nothing(tmp_path):
    script = tmp_path / "slow.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(HERE)!r})
        from fake_markets import Whim, draw
        from sfund_sim.experiments.executor import execute
        from sfund_sim.experiments.replication import Job
        try:
            for each in execute(Job(draw, Whim(seconds=0.1), 1), range(1, 1000), workers=2):
                print(each.number, flush=True)
        except KeyboardInterrupt:
            print("stopped")
        """)
    )
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    ) as run:
        assert run.stdout is not None
        run.stdout.readline()
        began = time.monotonic()
        signal_group(run.pid)
        out, complaints = run.communicate(timeout=30)
    assert time.monotonic() - began < 3
    assert out.endswith("stopped\n")
    assert complaints == ""


def test_ctrl_c_at_any_line_of_the_library_of_futures_lets_the_program_end(tmp_path):
    """There it may leave a lock taken; the pool's own thread then waits for ever, and Python for that thread."""
    script = tmp_path / "everywhere.py"
    script.write_text(
        textwrap.dedent(f"""
        import signal, sys
        sys.path.insert(0, {str(HERE)!r})
        from fake_markets import Whim, draw
        from sfund_sim.experiments.executor import execute
        from sfund_sim.experiments.replication import Job

        def stopped_at(line):
            passed = 0

            def step(frame, event, _):
                nonlocal passed
                if event == "line" and signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set()):
                    passed += 1
                    if passed == line:
                        sys.settrace(None)
                        signal.raise_signal(signal.SIGINT)
                return step

            def enter(frame, *_):
                code = frame.f_code
                return step if "futures" in code.co_filename and code.co_name != "__init__" else None

            sys.settrace(enter)
            try:
                for _ in execute(Job(draw, Whim(), 1), range(1, 4), workers=2):
                    pass
            except KeyboardInterrupt:
                return True
            finally:
                sys.settrace(None)
            return False

        lines = 1
        while stopped_at(lines):
            lines += 1
        print(lines)
        """)
    )
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=90, check=True)
    assert int(ended.stdout) > 10


def signal_group(process: int) -> None:
    """Do as a terminal does: tell every process of the group."""
    os.killpg(process, signal.SIGINT)


class Tidied:
    """Something during whose finalisation Ctrl-C is pressed: Python drops the exception."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def test_ctrl_c_is_heard_even_while_python_tidies_up(capfd):
    def tidying(scenario, replication, seed):
        Tidied()
        return draw(Whim(), replication, seed)

    stream = execute(Job(tidying, None, 1), [1, 2, 3])
    with pytest.raises(KeyboardInterrupt):
        next(stream)
    assert capfd.readouterr().err == ""
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_exceptions_that_python_drops_are_still_remarked_on(monkeypatch):
    remarks = []
    monkeypatch.setattr(sys, "unraisablehook", lambda dropped: remarks.append(str(dropped.exc_value)))

    class Broken:
        def __del__(self):
            raise ValueError("dropped")

    def breaking(scenario, replication, seed):
        Broken()
        return draw(Whim(), replication, seed)

    assert len(in_order(Job(breaking, None, 1), 1, 1)) == 1
    assert remarks == ["dropped"]


def test_by_default_there_are_no_more_workers_than_replications():
    assert workers_for(1) == 1
    assert 1 <= workers_for(1000) <= 1000


def test_results_do_not_share_memory_with_one_another():
    first, second = in_order(Job(draw, Whim(), 11), 2, 1)
    assert not np.array_equal(first.tables["holdings"]["units"], second.tables["holdings"]["units"])
