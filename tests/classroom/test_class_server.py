"""The class on the network: what honest phones get, what others do not, and how fast a hundred are answered."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from class_phones import TOKEN, Asker, Phone, Teacher, class_at_a_terminal, class_served


@pytest.fixture
def served(tmp_path):
    with class_served(tmp_path / "out") as (port, told):
        yield port
    assert told == []


def status_of(answer):
    return int(answer.split(b" ", 2)[1])


def test_a_whole_class_of_three_rounds(served, tmp_path):
    teacher, phones = Teacher(served), [Phone(served) for _ in range(3)]
    for number, phone in enumerate(phones):
        assert phone.join(f"n{number}")["state"]["seat"] == number + 1
    teacher.act("open", terms={"format": "first_price", "reserve": "0.05"})
    assert [phone.bid(amount) for phone, amount in zip(phones, ("0.3", "0.4", "0.01"), strict=True)] == [
        "reply_accepted", "reply_accepted", "reply_below_floor"
    ]  # fmt: skip
    assert phones[0].bid("0.5") == "reply_already_bid"
    assert not (tmp_path / "out").exists()
    teacher.act("close")
    assert (tmp_path / "out" / "rounds.csv").exists(), "a round is kept as soon as it is over"
    shown = teacher.act("reveal")["state"]["result"]
    assert (shown["people"]["winner"], shown["people"]["price"]) == (2, "0.400")
    assert phones[1].state()["own"]["won"] is True
    teacher.act("open", terms={"format": "ascending", "increment": "0.1", "seconds": "5"})
    teacher.act("start")
    assert phones[2].bid("0.0", 2) == "reply_accepted"
    assert phones[0].bid("0.05", 2) == "reply_below_standing"
    assert phones[0].bid("0.1", 2) == "reply_accepted"
    assert phones[0].state()["round"]["ends_in"] > 4
    teacher.act("close")
    teacher.act("reveal")
    teacher.act("open", terms={"format": "descending", "seconds": "30"})
    teacher.act("start")
    assert phones[2].bid(None, 3) == "reply_accepted"
    for _ in range(40):
        if teacher.state()["stage"] == "closed":
            break
        time.sleep(0.05)
    assert teacher.act("reveal")["state"]["result"]["people"]["winner"] == 3
    status, table = teacher.ask("GET", "/teach/rounds.csv")
    assert status == 200
    assert table == (tmp_path / "out" / "rounds.csv").read_bytes()
    assert table.count(b"\n") == 4


def test_a_round_called_off_is_taken_out_of_the_tables_again(served, tmp_path):
    teacher, phone = Teacher(served), Phone(served)
    phone.join("a")
    teacher.act("open", terms={"format": "first_price"})
    assert teacher.act("call_off")["state"]["stage"] == "called_off"
    assert not (tmp_path / "out").exists(), "there is nothing to keep"
    teacher.act("open", terms={"format": "first_price"})
    phone.bid("0.3", 2)
    teacher.act("close")
    assert (tmp_path / "out" / "rounds.csv").read_bytes().count(b"\n") == 2
    teacher.act("call_off")
    for name in ("rounds", "bids"):
        assert (tmp_path / "out" / f"{name}.csv").read_bytes().count(b"\n") == 1
    assert teacher.act("call_off")["word"] == "not_now"
    assert phone.bid("0.3", 2) == "not_now"


def test_who_waits_for_news_gets_it_when_there_is_some(served):
    teacher, phone = Teacher(served), Phone(served)
    stamp = phone.join("a")["state"]["stamp"]
    stamp = phone.state(stamp)["stamp"]
    threading.Timer(0.3, lambda: teacher.act("open", terms={})).start()
    began = time.monotonic()
    assert phone.state(stamp)["stage"] == "open"
    assert 0.1 < time.monotonic() - began < 3.0


def test_a_phone_that_was_reloaded_or_slept_finds_its_seat_value_and_bid_again(served):
    teacher, phone = Teacher(served), Phone(served)
    phone.join("a")
    teacher.act("open", terms={"format": "second_price"})
    phone.bid("0.25")
    again = Phone(served, Cookie=phone.headers["Cookie"])
    state = again.state("of.another.life")
    assert (state["seat"], state["own"]["bid"]) == (1, "0.250")
    assert again.join("b")["state"]["seat"] == 1, "one seat a cookie"
    assert len(teacher.state()["seats"]) == 1


def test_the_teachers_acts_and_tables_need_the_token(served):
    for wrong in ("", "x", TOKEN[:-1], TOKEN + "x"):
        stranger = Teacher(served, wrong)
        for method, path in (
            ("GET", "/teach/state"),
            ("POST", "/teach/act"),
            ("GET", "/teach/rounds.csv"),
            ("GET", "/teach/bids.csv"),
        ):
            assert stranger.ask(method, path, b'{"act":"open"}', **{"Content-Type": "application/json"})[0] == 403
    with pytest.raises(AssertionError, match="400"):
        Teacher(served).act("run")


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "/../../etc/passwd", "/pages/phone.js", "/words.csv", "/%2e%2e/", "/teach/", "/state/", "//",
     "/rounds.csv", "/bids.csv", "/qr.svg/../x"],
)  # fmt: skip
def test_what_is_not_served_is_not_found(served, path):
    assert Asker(served).ask("GET", path)[0] == 404


def test_pages_come_from_memory_whole_and_guarded(served):
    for path in ("/", "/teach", "/common.js", "/phone.js", "/projector.js", "/chart.js", "/style.css", "/words.js"):
        connection = Asker(served).connection
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 200
        assert "default-src 'none'" in answer.getheader("Content-Security-Policy")
        assert answer.getheader("X-Content-Type-Options") == "nosniff"
        assert TOKEN not in text
        assert "//" not in text.replace("http://www.w3.org/2000/svg", "").replace("http://192.0.2.7", "").replace(
            '"http://"', ""
        ) or path.endswith(".js"), "nothing is loaded from elsewhere"
    for path in ("/phone.js", "/projector.js", "/common.js", "/chart.js"):
        script = Asker(served).ask("GET", path)[1].decode()
        assert not [
            word
            for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
            if word in script
        ]


HOST = b" HTTP/1.1\r\nHost: x\r\n"
HOSTILE = {
    b"": None,
    b"GET /": None,
    b"GET / HTTP/1.1\n\n" + b"x" * 9000: 400,
    b"GET /\r\n\r\n": 400,
    b"GET http://evil/ HTTP/1.1\r\n\r\n": 400,
    b"GET /" + HOST + b"no colon\r\n\r\n": 400,
    b"GET /" + b"a" * 9000: 400,
    b"GET /" + HOST + b"A: " + b"a" * 9000: 400,
    b"DELETE /state" + HOST + b"Connection: close\r\n\r\n": 405,
    b"POST /" + HOST + b"Connection: close\r\n\r\n": 405,
    b"GET /" + HOST + b"Connection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n": 200,
    b"POST /join" + HOST + b"Content-Length: -1\r\n\r\n": 400,
    b"POST /join" + HOST + b"Content-Type: application/json\r\nContent-Length: 5\r\n\r\n{": None,
    b"\xff\xfe\x00\x01\r\n\r\n": 400,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03": 400,  # A browser that tries https first, and at once needs a no.
}


@pytest.mark.parametrize("data", HOSTILE, ids=lambda data: repr(data[:40]))
def test_what_is_no_request_gets_a_short_answer_and_no_traceback(served, data):
    with socket.create_connection(("127.0.0.1", served), timeout=5) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b"Traceback" not in answer
    assert (status_of(answer) if answer else None) == HOSTILE[data]
    assert Asker(served).ask("GET", "/")[0] == 200, "the class goes on"


@pytest.mark.parametrize("body", [b"x" * 3000, [b"x" * 100] * 30], ids=["told", "in pieces"])
@pytest.mark.parametrize("path", ["/join", "/bid"])
def test_what_is_too_large_is_refused(served, path, body):
    assert Asker(served).ask("POST", path, body, **{"Content-Type": "application/json"})[0] == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_form_of_another_site_cannot_act_for_a_phone_or_the_teacher(served, kind):
    phone = Phone(served)
    phone.join("a")
    foreign = {"Content-Type": kind, "Origin": "http://evil.example"}
    assert phone.ask("POST", "/bid", b'{"round": 1, "amount": "0.5"}', **foreign)[0] == 415
    assert Teacher(served).ask("POST", "/teach/act", b'{"act": "open", "terms": {}}', **foreign)[0] == 415
    assert phone.ask("OPTIONS", "/bid", **foreign)[0] == 405, "and its scripts get no leave either"


def test_small_answers_are_sent_at_once(served):
    phone, waits = Phone(served), []
    for _ in range(20):
        began = time.perf_counter()
        phone.ask("GET", "/favicon.ico")
        waits.append(time.perf_counter() - began)
    assert min(waits[1:]) < 0.03, "not held back until the phone has confirmed the one before"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"3", b'"x"', b"{", b"\xff", b"[" * 2000, b"NaN"])
@pytest.mark.parametrize("path", ["/join", "/bid"])
def test_what_is_no_object_is_refused(served, path, body):
    assert Asker(served).ask("POST", path, body, **{"Content-Type": "application/json"})[0] == 400


def test_odd_bids_and_names_are_answered_in_words(served):
    teacher, phone = Teacher(served), Phone(served)
    assert phone.post("/bid", {"round": 1, "amount": "1"})["word"] == "dismissed"
    assert phone.post("/join", {"name": "\u202e" * 3})["word"] == "no_name"
    assert phone.post("/join", {})["word"] == "no_name"
    name = "<img src=x>"
    assert phone.join(name)["state"]["name"] == name, "the page shows names as text"
    teacher.act("open", terms={})
    for amount in (None, [], {}, 0.5, True, "1e400", "½"):
        assert phone.post("/bid", {"round": 1, "amount": amount})["word"] == "no_amount"
    assert phone.post("/bid", {"amount": "0.5"})["word"] == "not_now"
    assert phone.post("/bid", {"round": {}, "amount": "0.5"})["word"] == "too_fast"


def test_a_seat_that_the_teacher_takes_away_may_join_again(served):
    teacher, phone = Teacher(served), Phone(served)
    phone.join("a")
    teacher.act("dismiss", seats=[1])
    assert phone.state()["seat"] is None
    assert phone.join("a")["state"]["seat"] == 2


def test_tables_that_cannot_be_written_stop_nothing_and_the_wall_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with class_served(tmp_path / "file" / "out") as (port, told):
        teacher = Teacher(port)
        Phone(port).join("a")
        teacher.act("open", terms={})
        assert "not a folder" in teacher.act("close")["state"]["trouble"]
        assert teacher.act("reveal")["state"]["stage"] == "revealed"
    assert len(told) == 1


def waits_of_a_hundred_bidding(served, token=TOKEN):
    """Seconds until each of 500 bids was answered, by a hundred phones with as many questions for news waiting."""
    teacher = Teacher(served, token)
    phones = [Phone(served) for _ in range(100)]
    for number, phone in enumerate(phones):
        while phone.join(f"n{number}")["word"] == "too_fast":
            time.sleep(0.1)
    teacher.act("open", terms={"format": "ascending", "increment": "0", "seconds": "60"})
    teacher.act("start")
    over, waits = threading.Event(), []

    def listen(phone):
        stamp, ear = "", Phone(served, Cookie=phone.headers["Cookie"])
        while not over.is_set():
            stamp = ear.state(stamp)["stamp"]

    def bid(phone):
        for turn in range(5):
            time.sleep(0.4 * np.random.default_rng(id(phone) % 1000 + turn).random())
            began = time.perf_counter()
            assert phone.bid(f"0.{turn + 1}") in ("reply_accepted", "reply_below_standing", "reply_already_bid")
            waits.append(time.perf_counter() - began)

    with ThreadPoolExecutor(200) as pool:
        ears = [pool.submit(listen, phone) for phone in phones]
        for done in [pool.submit(bid, phone) for phone in phones]:
            done.result()
        over.set()
        teacher.act("close")
        for done in ears:
            done.result()
    return np.array(waits)


def test_a_hundred_phones_that_bid_and_listen_are_all_answered(served):
    waits = waits_of_a_hundred_bidding(served)
    assert len(waits) == 500
    assert np.quantile(waits, 0.95) < 2.0, "even on a machine that does much else"


@pytest.mark.benchmark
def test_a_hundred_phones_are_answered_quickly(tmp_path):
    with class_at_a_terminal(tmp_path / "out") as (port, token):
        waits = waits_of_a_hundred_bidding(port, token)
    print("".join(f"  {share:.0%}: {np.quantile(waits, share) * 1000:.1f} ms" for share in (0.5, 0.95, 1.0)))
    assert np.quantile(waits, 0.95) < 0.2
