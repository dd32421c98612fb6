"""A small model with one field of every sort, and a family of parts, to test reading without the real scenario."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sfund_sim.ground.errors import Problem, RuleError, RuleErrors
from sfund_sim.ground.parts import Part
from sfund_sim.scenario.evidence import unwrapped
from sfund_sim.scenario.merging import read_layers
from sfund_sim.scenario.nodes import Mapping
from sfund_sim.scenario.overrides import with_override
from sfund_sim.scenario.reading import parse_text
from sfund_sim.scenario.validation import validated

Share = Annotated[float, Field(ge=0, le=1)]


class Sheet(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


class Format(Part, family="auction format"):
    """A family of two."""


class Rising(Format):
    kind = "rising"
    step: Share = 0.01
    """Raise of one bid."""


class Sealed(Format):
    kind = "sealed"
    quotes: int = Field(default=1, ge=1)


class Room(Sheet):
    open: bool = True
    """Is it open?"""
    notice_days: int = Field(default=30, ge=0, le=365)
    """Days of notice."""
    fee_rate: Share = 0.0
    ledger: Literal["distributed", "paper"] = "paper"
    format: Format = Rising()


class Span(Sheet):
    start: date
    end: date

    @model_validator(mode="after")
    def _ordered(self) -> Span:
        if self.end <= self.start:
            raise RuleError(
                f"end {self.end} is not after {self.start}", f"结束日 {self.end} 不晚于 {self.start}", ("end",)
            )
        return self


class Dated(Sheet):
    on: date
    because: str
    source: str = ""
    set: dict[str, Any]


class Small(Sheet):
    name: str
    """Name."""
    count: int = Field(default=1, ge=0, le=100)
    """How many."""
    size_cny: float = Field(default=1.0, ge=0, json_schema_extra={"unit": "CNY"})
    weights: dict[int, float] = {}
    shares: list[Share] = []
    span: Span | None = None
    rooms: dict[str, Room] = {}
    kinds: dict[Literal["soe", "bank"], Share] = {}
    policy: list[Dated] = []

    @model_validator(mode="after")
    def _references(self) -> Small:
        wrong = [
            RuleError(f"share {share} is the devil's", "此占比不吉利", ("shares", number))
            for number, share in enumerate(self.shares)
            if share == 0.666
        ]
        if wrong:
            raise RuleErrors(wrong)
        return self


def read_small(text: str, *overrides: str) -> tuple[Small | None, list[Problem]]:
    """A text as a ``Small``, with all problems in order of line and column."""
    parsed = parse_text(text, "s.yaml")
    problems = list(parsed.problems)
    if not isinstance(parsed.root, Mapping):
        return None, problems or [Problem("s.yaml", 0, 0, "no mapping", "不是映射")]
    root: Any = unwrapped(parsed.root, problems)
    for override in overrides:
        root = with_override(root, override, problems)
    small, found = validated(Small, root)
    problems = sorted(dict.fromkeys([*problems, *found]), key=lambda problem: (problem.line, problem.column))
    return (None if problems else small), problems


def read_small_file(path: Path) -> tuple[Small | None, list[Problem]]:
    """A file with all that it extends."""
    layers = read_layers(path)
    if layers.root is None:
        return None, layers.problems
    small, found = validated(Small, layers.root, is_whole=layers.is_whole)
    return small, [*layers.problems, *found]


def lines(problems: list[Problem]) -> list[str]:
    return [problem.text() for problem in problems]
