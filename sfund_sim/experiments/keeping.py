"""Which tables of its replications a run keeps, and in what form: a choice of the user, recorded in the manifest.

The form never depends on what is installed: the same command gives the same bytes everywhere, or says what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal, get_args

from sfund_sim.ground.errors import Problem, ScenarioError

Form = Literal["csv", "parquet"]
FORMS = get_args(Form)

LEDGER = "ledger"
FUND_QUARTERS = "fund_quarters"
"""The one table that is made only where it is asked for."""
Kept = Literal["exits", "listings", "bids", "stages", "votes", "funds", "holdings", "recycling", "fund_quarters",
               "ledger"]  # fmt: skip
_ALL: tuple[Kept, ...] = get_args(Kept)
KEPT = tuple(name for name in _ALL if name != FUND_QUARTERS)
"""What a run keeps of its replications unless it is told otherwise."""
USUAL = "usual"
"""Word for all of ``KEPT``."""
LARGE = _ALL[:-1]
"""Tables that grow by many rows with every replication."""
SMALL = ("runs", "summary")
"""Tables that every run has, as CSV: a row a replication, and a row an outcome and group."""
_WITH_LEDGER = "holdings"
"""What an audit holds the ledger against."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """The form of the large tables, and which of them are kept; with the ledger always the holdings."""

    form: Form = "csv"
    names: tuple[str, ...] = KEPT

    def file_of(self, table: str) -> str:
        """File name of a table."""
        return f"{table}.{self.form if table not in SMALL else 'csv'}"

    def keeps(self, name: str) -> bool:
        """Is a table, or the ledger, kept?"""
        return name in SMALL or name in self.names

    @property
    def words(self) -> list[str]:
        """The options that ask for it; none for what is usual."""
        usual = Keeping()
        form = ["--tables", self.form] if self.form != usual.form else []
        kept = [USUAL, FUND_QUARTERS] if self.names == _ALL else self.names or SMALL[1:]
        return form + (["--keep", ",".join(kept)] if self.names != usual.names else [])

    @property
    def libraries(self) -> tuple[str, ...]:
        """What must be installed besides, and may change the bytes of files."""
        return ("pyarrow",) if self.form == "parquet" else ()

    def data(self) -> dict[str, Any]:
        """As plain data, for manifest and work folder."""
        return {"tables": self.form, "kept": list(self.names)}


def keeping(form: str = "", kept: Sequence[str] = (), *, usual: Keeping | None = None) -> Keeping:
    """What is asked for, names singly or with commas between them; ``usual`` where nothing is said.

    ScenarioError for an unknown form or table, and when Parquet is wanted without pyarrow.
    """
    usual = usual or Keeping()
    names = [name.strip() for text in kept for name in text.split(",") if name.strip()]
    allowed = (USUAL, *SMALL, *_ALL)
    wrong = [name for name in names if name not in allowed] if names or not kept else [""]
    problems = [_problem("--keep", name, allowed) for name in wrong]
    if form and form not in FORMS:
        problems.append(_problem("--tables", form, FORMS))
    chosen: Form = "parquet" if (form or usual.form) == "parquet" else "csv"
    if chosen == "parquet" and find_spec("pyarrow") is None:
        problems.append(Problem("--tables", 0, 0, 'parquet needs pyarrow: pip install "sfund-sim[cluster]"',
                                'parquet 需要 pyarrow：pip install "sfund-sim[cluster]"'))  # fmt: skip
    if problems:
        raise ScenarioError(problems)
    wanted = {*names, *(KEPT if USUAL in names else ()), *([_WITH_LEDGER] if LEDGER in names else [])}
    return Keeping(chosen, tuple(name for name in _ALL if name in wanted) if names else usual.names)


def kept_by(about: Mapping[str, Any]) -> Keeping:
    """What a manifest or a work folder says; everything as CSV where it says nothing."""
    usual = Keeping()
    return Keeping(about.get("tables", usual.form), tuple(about.get("kept", usual.names)))


def _problem(option: str, given: str, allowed: Sequence[str]) -> Problem:
    return Problem(option, 0, 0, f"'{given}' is not allowed; allowed: {', '.join(allowed)}",
                   f"“{given}”不在允许范围内；可用：{'、'.join(allowed)}")  # fmt: skip
