"""Links between pages lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import ROOT, anchors, links, name_of, pages


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_inside_the_repository_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in links(page):
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{name_of(page)} links to {link}, which does not exist"
        assert not anchor or anchor in anchors(file), f"{name_of(page)} links to {link}, but there is no such heading"


def test_every_page_under_docs_is_reached_from_another_page() -> None:
    reached = {
        (page.parent / link.partition("#")[0]).resolve() for page in pages() for link in links(page) if link[0] != "#"
    }
    lost = [name_of(page) for page in pages() if page.parent.name != page.anchor and "docs" in page.parts[:-1]]
    assert [name for name in lost if not any(str(file).endswith(name) for file in reached)] == []


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/model.md", "docs/odd.md"])
def test_every_file_of_the_package_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = re.findall(r"`([a-z_]+(?:/[a-z_]+)*(?:\.py|/)|[a-z_]+/[a-z_/]+\.csv)`", text)
    assert named
    places = (ROOT / "sfund_sim", ROOT / "sfund_sim" / "market", ROOT)
    known = [name for name in named if f"python file={name}" not in text]
    assert [name for name in known if not any((place / name).exists() for place in places)] == []
