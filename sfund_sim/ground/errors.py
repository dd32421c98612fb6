"""What can go wrong, said once: problems with a place and a remedy, and the exceptions that carry them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, Language] = ("en", "zh")

_BREAKS = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's categories of signs that end a line, that nobody sees, or by which a terminal turns a text round."""


def in_one_line(text: str) -> str:
    """The text with line ends and invisible signs as escapes, for what users give is shown as given."""
    return "".join(
        sign.encode("unicode_escape").decode("ascii") if unicodedata.category(sign) in _BREAKS else sign
        for sign in text
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a user's input: where, what is wrong, what to write instead; in English and Chinese."""

    file: str
    line: int
    """1-based; 0 when the problem is with the file as a whole or with an option."""
    column: int
    message: str
    message_zh: str

    def text(self, language: Language = "en") -> str:
        """One line: ``file:line:column: message``."""
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return in_one_line(f"{where}: {self.message_zh if language == 'zh' else self.message}")


class Caution(UserWarning):
    """What a run says of its own results; warnings of libraries, which differ from version to version, are none."""


class SfundError(Exception):
    """Base of all errors that sfund_sim raises on purpose.

    SfundError
      +- ScenarioError    the scenario (or an option) is wrong: exit code 2
      +- OutputError      results cannot be written or read: exit code 1
      |    +- NotARunFolder    the folder given is not one that a run has left: exit code 2
      |    +- WorkKept         results cannot be written, but finished replications are kept
      +- TooMuchMoney     a scenario whose sums no market has: exit code 2
      +- BrokenInvariant  a bug in sfund_sim: please report it with its text
    """

    is_wrong_input: bool = False
    """Is what the user gave at fault, so that the same command fails again? Exit code 2 then, else 1."""

    def __init__(self, message: str = "", message_zh: str = "") -> None:
        super().__init__(message)
        self.message_zh = message_zh or message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.message_zh)

    def text(self, language: Language = "en") -> str:
        """What went wrong and what to do, in one language."""
        return self.message_zh if language == "zh" else str(self)


class ScenarioError(SfundError):
    """A scenario cannot be used; ``problems`` lists every mistake found, in file order."""

    is_wrong_input = True

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(*("\n".join(problem.text(language) for problem in problems) for language in LANGUAGES))
        self.args = (problems,)  # simpy makes an exception anew from these

    def __str__(self) -> str:
        return "\n".join(problem.text() for problem in self.problems)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


class OutputError(SfundError):
    """Results cannot be written or read; the message says why and what to do."""


class NotARunFolder(OutputError):
    """The folder is not one that a run has left."""

    is_wrong_input = True


class WorkKept(OutputError):
    """Results cannot be written, but finished replications are kept in ``folder`` and can be taken up."""

    def __init__(self, message: str, message_zh: str, folder: Path) -> None:
        super().__init__(message, message_zh)
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.message_zh, self.folder)


class BrokenInvariant(SfundError):
    """The simulation contradicts its own accounts: a bug, told with the day and the numbers."""


class TooMuchMoney(SfundError):
    """A scenario's sizes, returns or spreads lead to sums that no market has and whole fen cannot count."""

    is_wrong_input = True


ON_THE_KEY = "[key]"
"""Last step of a path to a key rather than to what stands under it, as pydantic writes it."""


class RuleError(ValueError):
    """A rule of the scenario is broken, told in English and Chinese; raised by validators, turned into a Problem."""

    def __init__(self, message: str, message_zh: str = "", path: tuple[str | int, ...] = ()) -> None:
        self.message = message
        self.message_zh = message_zh or message
        self.path = path
        """Where, below the validated model (keys and list positions); empty for the model itself."""
        super().__init__(message)

    def below(self, *path: str | int) -> RuleError:
        """The same, seen from further up."""
        return RuleError(self.message, self.message_zh, (*path, *self.path))


class RuleErrors(ValueError):
    """Several broken rules of one piece of a scenario, told together."""

    def __init__(self, errors: Sequence[RuleError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(error.message for error in self.errors))
