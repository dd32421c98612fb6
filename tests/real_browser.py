"""The system's own Chromium, driven as a person would: skipped where there is none, or nothing that drives it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip
# Milliseconds, for every wait: a busy machine may take long, and what never comes is told all the same.
PATIENCE = 60_000
# The loopback and what a page carries in itself.
OWN = ("http://127.0.0.1:", "file://", "data:", "blob:", "about:")


def _without(why: str) -> None:
    """Where `.ci/run` has found a browser that starts, its tests may not be left out; elsewhere they may."""
    (pytest.fail if os.environ.get("SFUND_TESTS_NEED_BROWSER") else pytest.skip)(why)


@contextmanager
def opened_browser() -> Iterator[Any]:
    """The browser, for as long as its tests last."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        _without("no playwright, which drives the browser")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        _without(f"no browser on this machine: none of {', '.join(BROWSERS)}")
    with sync_playwright() as running, tempfile.TemporaryDirectory() as data:
        # Chinese is as wide as it is only where a font has it.
        (Path(data) / "fonts").symlink_to(pylopdf_fonts_zh_cn.sans_path().parent)
        about = {"executable_path": found, "args": list(FLAGS), "env": {**os.environ, "XDG_DATA_HOME": data}}
        try:
            opened = running.chromium.launch(**about, timeout=PATIENCE)
        except Error as error:
            _without(f"{found} does not start: {str(error).splitlines()[0]}")
        yield opened
        opened.close()


class Screen:
    """A page, and what its console complained of or asked of others."""

    def __init__(self, browser: Any, address: str, width: int, height: int, **more: Any) -> None:
        self.page = browser.new_context(viewport={"width": width, "height": height}, **more).new_page()
        self.width = width
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("request", lambda asked: None if asked.url.startswith(OWN) else self.complaints.append(asked.url))
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(address)

    def waits(self, condition: str, *about: object) -> None:
        """Until this JavaScript function of what is given says yes."""
        self.page.wait_for_function(condition, arg=list(about))

    def reads(self, selector: str, text: str) -> None:
        self.waits("([where, what]) => (document.querySelector(where)?.innerText ?? '').includes(what)", selector, text)

    def counts(self, selector: str, number: int) -> None:
        self.waits("([what, many]) => document.querySelectorAll(what).length === many", selector, number)

    def press(self, selector: str) -> None:
        self.page.click(selector)

    def press_twice(self, selector: str) -> None:
        """Two touches in one breath of whatever lies under the thumb, however busy the machine is."""
        box = self.page.locator(selector).bounding_box()
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        self.page.evaluate("([x, y]) => [1, 2].forEach(() => document.elementFromPoint(x, y).click())", middle)

    def fits(self) -> bool:
        """Nothing to scroll sideways, no complaint, and nothing asked of another machine."""
        # Not innerWidth: a telephone zooms out until all that is too wide is on its screen.
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, "nothing to scroll sideways"
        assert self.complaints == []
        return True
