"""Phone and projector pages in a real browser, where there is one."""

import time
import urllib.request

import pytest
from class_phones import TOKEN, Phone, Teacher, class_served
from real_browser import Screen, opened_browser

from sfund_sim.classroom import server, views
from sfund_sim.classroom.addresses import qr_picture


@pytest.fixture(scope="module")
def running():
    with opened_browser() as opened:
        yield opened


@pytest.fixture
def browser(running):
    """The browser without the pages of the test before, which would go on asking for their class."""
    yield running
    for context in running.contexts:
        context.close()


def screen(browser, port, path, width, height, **more):
    return Screen(browser, f"http://127.0.0.1:{port}{path}", width, height, **more)


def wall_of(browser, port):
    return screen(browser, port, f"/teach#{TOKEN}", 1280, 720)


def phone_of(browser, port, name):
    phone = screen(browser, port, "/", 360, 740, is_mobile=True, has_touch=True)
    phone.page.fill("#name", name)
    phone.press(".join button")
    phone.reads("#head", name)  # Who sits down first has the first seat, and each seat its own value.
    return phone


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sealed_round_by_thumb_and_a_reload_in_the_middle(browser, tmp_path, language):
    with class_served(tmp_path / "out", language=language) as (port, told):
        wall, phone, other = wall_of(browser, port), phone_of(browser, port, "<i>Mei</i>"), Phone(port)
        other.join("李雷")
        wall.reads(".chips", "<i>Mei</i>")
        assert TOKEN not in wall.page.url
        wall.page.reload()
        wall.reads(".chips", "李雷")
        wall.page.select_option("#format", "second_price")
        wall.press("#go")
        phone.page.wait_for_selector("#amount")
        value = phone.page.inner_text(".told output")
        phone.page.reload()
        phone.reads(".told output", value)
        phone.page.fill("#amount", "0,9")
        phone.press("#form button")
        phone.reads("#form button", "0,9")
        phone.press("#form button")
        phone.reads("#main .standing output", "0.900")
        other.bid("0.4")
        wall.reads("#main .huge", "2 / 2")
        assert phone.fits() is wall.fits() is True
        wall.press("#go")
        wall.press("#go")
        wall.press("#go")
        wall.reads("#main .huge", "0.400")
        assert wall.page.locator(".chart circle, .chart polygon").count() == 4
        assert [int(told) for told in wall.page.locator(".result .facts b").all_inner_texts()] == [2, 1, 1]
        phone.reads("#main .lines", "0.400")
        for tab in (2, 3, 4, 1):
            wall.press(f"#tabs button:nth-child({tab})")
            assert wall.fits() is True
        assert phone.fits() is True
    assert told == []


@pytest.mark.parametrize(("language", "told"), [("en", "off the chart"), ("zh", "超出图框")])
def test_a_bid_far_off_the_values_is_an_arrow_at_the_edge_and_the_key_says_so(browser, tmp_path, language, told):
    with class_served(tmp_path / "out", language=language) as (port, _):
        wall, slipped, other, teacher = wall_of(browser, port), Phone(port), Phone(port), Teacher(port)
        slipped.join("a")
        other.join("b")
        for number, bid in ((1, "9"), (2, "0.1")):
            teacher.act("open", terms={"format": "second_price"})
            slipped.bid(bid, number)
            other.bid("0.1", number)
            for act in ("start", "close", "reveal"):
                teacher.act(act)
            wall.reads("#title", str(number))
            wall.counts(".chart polygon", int(number == 1))
            wall.counts(".chart circle", 4 - (number == 1))
            assert (told in wall.page.inner_text(".key")) is (number == 1)
            assert wall.fits() is True


def test_a_rising_round_keeps_what_is_being_typed_while_others_bid(browser, tmp_path):
    with class_served(tmp_path / "out") as (port, _):
        wall, phone, other = wall_of(browser, port), phone_of(browser, port, "Mei"), Phone(port)
        other.join("b")
        wall.reads(".chips", "Mei")
        wall.press("#go")
        phone.page.wait_for_selector("#amount")
        phone.page.type("#amount", "0.2")
        other.bid("0.1")
        phone.reads("#main .standing output", "0.100")
        phone.page.type("#amount", "5")
        assert phone.page.input_value("#amount") == "0.25"
        phone.press("#main .big")
        phone.reads("#main .standing output", "0.110")
        wall.reads("#main .huge", "0.110")
        wall.press("#go")
        wall.waits("() => /^(1:00|0:[1-5].)$/.test(document.querySelector('#left')?.innerText)")
        assert phone.fits() is wall.fits() is True


