"""What stands in one case of a case file: its items, what may be written for them, and what is only a remark."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

LIMIT = 4.0
"""Standard errors that a simulated answer may be off."""
STATED_AT = 100_000
"""Replications for which case files state tolerances and standard errors."""
COMPUTED, SIMULATED = "deterministic", "monte-carlo"
KINDS = (COMPUTED, SIMULATED)
"""What a case may say of itself: held to an absolute tolerance, or to standard errors."""
KIND_OF = {"computed": COMPUTED, "exact": COMPUTED, "mc": SIMULATED, "simulated": SIMULATED, "simulation": SIMULATED}
"""Other words for the two."""
REMARKS = ("alt", "comment", "description", "name", "reference", "source_status", "tags", "title")
"""Items besides ``note`` and ``source`` that are not read: none of them can be a tolerance in other words."""


def _as_text(given: Any) -> Any:
    """A number stands for its digits: ids may be numbers."""
    return str(given) if isinstance(given, int | float) and not isinstance(given, bool) else given


def _as_number(given: Any) -> Any:
    """A fraction in text, as 3/4, is its number."""
    if not isinstance(given, str) or "/" not in given:
        return given
    try:
        return float(Fraction(given.replace(" ", "")))
    except (ValueError, ZeroDivisionError):
        return given


def _as_kind(given: Any) -> Any:
    """The kind in the set's words."""
    word = "-".join(given.lower().split()) if isinstance(given, str) else given
    return KIND_OF.get(word, word) if isinstance(word, str) else given


class Case(BaseModel):
    """One point of a case file. ``ask`` refuses further items, by name."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    id: Annotated[str, BeforeValidator(_as_text)]
    family: str
    """By default what stands before the first line of the id: A04 in A04-101."""
    quantity: str
    params: Annotated[dict[str, Any], BeforeValidator(lambda given: {} if given is None else given)] = {}
    expected: Annotated[float, BeforeValidator(_as_number)]
    kind: Annotated[str | None, BeforeValidator(_as_kind)] = None
    """``deterministic`` or ``monte-carlo``; none: as the lab answers the question."""
    tolerance: float | None = Field(default=None, ge=0)
    """Absolute, for a case that is computed; 4 standard errors at 100,000 replications for one that is simulated."""
    sd_per_replication: float | None = Field(default=None, ge=0)
    """Standard deviation of one replication's answer: the standard error is it over the root of their number."""
    se_at_100k: float | None = Field(default=None, ge=0)
    """The same, told as the standard error at 100,000 replications."""
    note: Any = None
    """Remark; not read."""
    source: Any = None
    """Where the number comes from; not read."""

    @model_validator(mode="before")
    @classmethod
    def _family_of_its_id(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        before, line, _ = str(given.get("id")).partition("-")
        family = given.get("family", before if line else None)
        return {**given, "family": family.upper()} if isinstance(family, str) else given

    @property
    def sd(self) -> float:
        """Standard deviation of one replication's answer that the case states; 0 if it states none."""
        if self.sd_per_replication is not None:
            return self.sd_per_replication
        error = (self.tolerance or 0.0) / LIMIT if self.se_at_100k is None else self.se_at_100k
        return error * math.sqrt(STATED_AT)
