"""What a case may say of its parameters: their names, other letters for them, and the law of values."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.laws import Uniform, ValueLaw

NARROW = 1e-10
"""Spread that stands for none, as a share of the value: far within the tolerance of any case."""
LETTERS = {
    "a": ("crra_exponent",),
    "c": ("cost", "relist_cost", "seller_value"),
    "d": ("increment", "mean_open", "listing_length"),
    "e": ("eps",),
    "epsilon": ("eps",),
    "lambda": ("lam",),
    "q": ("qualify",),
    "r": ("reserve", "floor"),
    "s": ("lag", "sigma"),
    "w": ("budget", "window"),
}
"""Letters of the families' formulas, and the parameters for which they stand: the first that a question has."""
LAWS = {
    "deterministic": "fixed",
    "exp": "exponential",
    "log-normal": "lognormal",
    "u(0,1)": "uniform",
    "uniform(0,1)": "uniform",
}
"""Other words for laws."""


def _from_high(law: Any) -> Any:
    return Uniform(highest=law) if isinstance(law, int | float) and not isinstance(law, bool) else law


LawOrHigh = Annotated[ValueLaw, BeforeValidator(_from_high)]
"""A law of value as scenario files write it, {"kind": ...}; a number h stands for uniform on (0, h)."""


def law_named(word: Any) -> Any:
    """The name of a law in small letters and in the lab's words."""
    plain = "".join(word.lower().split()) if isinstance(word, str) else word
    return LAWS.get(plain, plain) if isinstance(plain, str) else word


class Parameters(BaseModel):
    """Parameters of a case; anything missing, superfluous or out of range is refused, and null is not given."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def said(cls, quantity: str) -> tuple[str, dict[str, Any]]:
        """A quantity without the parameters that its words give, and those parameters: none, for most."""
        return quantity, {}

    @model_validator(mode="before")
    @classmethod
    def _by_its_letter(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        said = {name: value for name, value in given.items() if value is not None}
        for letter in sorted(LETTERS.keys() & said.keys() - cls.model_fields.keys()):
            name = next((name for name in LETTERS[letter] if name in cls.model_fields), letter)
            if name not in said:
                said[name] = said.pop(letter)
        return said


class UniformValues(Parameters):
    """Parameters of a family whose text says that values are uniform on (0, 1); a case may say so too."""

    dist: Annotated[Literal["uniform"], BeforeValidator(law_named)] = "uniform"


class WithLaw(Parameters):
    """Parameters with a law of values; the numbers of a law are its own, by default those of the published set."""

    dist: Annotated[str, BeforeValidator(law_named)] = "uniform"
    lowest: float | None = None
    """Lowest value of the uniform law; 0 by default."""
    highest: float | None = None
    """Highest value of the uniform law; 1 by default."""
    mean: float | None = None
    """Mean of the exponential law; 1 by default."""
    mu: float | None = None
    """Mean of the logarithm, of the lognormal law."""
    sigma: float | None = Field(default=None, ge=0)
    """Standard deviation of the logarithm, of the lognormal law."""

    @model_validator(mode="after")
    def _known_law(self) -> WithLaw:
        if self.dist not in ValueLaw.members:
            allowed = ", ".join(sorted(ValueLaw.members))
            raise RuleError(
                f"there is no law '{self.dist}'; allowed: {allowed}",
                f"没有名为“{self.dist}”的分布；可用：{'、'.join(sorted(ValueLaw.members))}",
            )
        if (self.dist == "lognormal") != (self.mu is not None and self.sigma is not None):
            raise RuleError(
                "mu and sigma belong to the lognormal law, and to no other", "mu 与 sigma 只属于对数正态分布"
            )
        for name in self._numbers().keys() - ValueLaw.members[self.dist].model_fields.keys():
            raise RuleError(f"the {self.dist} law has no '{name}'", f"{self.dist} 分布没有“{name}”这一参数")
        return self

    def _numbers(self) -> dict[str, float]:
        return {name: number for name in LAW_NUMBERS if (number := getattr(self, name)) is not None}

    @property
    def law(self) -> ValueLaw:
        """The law; a lognormal one without spread is a sure value, for which the narrowest law from it up stands."""
        if self.mu is not None and self.sigma == 0:
            with np.errstate(over="ignore"):
                sure = float(np.exp(self.mu))
            return Uniform(lowest=sure, highest=sure * (1.0 + NARROW))
        member: Any = ValueLaw.members[self.dist]
        law: ValueLaw = member(**self._numbers())
        return law

    def of_law(self) -> dict[str, Any]:
        """The law as parameters of another question."""
        return {"dist": self.dist, **self._numbers()}


LAW_NUMBERS = tuple(name for name in WithLaw.model_fields if name != "dist")
"""Parameters that are those of a law."""