def test_who_is_outbid_is_not_told_that_its_bid_stands_and_no_single_tap_bids_above_its_value(browser, tmp_path):
    with class_served(tmp_path / "out") as (port, _):
        phone, other, teacher = phone_of(browser, port, "Mei"), Phone(port), Teacher(port)
        other.join("b")
        teacher.act("open", terms={"increment": "0.01"})
        phone.page.wait_for_selector("#amount")
        value = float(phone.page.inner_text("#main .told output"))
        phone.press("#main .big")
        phone.reads("#said", "Your bid stands.")
        other.bid("0.1")
        phone.reads("#main .standing", "Others lead")
        assert phone.page.inner_text("#said") == ""
        other.bid(f"{value:.3f}")
        phone.reads("#main .note", f"{value + 0.01:.3f}, is above your value")
        assert phone.page.locator("#main .big").count() == 0
        phone.page.fill("#amount", "0.0.1")
        phone.press("#form button")
        phone.press("#form button.sure")
        phone.reads("#said", "no amount")
        assert phone.page.locator("#form button.sure").count() == 0, "what was refused is not asked about again"
        phone.page.fill("#amount", f"{value + 0.02:.3f}")
        phone.press("#form button")
        phone.press("#form button.sure")
        phone.reads("#main .standing", "You lead")
        assert phone.fits() is True


def test_a_double_tap_confirms_nothing_and_wide_digits_are_digits(browser, tmp_path):
    with class_served(tmp_path / "out", language="zh") as (port, _):
        phone, other, teacher = phone_of(browser, port, "梅"), Phone(port), Teacher(port)
        other.join("b")
        teacher.act("open", terms={"format": "first_price"})
        phone.page.wait_for_selector("#amount")
        phone.page.fill("#amount", "１。２")
        phone.reads("#warning", "高于")
        phone.press_twice("#form button")
        phone.reads("#form button.sure", "确认报价 1.2")
        assert teacher.state()["round"]["bids"] == 0
        phone.press("#form button.sure")
        phone.reads("#main .standing output", "1.200")
        assert phone.fits() is True


def test_the_address_of_a_class_started_anew_opens_in_the_tab_of_the_old_one(browser, tmp_path):
    with class_served(tmp_path / "out") as (port, _):
        wall = screen(browser, port, "/teach#of-the-class-before", 1280, 720)
        wall.page.wait_for_selector("#offline:not([hidden])")
        wall.page.goto(f"http://127.0.0.1:{port}/teach#{TOKEN}")
        wall.reads("#main", "Nobody has joined yet")
        assert TOKEN not in wall.page.url


def test_the_wall_shows_the_laptops_new_address_when_it_moves_to_another_network(browser, tmp_path, monkeypatch):
    here, found = ["192.0.2.7"], ["http://192.0.2.7:8000/"]
    monkeypatch.setattr(server, "likeliest_address", lambda: here[0])
    monkeypatch.setattr(server, "_LOOK", 0.1)
    with class_served(tmp_path / "out", addresses=found) as (port, _):
        wall = wall_of(browser, port)
        wall.reads(".address", "192.0.2.7:8000")
        here[0], found[0] = None, "http://127.0.0.1:8000/"
        time.sleep(0.3)
        wall.page.reload()
        wall.reads(".address", "192.0.2.7:8000")
        here[0], found[0] = "198.51.100.4", "http://198.51.100.4:8000/"
        wall.reads(".address", "198.51.100.4:8000")
        assert "198.51.100.4" in wall.page.locator(".qr").get_attribute("src")
        picture = urllib.request.urlopen(f"http://127.0.0.1:{port}/qr.svg", timeout=60).read().decode()
        assert picture == qr_picture(found[0])
        assert wall.fits() is True


@pytest.mark.parametrize(("wide", "high"), [(1920, 1080), (1280, 720), (1024, 768)])
def test_the_wall_fills_every_screen_and_its_numbers_can_be_read_from_the_last_row(browser, tmp_path, wide, high):
    with class_served(tmp_path / "out", language="zh") as (port, _):
        wall, phone, teacher = screen(browser, port, f"/teach#{TOKEN}", wide, high), Phone(port), Teacher(port)
        phone.join("李雷")
        teacher.act("open", terms={})
        phone.bid("0.1")
        wall.reads("#main .huge", "0.100")
        tall = wall.page.locator("#main .huge").bounding_box()["height"]
        assert tall > wide / 1280 * 125
        foot = wall.page.locator("footer").bounding_box()
        assert foot["y"] + foot["height"] == pytest.approx(high, abs=2)
        teacher.act("close")
        teacher.act("reveal")
        wall.reads("#main .headline", "由 1 号（李雷）竞得")
        assert wall.page.locator("#tabs button").first.bounding_box()["height"] < wide / 1280 * 50, "on one line"
        assert wall.fits() is True


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_round_opened_by_mistake_is_called_off_on_the_wall_after_a_question(browser, tmp_path, language):
    with class_served(tmp_path / "out", language=language) as (port, _):
        wall, phone = wall_of(browser, port), phone_of(browser, port, "Mei")
        wall.reads(".chips", "Mei")
        assert wall.page.locator("#off").is_hidden()
        wall.page.select_option("#format", "second_price")
        wall.page.fill("#reserve", "0,1")
        wall.page.fill("#seconds", "４５")
        wall.press("#go")
        phone.page.wait_for_selector("#amount")
        wall.page.once("dialog", lambda asked: asked.dismiss())
        wall.press("#off")
        assert phone.page.locator("#amount").count() == 1, "who says no goes on"
        wall.page.once("dialog", lambda asked: asked.accept())
        wall.press("#off")
        wall.reads("#main .huge", "第 1 轮已终止" if language == "zh" else "Round 1 was called off")
        phone.reads("#main", "第 1 轮已终止" if language == "zh" else "Round 1 was called off")
        assert phone.page.locator("#amount").count() == 0
        assert phone.fits() is wall.fits() is True
        wall.page.reload()
        wall.page.wait_for_selector("#go:enabled")
        typed = [wall.page.input_value(f"#{name}") for name in ("format", "reserve", "increment", "seconds")]
        assert typed == ["second_price", "0.100", "0.010", "45"], "the form has the terms of the last round"
        wall.press("#go")
        phone.page.wait_for_selector("#amount")
        phone.reads("#main .round", "2")


