"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Lang(StrEnum):
    """Language of messages and reports."""

    EN = "en"
    ZH = "zh"


LangOption = Annotated[
    Lang | None, typer.Option("--lang", help="Language of messages: en or zh (default: SFUND_LANG).")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="Set a value, for example population.funds.count=100; may be repeated."),
]


def language(lang: Lang | None) -> Lang:
    """The language asked for, or the one of the environment."""
    from sfund_sim.cli import language_of

    return lang or Lang(language_of([]))
