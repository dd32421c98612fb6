"""Run replications on a dask.distributed cluster: the scenario goes out once, sealed arrays come home.

Results are the same bytes as on one worker, for a replication depends on scenario, seed and number alone. A lost
worker's replications are given to others by dask; should it give up on one, it is submitted again from here.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sfund_sim.experiments import manifest
from sfund_sim.experiments.differing import joined, version_differences
from sfund_sim.experiments.forms import json_value
from sfund_sim.experiments.own_parts import OwnPart, bring, check_importable, own_parts, sha256
from sfund_sim.experiments.replication import Failure, Finished, Job, ReplicationFailed, replicate
from sfund_sim.ground.errors import Problem, ScenarioError, SfundError
from sfund_sim.ground.processes import IN_HAND_PER_WORKER

if TYPE_CHECKING:
    from distributed import Client, Future

_PATIENCE_SECONDS = 30
"""How long to wait for a scheduler to answer, and for a first worker."""
_ADDRESS = re.compile(r"((tcp|tls|ws|wss|ucx)://)?([^\s/:@\[\]]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})/?")
_LAST_PORT = 65_535
_TRIES = 4
"""How often one replication is submitted before its workers are taken to die of it."""

_one_at_a_time = threading.Lock()
"""A worker process may have several threads, but warnings are recorded for the whole process."""


class ClusterError(SfundError):
    """The cluster cannot be used: it has no workers, their versions differ, or they die again and again."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """An existing cluster, by the address of its scheduler (``tcp://...``) or by the file that names it."""

    address: str

    def __call__(
        self, job: Job, numbers: Sequence[int], *, workers: int = 1, failed: Callable[[Failure], object] | None = None
    ) -> Generator[Finished, None, None]:
        """Stands in for ``executor.execute``; the cluster has its own number of ``workers``."""
        with self._client() as client:
            for outcome in _outcomes(client, replace(job, room=None), numbers):
                if not isinstance(outcome, Failure):
                    yield outcome
                elif failed is None:
                    raise ReplicationFailed(outcome)
                else:
                    failed(outcome)

    @contextmanager
    def _client(self) -> Iterator[Client]:
        try:
            from distributed import Client
        except ImportError:
            raise _wrong_option(
                'it needs dask.distributed: pip install "sfund-sim[cluster]"',
                '需要 dask.distributed：pip install "sfund-sim[cluster]"',
            ) from None
        place = _address_of(self.address)
        try:
            client = Client(place, timeout=_PATIENCE_SECONDS, set_as_default=False)
        except Exception as error:  # Of a program that is no scheduler, whatever it answers.
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise _wrong_option(
                f"no scheduler answers at {self.address} ({reason}); start one with 'dask scheduler' and workers with "
                "'dask worker ADDRESS --nthreads 1', and give its address, such as tcp://host:8786, or its file",
                f"{self.address} 处没有调度器应答；请用 dask scheduler 启动调度器、用 dask worker ADDRESS --nthreads 1 "
                "启动工作进程，并给出其地址（如 tcp://host:8786）或文件",
            ) from None
        try:
            _check_workers(client, self.address)
            yield client
        finally:
            client.close()


def _address_of(given: str) -> str:
    """The scheduler's address, which may stand in a file; ScenarioError when it is none.

    It is looked at here because dask waits a minute for a client that never had anywhere to connect to.
    """
    address: Any = given
    if Path(given).is_file():
        try:
            found = json_value(Path(given).read_text("utf-8"))
            address = found.get("address") if isinstance(found, dict) else None
        except (OSError, ValueError):
            address = None
        if not isinstance(address, str):
            raise _wrong_option(
                f"{given} is not a scheduler's file; 'dask scheduler --scheduler-file {given}' writes one",
                f"{given} 不是调度器文件；可由 dask scheduler --scheduler-file {given} 写出",
            )
    known = _ADDRESS.fullmatch(address)
    if known is None or not 1 <= int(known["port"]) <= _LAST_PORT:
        raise _wrong_option(
            f"'{address}' is neither a file that is there nor the address of a scheduler, such as tcp://host:8786",
            f"“{address}”既不是已有的文件，也不是调度器地址（如 tcp://host:8786）",
        )
    return str(address)


def job_as_result(job: Job) -> Job:
    """The job, as a result that the cluster can make again when the worker that has it dies; data only sent is lost."""
    return job


def _wrong_option(message: str, message_zh: str) -> ScenarioError:
    return ScenarioError([Problem("--cluster", 0, 0, message, message_zh)])


def replicate_here(job: Job, number: int, parts: Sequence[OwnPart]) -> Finished | Failure:
    """Run one replication in a worker of the cluster."""
    with _one_at_a_time:
        bring(parts)
        return replicate(job, number)


def _check_workers(client: Client, address: str) -> None:
    """ClusterError when there is no worker, or one whose results might differ from ours."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE_SECONDS)
    except TimeoutError:
        raise ClusterError(
            f"the scheduler at {address} has no worker; start some with 'dask worker'",
            f"调度器 {address} 没有工作节点；请用 dask worker 启动",
        ) from None
    for worker, theirs in sorted(_installed(client).items()):
        if different := version_differences(manifest.present(), theirs):
            english, chinese = joined(different)
            raise ClusterError(
                f"worker {worker} has other versions, so results might differ: {english}. Install the same"
                " on all machines (pip install -r of one 'pip freeze')",
                f"工作节点 {worker} 的软件版本不同，结果可能不一致：{chinese}。请在所有机器上安装相同版本"
                "（对同一份 pip freeze 的结果执行 pip install -r）",
            )


def _check_parts(client: Client, parts: Sequence[OwnPart]) -> None:
    """ClusterError when a worker cannot import the study's own parts, or has them from a file of other content."""
    if not parts:
        return
    try:
        found = client.run(hashes_here, parts)
    except SfundError as error:
        raise ClusterError(
            f"{error}; put its file where Python finds it on every machine, by the same name",
            f"{error.text('zh')}；请把文件放在每台机器上 Python 能找到的位置，名称相同",
        ) from None
    ours = [sha256(part.file) for part in parts]
    for worker, theirs in sorted(found.items()):
        for part, here, there in zip(parts, ours, theirs, strict=True):
            if here != there:
                raise ClusterError(
                    f"worker {worker} has another file of the {part.family} '{part.kind}': results would differ",
                    f"工作节点 {worker} 上“{part.kind}”的文件内容不同：结果会不一致",
                )


def hashes_here(parts: Sequence[OwnPart]) -> list[str]:
    """SHA-256 of the files from which a worker has these parts; SfundError when it cannot import one."""
    bring(parts)
    return [sha256(getattr(sys.modules[part.module], "__file__", None) or "") for part in parts]


def _installed(client: Client) -> dict[str, dict[str, Any]]:
    """What is installed on each worker, by its address; ClusterError when one has no sfund_sim."""
    found: dict[str, dict[str, Any]] = {}
    for left in reversed(range(_TRIES)):
        try:
            found = client.run(manifest.present)
            break
        except ModuleNotFoundError as error:
            raise ClusterError(
                f"a worker cannot import {error.name}; install sfund_sim on every machine",
                f"某工作节点无法导入 {error.name}；请在每台机器上安装 sfund_sim",
            ) from None
        except (OSError, KeyError) as error:
            # A worker that dies while it is asked, or that the scheduler has just forgotten.
            if not left:
                raise ClusterError(
                    f"workers cannot be asked what is installed on them ({error})",
                    f"无法查询工作节点上安装的软件（{error}）",
                ) from None
    return found


def _outcomes(client: Client, job: Job, numbers: Sequence[int]) -> Generator[Finished | Failure, None, None]:
    """Outcomes as they come, a few replications a thread in hand; those that dask gives up are submitted again."""
    from distributed import as_completed

    waiting = iter(numbers)
    tries: dict[int, int] = {}
    in_hand: dict[Any, int] = {}
    parts = own_parts(job.scenario)
    check_importable(parts)
    _check_parts(client, parts)
    sent = client.submit(job_as_result, job, pure=False)
    finished = as_completed([], loop=client.loop)

    def submit(number: int) -> None:
        nonlocal sent
        if sent.status not in ("pending", "finished"):
            sent = client.submit(job_as_result, job, pure=False)
        tries[number] = tries.get(number, 0) + 1
        if tries[number] > _TRIES:
            raise ClusterError(
                f"workers died {_TRIES} times of replication {number}, perhaps for want of memory",
                f"工作节点在第 {number} 次重复上已退出 {_TRIES} 次，可能是内存不足",
            )
        future = client.submit(replicate_here, sent, number, parts, pure=False)
        in_hand[future] = number
        finished.add(future)

    for number in islice(waiting, _threads(client) * IN_HAND_PER_WORKER):
        submit(number)
    for future in finished:
        number = in_hand.pop(future)
        outcome = _result(future)
        if outcome is None:
            submit(number)
            continue
        del tries[number]
        if (following := next(waiting, None)) is not None:
            submit(following)
        yield outcome


def _result(future: Future[Any]) -> Finished | Failure | None:
    """What came home; None when it was lost with its worker."""
    from concurrent.futures import CancelledError as Cancelled

    from distributed import CancelledError, KilledWorker
    from distributed.comm import CommClosedError

    try:
        outcome: Finished | Failure = future.result()
    except (CancelledError, Cancelled, KilledWorker, CommClosedError):
        return None
    finally:
        future.release()
    return outcome


def _threads(client: Client) -> int:
    threads: dict[str, int] = client.nthreads()
    return max(1, sum(threads.values()))
