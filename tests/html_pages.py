"""A page of the product, read back: is it well formed, where do its links lead, what stands in its tables?"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser


class Tags(HTMLParser):
    """Opening and closing tags, identifiers, and links."""

    VOID = frozenset({"meta", "input", "br", "use", "path"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.note(attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.note(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert tag in self.VOID or self.open.pop() == tag, tag

    def note(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            if name in ("href", "xlink:href", "src"):
                self.links.append(str(value))


def check_page(page: str) -> None:
    """The page is well formed, its identifiers are unique, its links lead to itself, it runs no script.

    Both halves list their sections with links, tables have numbered captions and heads that say what they head, and
    long lists are folded.
    """
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert len(tags.ids) == len(set(tags.ids))
    links = [link for link in tags.links if not link.startswith("data:image/png;base64,")]
    assert all(link.startswith("#") and link[1:] in tags.ids for link in links)
    assert set(re.findall(r"url\(#([^)]*)\)", page)) <= set(tags.ids)
    assert not re.search(r"<script|<link|<img|<iframe|@import|@font-face|javascript:", page)
    for language in ("en", "zh"):
        _check_parts(half(page, language))


def _check_parts(text: str) -> None:
    contents = text[text.index('<nav class="contents"') : text.index("</nav>")]
    sections = re.findall(r"<h2(.*?)>(.*?)</h2>", text)
    assert len(sections) > 3
    linked = re.findall(r'<li><a href="#(.*?)">(.*?)</a></li>', contents)
    assert [(f' id="{anchor}"', name) for anchor, name in linked] == sections
    captions = re.findall(r"<table[^>]*>\n<caption>(?:Table|表) (\d+)\. ", text)
    assert captions == [str(number + 1) for number in range(text.count("<table"))]
    heads = re.findall(r"<th(?!ead).*?>.*?</th>", text)
    assert [head for head in heads if not re.match(r'<th scope="(col|row)".*?>.', head)] == []
    assert "<th scope=" in text
    assert "<details open" not in text


def half(page: str, language: str) -> str:
    """The part of a page in one language."""
    parts = dict(re.findall(r'<main lang="([\w-]*)">(.*?)</main>', page, re.DOTALL))
    return parts["zh-CN" if language == "zh" else "en"]


def folded_rows(page: str, language: str) -> list[list[str]]:
    """The rows of the assumptions, which a page folds away last, as texts; lines within a cell are parted by ``|``.

    What a parameter means, told in Chinese behind its path, comes last here.
    """
    *_, folded = re.findall(r"<details[^>]*>(.*?)</details>", half(page, language), re.DOTALL)
    body = folded[folded.index("<tbody>") : folded.index("</tbody>")]
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in body.split("</tr>") if "<td" in row]
    rows = [[unescape(re.sub(r"</?\w[^>]*>", "", cell.replace("<span", "|<span"))) for cell in row] for row in cells]
    return [[path, *told, meaning] for path, meaning, *told in rows] if language == "zh" else rows
