"""Work in processes: a worker may be killed at any moment, also in the midst of saying its result."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from sfund_sim.ground.processes import in_processes


def twice(number: int) -> int:
    return 2 * number


def say_half(number: int) -> None:
    """Say the beginning of a long result, as when the rest is still on its way, and wait."""
    frame = sys._getframe()
    while "result_queue" not in frame.f_locals:
        frame = frame.f_back
    os.write(frame.f_locals["result_queue"]._writer.fileno(), struct.pack("!i", 1000) + b"the first of 1000 bytes")
    time.sleep(60 * number)


def say_half_and_die(number: int) -> None:
    say_half(0)
    os.kill(os.getpid(), signal.SIGKILL)


def say_half_or_wait(number: int) -> None:
    if number == 1:
        say_half_and_die(number)
    time.sleep(60)


def test_every_item_is_worked_on_once():
    assert sorted(in_processes(twice, range(20), workers=2)) == [2 * number for number in range(20)]


@pytest.mark.parametrize("work", [say_half_and_die, say_half_or_wait])
def test_a_worker_killed_while_it_says_its_result_is_missed(work):
    began = time.monotonic()
    with pytest.raises(BrokenProcessPool):
        list(in_processes(work, [1, 2], workers=2))
    assert time.monotonic() - began < 30


STOPPED = """
import signal, sys, threading
sys.path.insert(0, sys.argv[1])
from test_processes import say_half
from sfund_sim.ground.processes import in_processes
threading.Timer(float(sys.argv[2]), signal.raise_signal, [signal.SIGINT]).start()
try:
    list(in_processes(say_half, [1, 1], workers=2))
except KeyboardInterrupt:
    print("stopped")
"""


def test_ctrl_c_ends_the_program_though_workers_are_about_to_say_something():
    words = [sys.executable, "-c", STOPPED, str(Path(__file__).parent), "3"]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=40, check=False)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("stopped\n", "", 0)
