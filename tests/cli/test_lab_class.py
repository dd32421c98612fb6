"""``sfund lab class`` as a teacher meets it: what the terminal says, wrong choices, Ctrl-C, a port that is taken."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from sfund_sim.cli import main


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def waiting_phones(port, number):
    """Connections that have asked for news, of which there is none yet."""
    stamp = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/state", timeout=5))["stamp"]
    phones = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(number)]
    for phone in phones:
        phone.sendall(f"GET /state?since={stamp} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    time.sleep(0.3)
    return phones


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_tells_the_addresses_serves_and_ends_cleanly_with_ctrl_c(tmp_path, lang):
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "sfund_sim",
        "lab",
        "class",
        "--port",
        str(port),
        "--out",
        str(tmp_path / "o"),
        "--lang",
        lang,
    ]
    ours = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env={**os.environ, **ours}
    )
    try:
        wall, phones = running.stdout.readline(), running.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/teach#\S{12,}", wall)[0]
        assert re.search(rf"http://[\d.]+:{port}/", phones)
        assert urllib.request.urlopen(address, timeout=5).status == 200
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/words.js", timeout=5).read().decode()
        assert ("加入竞价" in page) == (lang == "zh")
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/teach/state", timeout=5)
        taken = subprocess.run(command, capture_output=True, encoding="utf-8", env={**os.environ, **ours}, check=False)
        assert taken.returncode == 2
        assert taken.stderr.count("\n") == 1
        assert "--port" in taken.stderr
        waiting = waiting_phones(port, 3)
        running.send_signal(signal.SIGINT)
        began = time.monotonic()
        out, err = running.communicate(timeout=10)
        assert time.monotonic() - began < 5, "long before phones that wait for news would give up"
        for phone in waiting:
            phone.close()
    finally:
        running.kill()
    assert running.returncode == 0
    assert err == ""
    assert ("课堂竞价已结束" if lang == "zh" else "the class is over") in out


def test_ctrl_c_pressed_once_does_not_take_away_the_seats_of_a_class(tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "sfund_sim", "lab", "class", "--port", str(port), "--out", str(tmp_path / "o")]
    ours = {**os.environ, "PYTHONUNBUFFERED": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8", env=ours) as running:
        try:
            running.stdout.readline()
            join = urllib.request.Request(
                f"http://127.0.0.1:{port}/join", b'{"name": "a"}', {"Content-Type": "application/json"}
            )
            urllib.request.urlopen(join, timeout=5)
            running.send_signal(signal.SIGINT)
            assert "seats taken: 1" in running.stderr.readline()
            assert urllib.request.urlopen(f"http://127.0.0.1:{port}/state", timeout=5).status == 200
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=10)
        finally:
            running.kill()
    assert (running.returncode, err) == (0, "")
    assert "the class is over" in out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--format", "weighted_tender"], "terms besides the price"),
        (["--format", "english"], "no auction format 'english'"),
        (["--common", "lognormal_error:0.3"], "the same in every round"),
        (["--common", "wallet", "--values", "uniform:0,1"], "not both"),
        (["--values", "normal:0,1"], "no value law 'normal'"),
        (["--values", "uniform:2,1"], "highest must be above lowest"),
        (["--address", "http://10.0.0.1:8000"], "without http:// and port"),
        (["--out", "pyproject"], "choose another name"),
    ],
)
def test_a_wrong_choice_is_one_line_and_exit_code_2(given, told, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject").write_text("")
    assert main(["lab", "class", "--port", str(free_port()), *given]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.startswith("sfund lab: ")
    assert said.count("\n") == 1


def test_the_tables_of_another_class_are_not_written_over(tmp_path, capsys):
    (tmp_path / "rounds.csv").write_text("")
    assert main(["lab", "class", "--out", str(tmp_path), "--lang", "zh"]) == 2
    assert "已有其他课堂的数据" in capsys.readouterr().err
