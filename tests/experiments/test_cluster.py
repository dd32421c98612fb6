"""A real dask scheduler and its workers on the loopback, one of which is killed while the run goes on."""

from __future__ import annotations

import json
import os
import socketserver
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from fake_markets import one_sale

from sfund_sim.experiments import cluster, manifest
from sfund_sim.experiments.cluster import Cluster, ClusterError
from sfund_sim.experiments.differing import joined, version_differences
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import planned, run_into
from sfund_sim.experiments.work_folder import Means
from sfund_sim.ground.errors import ScenarioError

pytest.importorskip("distributed", reason="--cluster needs the extra 'cluster'")

HERE = Path(__file__).parent
WORKER = ("worker", "--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")


def slowly(scenario, replication, seed):
    """One sale, in which a worker can be killed."""
    time.sleep(0.25)
    return one_sale(scenario, replication, seed)


def dask(place, *arguments):
    """A dask process that finds this file's functions."""
    path = os.pathsep.join([str(HERE), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s"}
    command = [sys.executable, "-m", "dask", *arguments]
    return subprocess.Popen(
        command, cwd=place, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The scheduler's file, and its two workers."""
    with running(tmp_path_factory.mktemp("cluster")) as both:
        yield both


@contextmanager
def running(place):
    file = place / "scheduler.json"
    processes = [
        dask(place, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    ]
    try:
        until = time.monotonic() + 20
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.1)
        processes += [dask(place, *WORKER, "--scheduler-file", str(file)) for _ in range(2)]
        yield file, processes[1:]
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()


def contents(folder):
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: content for name, content in files.items() if name != "manifest.json"}


def test_a_cluster_that_loses_a_worker_gives_the_bytes_of_one_worker(site, pilot, tmp_path):
    file, workers = site
    plain = run_into(planned(pilot, replications=10, simulate=one_sale, workers=1), tmp_path / "plain", Wishes())
    told = []

    def kill_one_after_two():
        told.append(1)
        if len(told) == 2:
            workers[0].kill()

    plan = planned(pilot, replications=10, simulate=slowly, workers=1)
    means = Means(Cluster(str(file)))
    clustered = run_into(plan, tmp_path / "clustered", Wishes(), means=means, told=kill_one_after_two)
    assert workers[0].wait(timeout=5) != 0
    assert len(told) == 10
    assert contents(clustered.folder) == contents(plain.folder)


def test_a_worker_that_dies_as_the_work_begins_is_not_missed(pilot, tmp_path, monkeypatch):
    plain = run_into(planned(pilot, replications=4, simulate=one_sale, workers=1), tmp_path / "plain", Wishes())
    with running(tmp_path) as (file, workers):
        check = cluster._check_workers

        def check_and_kill(client, address):
            client.wait_for_workers(2, timeout=30)
            check(client, address)
            workers[0].kill()

        monkeypatch.setattr(cluster, "_check_workers", check_and_kill)
        plan = planned(pilot, replications=4, simulate=slowly, workers=1)
        clustered = run_into(plan, tmp_path / "clustered", Wishes(), means=Means(Cluster(str(file))))
    assert contents(clustered.folder) == contents(plain.folder)


def test_workers_with_other_versions_are_refused(site, pilot, tmp_path, monkeypatch):
    file, _ = site
    ours = manifest.present()
    other = {**ours, "sfund_sim": "0.0.1"}
    monkeypatch.setattr(cluster, "_installed", lambda client: {"tcp://127.0.0.1:1": other})
    plan = planned(pilot, replications=2, simulate=one_sale, workers=1)
    with pytest.raises(ClusterError, match=r"other versions.*sfund_sim 0\.0\.1 there") as caught:
        run_into(plan, tmp_path / "run", Wishes(), means=Means(Cluster(str(file))))
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_scheduler_that_does_not_answer_is_told_with_the_remedy(pilot, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE_SECONDS", 1)
    plan = planned(pilot, replications=2, simulate=one_sale, workers=1)
    with pytest.raises(ScenarioError, match=r"--cluster: no scheduler answers at tcp://127\.0\.0\.1:9.*dask scheduler"):
        run_into(plan, tmp_path / "run", Wishes(), means=Means(Cluster("tcp://127.0.0.1:9")))
    assert list(tmp_path.iterdir()) == []


ADDRESSES = [
    "nonsense://x",
    "tcp://",
    "tcp://:1",
    "tcp://h:0",
    "tcp://h:99999",
    "inproc://x",
    "nothere.json",
    "h",
    "a b:1",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_no_address_is_told_before_anything_is_waited_for(pilot, tmp_path, address):
    began = time.monotonic()
    plan = planned(pilot, replications=2, simulate=one_sale, workers=1)
    with pytest.raises(
        ScenarioError, match=r"--cluster: '.*' is neither a file that is there nor the address"
    ) as caught:
        run_into(plan, tmp_path / "run", Wishes(), means=Means(Cluster(address)))
    assert "既不是已有的文件" in caught.value.problems[0].text("zh")
    assert time.monotonic() - began < 5
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["garbage", "", "{}", "[1]", '{"address": 5}', "[" * 100_000, "\x00"])
def test_a_file_that_is_not_a_schedulers_is_told_so(pilot, tmp_path, text):
    file = tmp_path / "scheduler.json"
    file.write_text(text)
    plan = planned(pilot, replications=2, simulate=one_sale, workers=1)
    with pytest.raises(ScenarioError, match=r"--cluster: .*scheduler\.json is not a scheduler's file"):
        run_into(plan, tmp_path / "run", Wishes(), means=Means(Cluster(str(file))))


@pytest.mark.parametrize("address", ["tcp://10.0.0.1:8786", "host.example:8786", "tls://[::1]:8786", "tcp://a-b_c:1"])
def test_addresses_of_schedulers_are_taken(address, tmp_path):
    assert cluster._address_of(address) == address
    (tmp_path / "s.json").write_text(json.dumps({"address": address, "id": "x"}))
    assert cluster._address_of(str(tmp_path / "s.json")) == address


class Greeter(socketserver.BaseRequestHandler):
    """Another program at a port."""

    def handle(self):
        self.request.sendall(b"SSH-2.0-OpenSSH_9.2p1 and so on and so on\r\n")


def test_a_program_that_is_no_scheduler_is_told_so(pilot, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE_SECONDS", 1)
    plan = planned(pilot, replications=2, simulate=one_sale, workers=1)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"tcp://127.0.0.1:{server.server_address[1]}"
        with pytest.raises(ScenarioError, match=f"no scheduler answers at {address}"):
            run_into(plan, tmp_path / "run", Wishes(), means=Means(Cluster(address)))
        server.shutdown()


def test_versions_are_compared_one_by_one():
    ours = {"sfund_sim": "1", "versions": {"python": "3.12.1", "numpy": "2.0"}}
    theirs = {"sfund_sim": "1", "versions": {"python": "3.11.9"}}
    assert version_differences(ours, ours) == []
    english, chinese = joined(version_differences(ours, theirs))
    assert english == "python 3.11.9 there, 3.12.1 here; numpy none there, 2.0 here"
    assert chinese == "python：工作节点为 3.11.9，本机为 3.12.1；numpy：工作节点为 无，本机为 2.0"
