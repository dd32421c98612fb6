"""A class as its people meet it: a server on a real socket, phones and a teacher that speak HTTP to it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sfund_sim.classroom.dealing import Stakes, class_formats
from sfund_sim.classroom.network import listening
from sfund_sim.classroom.room import Room
from sfund_sim.classroom.server import ClassServer, Setup

TOKEN = "the-teacher's"
FIRST = {"format": "ascending", "formats": class_formats(), "reserve": "0", "increment": "0.010", "seconds": "60"}


class Asker:
    """Somebody who asks the server."""

    def __init__(self, port: int, **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
        self.headers = headers

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        self.connection.request(method, path, body, {**self.headers, **headers})
        answer = self.connection.getresponse()
        content = answer.read()
        if cookie := answer.getheader("Set-Cookie"):
            self.headers["Cookie"] = cookie.split(";")[0]
        return answer.status, content

    def post(self, path: str, content: object) -> Any:
        status, answer = self.ask("POST", path, json.dumps(content).encode(), **{"Content-Type": "application/json"})
        assert status == 200, (status, answer)
        return json.loads(answer)


class Phone(Asker):
    """A bidder's phone."""

    def join(self, name: str) -> Any:
        return self.post("/join", {"name": name})

    def state(self, since: str = "") -> Any:
        status, answer = self.ask("GET", f"/state?since={since}")
        assert status == 200
        return json.loads(answer)

    def bid(self, amount: str | None, round: int = 1) -> str:
        return str(self.post("/bid", {"round": round, "amount": amount})["word"])


class Teacher(Asker):
    """The projector page."""

    def __init__(self, port: int, token: str = TOKEN) -> None:
        super().__init__(port, **{"X-Teacher": token})

    def act(self, act: str, **more: object) -> Any:
        return self.post("/teach/act", {"act": act, **more})

    def state(self) -> Any:
        status, answer = self.ask("GET", "/teach/state")
        assert status == 200
        return json.loads(answer)


@contextmanager
def class_at_a_terminal(folder: Path) -> Iterator[tuple[int, str]]:
    """The port and the teacher's token of a class that shares no processor time with its phones but by chance."""
    with listening(0) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sfund_sim", "lab", "class", "--port", str(port), "--out", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as running:
        assert running.stdout is not None
        try:
            yield port, running.stdout.readline().rpartition("#")[2].strip()
        finally:
            running.terminate()


@contextmanager
def class_served(
    folder: Path,
    stakes: Stakes | None = None,
    language: Any = "en",
    addresses: Sequence[str] = ("http://192.0.2.7:8000/",),
) -> Iterator[tuple[int, list[str]]]:
    """The port of a running class, and the lines of trouble that it has reported."""
    told: list[str] = []
    setup = Setup(language, lambda: list(addresses), folder, FIRST)
    with listening(0) as at:
        port = at.getsockname()[1]
        server = ClassServer(Room(stakes or Stakes()), setup, TOKEN, told.append).serving()
        thread = threading.Thread(target=server.run, args=([at],), daemon=True)
        thread.start()
        try:
            yield port, told
        finally:
            server.should_exit = True
            thread.join(60)
            assert not thread.is_alive()