def test_a_falling_clock_shows_the_servers_price_and_is_stopped_with_one_thumb(browser, tmp_path):
    with class_served(tmp_path / "out") as (port, _):
        wall, phone, other = wall_of(browser, port), phone_of(browser, port, "Mei"), Phone(port)
        other.join("b")
        wall.reads(".chips", "Mei")
        wall.page.select_option("#format", "descending")
        wall.page.fill("#seconds", "120")
        wall.press("#go")
        wall.press("#go")
        phone.page.wait_for_selector("#stop")
        wall.waits("() => +document.querySelector('#clock').innerText < 1")
        on_wall = float(wall.page.inner_text("#clock"))
        assert on_wall > 0.85
        assert float(phone.page.inner_text("#stop").split()[-1]) == pytest.approx(on_wall, abs=0.05)
        phone.press("#stop")
        phone.reads("#stop", "Confirm")
        phone.press("#stop")
        phone.page.wait_for_selector("#main .standing.mine")
        wall.reads("#main .huge", "Bidding is over")
        assert phone.fits() is wall.fits() is True


def test_one_tap_does_not_stop_the_clock_above_ones_value(browser, tmp_path):
    with class_served(tmp_path / "out") as (port, _):
        phone, teacher = phone_of(browser, port, "Mei"), Teacher(port)
        teacher.act("open", terms={"format": "descending", "seconds": "120"})
        teacher.act("start")
        phone.page.wait_for_selector("#stop")
        value = float(phone.page.inner_text("#main .told output"))
        assert value < 0.9
        phone.press_twice("#stop")
        phone.reads("#stop", "Confirm")
        phone.reads("#warning", "above your value")
        assert teacher.state()["round"]["taken"] is None
        phone.press("#stop")
        phone.page.wait_for_selector("#main .standing.mine")
        assert float(teacher.state()["round"]["taken"]) > value


def test_a_phone_goes_on_after_the_laptop_was_away(browser, tmp_path):
    with class_served(tmp_path / "out") as (port, _):
        phone, other = phone_of(browser, port, "Mei"), Phone(port)
        phone.page.context.set_offline(True)
        phone.page.evaluate("dispatchEvent(new Event('online'))")
        phone.page.wait_for_selector("#offline:not([hidden])")
        other.join("b")
        phone.page.context.set_offline(False)
        phone.page.wait_for_selector("#offline", state="hidden")
        teacher = Teacher(port)
        teacher.act("open", terms={})
        phone.page.wait_for_selector("#amount")
        told = phone.page.inner_text("#main .told output")
        assert told == phone.page.evaluate("heard.state.own.told")
        assert [one["name"] for one in teacher.state()["seats"]] == ["Mei", "b"]


def test_seats_of_those_who_have_left_are_taken_away_with_one_button(browser, tmp_path, monkeypatch):
    with class_served(tmp_path / "out") as (port, _):
        left, gone = Phone(port), Phone(port)
        left.join("left")
        gone.join("gone")
        wall = wall_of(browser, port)
        wall.reads(".chips", "gone")
        assert wall.page.locator(".sweep").count() == 0
        monkeypatch.setattr(views, "_AWAY", 0.1)
        time.sleep(0.2)
        wall.page.reload()
        wall.page.once("dialog", lambda asked: asked.accept())
        wall.press(".sweep")
        wall.reads(".who", "Nobody has joined yet")
        assert wall.fits() is True


def test_without_the_token_the_wall_shows_nothing(browser, tmp_path):
    with class_served(tmp_path / "out") as (port, _):
        wall = screen(browser, port, "/teach#guess", 1280, 720)
        wall.page.wait_for_selector("#offline:not([hidden])")
        assert wall.page.inner_text("#main") == ""
