"""The sentences that people wrote on a page: no tables, code, formulas, headings, and nothing that programs fill in."""

from __future__ import annotations

import re

_LEFT_OUT = re.compile(r"^```.*?^```$|<!-- [a-z ]+ -->\n.*?<!-- end -->|<!--.*?-->", re.MULTILINE | re.DOTALL)
_ITEM = re.compile(r"^ *(?:[-*]|\d+\.) +")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_END = re.compile(r"(?<=[.!?])[)*\"`_]*\s+(?=[(*\"`_]*[A-Z0-9`])")
_ABBREVIATION = re.compile(r"\b(?:Art|[A-Z]|Statist|Soc|ed|vs|e\.g|i\.e)\.$")
_WORD = re.compile(r"\w")


def sentences(page: str) -> list[str]:
    """The sentences of a page's paragraphs and list items, links as the words that a reader sees."""
    return [sentence for passage in _passages(page) for sentence in _split(passage)]


def words(sentence: str) -> int:
    """How many words it has; signs between words, such as those of an equation, are none."""
    return sum(bool(_WORD.search(word)) for word in sentence.split())


def _passages(page: str) -> list[str]:
    """Paragraphs and items of lists, each on one line; a formula of its own ends what comes before it."""
    found: list[list[str]] = [[]]
    in_list = False
    for line in _LEFT_OUT.sub("\n\n", page).splitlines():
        if not line.strip() or line.startswith(("#", "|")):
            found.append([])
        elif _ITEM.match(line):
            in_list = True
            found.append([_ITEM.sub("", line)])
        elif line.startswith("    ") and not in_list:
            found.append([])
        else:
            in_list = in_list and line.startswith(" ")
            found[-1].append(line.strip())
    return [_LINK.sub(r"\1", " ".join(lines)) for lines in found if lines]


def _split(passage: str) -> list[str]:
    """A passage's sentences: a full stop ends one where a capital letter or a figure follows."""
    parts: list[str] = []
    for part in _END.split(passage):
        if parts and _ABBREVIATION.search(parts[-1]):
            parts[-1] += " " + part
        else:
            parts.append(part)
    return parts
