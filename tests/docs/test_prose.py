"""What people write on the pages reads in sentences of a length that can be followed."""

from __future__ import annotations

import pytest
from pages import ROOT
from prose import sentences, words

MOST_WORDS = 60
PAGES = ["experiments", "lab", "model", "scenario-files", "tutorial", "validation"]


@pytest.mark.parametrize("page", PAGES)
def test_no_sentence_of_a_page_has_more_than_sixty_words(page: str) -> None:
    found = sentences((ROOT / "docs" / f"{page}.md").read_text("utf-8"))
    assert found
    assert [sentence for sentence in found if words(sentence) > MOST_WORDS] == []


def test_sentences_are_those_of_paragraphs_and_items_and_nothing_else() -> None:
    page = """# A heading

First, of [two words](page.md)
(Hall 1992, J. R. Statist. Soc. B 54). Second (Art. 23):

    a = b + c

- *item*, one. Two
  goes on;
- last.

| a table | of words |
<!-- made with -->
filled in by a program
<!-- end -->
```sh
code
```
"""
    found = sentences(page)
    assert found == [
        "First, of two words (Hall 1992, J. R. Statist. Soc. B 54).",
        "Second (Art. 23):",
        "*item*, one.",
        "Two goes on;",
        "last.",
    ]
    assert [words(each) for each in found] == [12, 3, 2, 3, 1]
