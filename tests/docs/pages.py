"""The pages that a reader sees: where they lie, their links, and the blocks of code that are promised to run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(r"^```(\w+) runs\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^```(?:yaml|json) file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of code that a page promises to run."""

    language: str
    code: str


def pages() -> list[Path]:
    """README, changelog and all pages under docs."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def name_of(page: Path) -> str:
    """The page's path in the repository."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """The blocks of a page that run, in order: their fence says ``runs`` after the language."""
    return [Block(language, code) for language, code in _BLOCK.findall(page.read_text("utf-8"))]


def files(page: Path) -> dict[str, str]:
    """The files of scenarios and cases that a page tells its reader to write, by name."""
    return dict(_FILE.findall(page.read_text("utf-8")))


def links(page: Path) -> list[str]:
    """Targets of links and pictures inside the repository."""
    targets = _LINK.findall(_FENCED.sub("", page.read_text("utf-8")))
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """Anchors that forges make of a page's headings."""
    titles = _HEADING.findall(_FENCED.sub("", page.read_text("utf-8")))
    kept = [re.sub(r"[^\w\- ]", "", re.sub(r"[`*]|\]\([^)]*\)", "", title).lower()) for title in titles]
    return {title.strip().replace(" ", "-") for title in kept}
