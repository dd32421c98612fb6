"""What is at stake in a class: the laws of values, the terms of a round, and what each seat is dealt."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from sfund_sim.classroom.money import FINEST_UNIT, RoundMoney
from sfund_sim.ground.errors import RuleError
from sfund_sim.ground.streams import Streams
from sfund_sim.investors.bidding.information import InformationModel
from sfund_sim.investors.laws import Uniform, ValueLaw
from sfund_sim.lab.formats import SEALED, format_names
from sfund_sim.lab.lesson import Lesson
from sfund_sim.terms import Purpose

FloatArray = NDArray[np.float64]

_FEW, _NEARLY_ALL = 0.001, 0.999
"""Shares of values below what a class takes for the lowest and the highest one."""
_FEWEST_UNITS = 100
"""By how many units of money values must differ for bids to differ."""
_HEADROOM = 10.0
"""A bid may be that many times the highest likely value: what is beyond is a slip of the thumb."""


class _Draw(IntEnum):
    VALUE = 0
    TIE = 1
    COMMON_VALUE = 2


def class_formats() -> list[str]:
    """Kinds of the formats that a class can hold: all of the venue's that need no terms besides a price."""
    return [name for name in format_names() if name not in SEALED and name != "weighted_tender"]


class RoundTerms(BaseModel):
    """The terms of one round, as the teacher sets them."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    format: str = "ascending"
    """Kind of the auction format."""
    reserve: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Floor, in the money of the values."""
    increment: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Least raise of an ascending auction; 0: the smallest unit of money."""
    seconds: float = Field(default=60.0, ge=5, le=3600, allow_inf_nan=False)
    """Window of the rising auction (a bid restarts it), time left for sealed quotes, or time of the clock's fall."""

    @field_validator("format")
    @classmethod
    def _can_be_held(cls, given: str) -> str:
        kind, allowed = SEALED.get(given, given), class_formats()
        if kind == "weighted_tender":
            raise RuleError(
                "a weighted tender needs terms besides the price, which a class has no page for",
                "权重报价须在价格之外评定其他条件，课堂竞价没有相应页面",
            )
        if kind not in allowed:
            listed = ", ".join(allowed)
            raise RuleError(
                f"a class has no auction format '{given}'; allowed: {listed}",
                f"课堂竞价没有名为“{given}”的竞价方式；可用：{listed}",
            )
        return kind


@dataclass(frozen=True, slots=True)
class Dealt:
    """What the bidders of a round were dealt; arrays [bidders], in the order of their seats."""

    signals: FloatArray
    """What each is told: its value, or its signal of a common one; as shown, rounded to the money."""
    worth: FloatArray
    """What the share is worth to each."""
    ties: FloatArray
    """Uniforms that decide between equal best bids."""


@dataclass(frozen=True, slots=True)
class Stakes:
    """The laws of what is dealt, the same in all rounds of a class."""

    law: ValueLaw = field(default_factory=Uniform)
    information: InformationModel | None = None
    """If given, the value is the same for all and bidders have signals of it."""
    seed: int = 1

    def __post_init__(self) -> None:
        if self.information is not None:
            _, values = self.information.nature(np.full((1, 2), 0.5), np.array([_FEW, _NEARLY_ALL]), 0.0)
            _, others = self.information.nature(np.array([[_FEW, _NEARLY_ALL]]), np.full(2, 0.5), 0.0)
            if values[0] == values[1] and others[0] == others[1]:
                raise RuleError(
                    "that common value is the same in every round: after the first one the class would know it",
                    "该共同价值每轮都相同：第一轮之后全班都会知道",
                )

        spread, top = self.spread(), self.top(2)
        if not (spread >= _FEWEST_UNITS * FINEST_UNIT and np.spacing(top) <= self.money(2).unit):
            raise RuleError(
                f"values that differ by about {spread:g}, and are up to {top:g}, cannot be told apart by amounts of "
                f"{-round(math.log10(FINEST_UNIT))} decimals; choose a law whose values differ more",
                f"各人的估值仅相差约 {spread:g}（最高约 {top:g}），用 {-round(math.log10(FINEST_UNIT))} 位小数的"
                "金额无法区分；请选用估值相差更大的分布",
            )

    def lesson(self, terms: RoundTerms, bidders: int) -> Lesson:
        """The lesson of ``sfund lab auction`` on the very auction of a round. ValueError for terms that it refuses."""
        about: dict[str, Any] = {"law": self.law} if self.information is None else {"information": self.information}
        about["increment"] = terms.increment if terms.format == "ascending" else 0.0
        return Lesson(format=terms.format, bidders=bidders, reserve=terms.reserve, **about)

    def top(self, bidders: int) -> float:
        """What hardly any value or signal is above; a falling clock begins there."""
        if self.information is None:
            high = self.law.high
            return high if np.isfinite(high) else float(self.law.quantile(np.asarray(_NEARLY_ALL)))
        uniforms = np.full((bidders, 1), _NEARLY_ALL)
        signals, value = self.information.nature(uniforms, uniforms[0], 0.0)
        return float(max(signals.max(), value.max()))

    def spread(self) -> float:
        """By how much the values or signals of bidders may differ."""
        if self.information is None:
            return self.top(1) - self.law.low
        signals, _ = self.information.nature(np.array([[_FEW], [_NEARLY_ALL]]), np.array([0.5]), 0.0)
        return float(np.ptp(signals)) / (_NEARLY_ALL - _FEW)

    def money(self, bidders: int) -> RoundMoney:
        """The money of a round with so many bidders."""
        return RoundMoney.for_spread(self.spread(), _HEADROOM * self.top(bidders))

    def deal(self, round: int, seats: tuple[int, ...]) -> Dealt:
        """Draw at the address (seed, round, seat): who else sits there changes nobody's draw."""
        streams, rows = Streams(self.seed, 0), np.array(seats, dtype=np.int64)
        uniforms = streams.uniform(Purpose.CLASS, round, int(_Draw.VALUE), rows)
        ties = streams.uniform(Purpose.CLASS, round, int(_Draw.TIE), rows)
        shown = np.vectorize(self.money(len(seats)).round, otypes=[np.float64])
        if self.information is None:
            values = shown(self.law.quantile(uniforms))
            return Dealt(values, values, ties)
        common = streams.uniform(Purpose.CLASS, round, int(_Draw.COMMON_VALUE))
        signals, value = self.information.nature(uniforms[:, None], common, 0.0)
        return Dealt(shown(signals[:, 0]), np.full(len(seats), float(value[0])), ties)
