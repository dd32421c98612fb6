"""What all HTML pages share: how a template becomes a page, and figures inside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.dictionary import Entry
from sfund_sim.outcomes.dictionary import outcomes as entries_of_outcomes
from sfund_sim.report.drawing import Drawn
from sfund_sim.report.parameter_words import basis_word, unit_word
from sfund_sim.report.warning_words import warning_text
from sfund_sim.report.words import LANGUAGES, outcome_heading, phrase, word
from sfund_sim.scenario.sources import written


class PageFigure(NamedTuple):
    """A figure as a page shows it."""

    title: str
    caption: str
    svg: Markup


class Contents:
    """The sections of one language's half of a page, for its list of links, and the numbers of its tables.

    Templates make every section's heading and every table's caption by it, in the order of the page.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._tables = 0
        self.sections: list[tuple[str, str]] = []
        """Anchor and heading of each section so far."""

    def section(self, heading: str) -> Markup:
        """The heading of the next section, where a link can lead."""
        anchor = f"{self._language}-section-{len(self.sections) + 1}"
        self.sections.append((anchor, heading))
        return Markup('<h2 id="{}">{}</h2>').format(anchor, heading)

    def caption(self, text: str, has_intervals: bool = False) -> Markup:
        """The next table's number and what it shows, which may be numbers with 95 % intervals in brackets."""
        self._tables += 1
        title = phrase("with_intervals", self._language, title=text) if has_intervals else text
        return Markup("<caption>{} {}. {}</caption>").format(phrase("table", self._language), self._tables, title)


def halves(
    drawings: Mapping[Language, Sequence[Drawn]], tell: Callable[[Language], Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Both languages' halves of a page: figures, ``say`` for phrases, contents, what ``tell`` has for the template."""
    return [
        {"language": one, "say": partial(phrase, language=one), "contents": Contents(one),
         "figures": _figures(drawings[one], one), **tell(one)}
        for one in LANGUAGES
    ]  # fmt: skip


def _figures(drawings: Sequence[Drawn], language: Language) -> list[PageFigure]:
    return [PageFigure(one.title, one.caption, inline_svg(one, f"{one.name}-{language}")) for one in drawings]


def rendered(template: str, **values: Any) -> str:
    """A page from its template, which fills ``page.html``: everything escaped, a missing value an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sfund_sim.report", ""), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(
        unit_word=unit_word,
        warning_text=warning_text,
        word=word,
        heading=outcome_heading,
        written=written,
        basis_word=basis_word,
    )
    return environment.get_template(template).render(values)


def measured(outcomes: Iterable[str]) -> list[Entry]:
    """Dictionary entries of the outcomes that a page shows, each once, in the dictionary's order."""
    shown = set(outcomes)
    return [one for one in entries_of_outcomes() if one.name in shown]


_REFERENCE = re.compile(r'(\bid="|href="#|url\(#)')
_ROOT = re.compile(r"<svg .*?>", re.DOTALL)
_VIEW = re.compile(r'viewBox="[^"]*"')


def inline_svg(drawn: Drawn, prefix: str) -> Markup:
    """A figure as SVG inside a page: no size of its own, its title for screen readers, identifiers made unique.

    The text comes from matplotlib, whose labels are drawn as paths and whose attributes are escaped.
    """
    text = drawn.svg
    root, view = _ROOT.search(text), _VIEW.search(text)
    if root is None or view is None:
        raise ValueError(f"figure {drawn.name} is not an SVG with a viewBox")
    body = _REFERENCE.sub(lambda found: f"{found.group()}{prefix}-", text[root.end() :])
    namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    opening = Markup('<svg {} {} role="img" aria-label="{}">').format(
        Markup(namespaces), Markup(view.group()), drawn.title
    )
    return opening + Markup(body)
