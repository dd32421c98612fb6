"""Votes on extending a fund's term, again and again until one fails."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sfund_sim.funds.extension import ExtensionRule
from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.chance import Chance, Columns, Deal, Draw, FloatArray, Told, in_blocks

MOST_VOTES = 10_000
"""Votes carried before one that fails, on average, that are still followed."""


class Extension(BaseModel):
    """One fund whose partners each refuse with the same chance, independently, at every vote."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    rule: ExtensionRule
    """Whose consent prolongs the term."""
    partners: int = Field(ge=1, le=1000)
    """Partners, with equal commitments."""
    refusal: float = Field(ge=0, le=1)
    """Chance that a partner refuses."""

    def sample(self, chance: Chance, replications: int, told: Told = lambda done: None) -> Columns:
        """Column: ``carried``."""
        return in_blocks(chance, replications, lambda deal: Columns({"carried": self._vote(deal)}), told)

    def _vote(self, deal: Deal) -> FloatArray:
        in_favour = deal.uniforms(Draw.VOTES, self.partners) >= self.refusal
        return self.rule.carried(in_favour, np.ones((self.partners, 1))).astype(np.float64)


class Extensions(Extension):
    """The same, voted on every year until a vote fails; refused if that takes for ever, or so long on average."""

    @model_validator(mode="after")
    def _ends(self) -> Extensions:
        fails = chance_of_failure(self.rule, self.partners, self.refusal)
        if fails == 0:
            raise RuleError("the term is extended for ever: no vote ever fails", "存续期无限延长：表决从不被否决")
        if fails * MOST_VOTES < 1:
            raise RuleError(
                f"a vote fails once in {1 / fails:,.0f} on average; at most {MOST_VOTES:,} are followed",
                f"平均每 {1 / fails:,.0f} 次表决才有一次被否决；至多跟踪 {MOST_VOTES:,} 次",
            )
        return self

    def sample(self, chance: Chance, replications: int, told: Told = lambda done: None) -> Columns:
        """Column: ``extensions`` (votes carried before the first that failed)."""
        return in_blocks(chance, replications, self._until_refused, told)

    def _until_refused(self, deal: Deal) -> Columns:
        extensions = np.zeros(deal.size)
        standing = np.arange(deal.size)
        year = 0
        while standing.size:
            carried = self._vote(Deal(deal.chance, deal.block, standing.size, year))
            standing = standing[carried > 0]
            extensions[standing] += 1.0
            year += 1
        return Columns({"extensions": extensions})


def chance_of_failure(rule: ExtensionRule, partners: int, refusal: float) -> float:
    """Chance that a vote fails: the rule asked once for each number of equal partners in favour, by the binomial law.

    Exact for every rule to which it does not matter who of equal partners agrees.
    """
    chances, carried = _by_number_in_favour(rule, partners, refusal)
    return min(float(chances @ ~carried), 1.0)


def chance_carried(rule: ExtensionRule, partners: int, refusal: float) -> float:
    """Chance that a vote is carried, exact where it is small too."""
    chances, carried = _by_number_in_favour(rule, partners, refusal)
    return min(float(chances @ carried), 1.0)


def _by_number_in_favour(rule: ExtensionRule, partners: int, refusal: float) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Chance of each number in favour, and whether the vote is then carried; both [partners + 1]."""
    from scipy.special import bdtr

    in_favour = np.arange(partners + 1)
    votes = np.arange(partners)[:, None] < in_favour
    # Chances are taken from the side of those who refuse, where little is lost by rounding.
    chances = np.diff(np.asarray(bdtr(in_favour, partners, refusal), np.float64), prepend=0.0)[::-1]
    return chances, rule.carried(votes, np.ones((partners, 1)))
