"""A bar for long work, when a person is looking."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Step(Protocol):
    """Tell a bar how much more is done."""

    def __call__(self, done: int = 1, /) -> None: ...  # noqa: D102


@contextmanager
def progress(words: str, total: int | None, *, is_shown: bool = True) -> Iterator[Step]:
    """A bar on the error stream with what is done and time left; yields its step. ``total`` is None when unknown."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not (is_shown and console.is_terminal)) as bar:
        task = bar.add_task(words, total=total)
        yield lambda done=1, /: bar.advance(task, done)
