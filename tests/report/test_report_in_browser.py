"""A run's page as its readers meet it: opened from the disk in a real browser, on a desk and on a telephone."""

import pytest
from real_browser import Screen, opened_browser

from sfund_sim.cli import main

LANGUAGES = {"show-en": "en", "show-zh": "zh-CN"}
SIZES = {"desk": (1280, 800, {}), "telephone": (390, 844, {"is_mobile": True, "has_touch": True})}
FEW = ("--set", "population.funds.count=12", "--reps", "2", "--seed", "5", "--workers", "1", "--quiet")
SCROLLS_AND_SAYS_SO = (
    "all => all.map(it => [it.scrollWidth > it.clientWidth, parseFloat(getComputedStyle(it, '::before').fontSize) > 1])"
)


@pytest.fixture(scope="module")
def browser():
    with opened_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page") / "run"
    assert main(["run", "beijing_pilot", *FEW, "--out", str(folder)]) == 0
    return (folder / "report.html").as_uri()


@pytest.fixture(scope="module", params=SIZES)
def report(browser, address, request):
    wide, high, more = SIZES[request.param]
    shown = Screen(browser, address, wide, high, **more)
    yield shown
    shown.page.context.close()


def test_a_click_changes_the_whole_page_to_the_other_language_and_back(report):
    for choice in ("show-zh", "show-en"):
        report.press(f"nav label[for={choice}]")
        shown = [half.get_attribute("lang") for half in report.page.locator("main").all() if half.is_visible()]
        assert shown == [LANGUAGES[choice]]
        assert report.page.locator(f"main[lang={LANGUAGES[choice]}] h1").is_visible()
        assert report.fits()


@pytest.mark.parametrize("choice", LANGUAGES)
def test_every_section_of_the_contents_is_reached_by_its_link(report, choice):
    report.press(f"nav label[for={choice}]")
    links = report.page.locator(f"main[lang={LANGUAGES[choice]}] .contents a").all()
    assert len(links) > 5
    for link in links:
        anchor = link.get_attribute("href")
        link.click()
        assert report.page.evaluate("location.hash") == anchor
        assert -1 < report.page.locator(anchor).bounding_box()["y"] < 800
    assert report.fits()


@pytest.mark.parametrize("choice", LANGUAGES)
def test_folded_lists_open_at_a_click_and_only_frames_that_say_so_scroll_sideways(report, choice):
    report.press(f"nav label[for={choice}]")
    half = report.page.locator(f"main[lang={LANGUAGES[choice]}]")
    lists = half.locator("details").all()
    assert len(lists) > 1
    for folded in lists:
        inside = folded.locator(":scope > :not(summary)").first
        assert not inside.is_visible()
        folded.locator("summary").click()
        assert inside.is_visible()
    assert report.fits()
    told = half.locator(".wide").evaluate_all(SCROLLS_AND_SAYS_SO)
    assert len(told) > 5
    assert [scrolls for scrolls, _ in told] == [says for _, says in told]
