"""Lists of funds and of partners while the market is being built: columns that can be joined and put in order."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sfund_sim.market.world import Flags, Ints
from sfund_sim.scenario.named import FundTerms
from sfund_sim.terms import LpKind

LP_KIND_STEP = 1 << 32
"""Codes of drawn LPs: kind times this, plus their number; named ones come below 0."""


@dataclass(frozen=True)
class FundRoster:
    """Funds as columns [funds]; ``terms`` and ``told_names`` are shared lists that the columns point into."""

    key: NDArray[np.uint64]
    strategy: Ints
    gp: Ints
    vintage: Ints
    start_quarter: Ints
    companies: Ints
    extension_rule: Ints
    venue: Ints
    terms_number: Ints
    name_number: Ints
    """Place in ``told_names``; -1 for a drawn fund, which is named after its key."""
    terms: tuple[FundTerms, ...]
    told_names: tuple[str, ...]

    def __len__(self) -> int:
        return self.key.size

    @classmethod
    def join(cls, drawn: Self, told: Self) -> Self:
        """Drawn funds first."""
        later = replace(told, terms_number=told.terms_number + len(drawn.terms))
        columns = {name: np.concatenate([getattr(drawn, name), getattr(later, name)]) for name in _columns(cls)}
        return cls(**columns, terms=drawn.terms + told.terms, told_names=told.told_names)

    def at(self, order: Ints) -> Self:
        """The funds at these places."""
        return replace(self, **{name: getattr(self, name)[order] for name in _columns(type(self))})

    def names(self) -> list[str]:
        """Names in order."""
        pairs = zip(self.key.tolist(), self.name_number.tolist(), strict=True)
        return [self.told_names[told] if told >= 0 else f"F{key:05d}" for key, told in pairs]


@dataclass(frozen=True)
class PartnerRoster:
    """Partners of funds as columns [partners]."""

    key: NDArray[np.uint64]
    fund: Ints
    """Place of the fund among drawn funds first, then told ones, before they are put in order."""
    lp_code: Ints
    """Who it is: see ``people``."""
    units: Ints
    drawn_wishes: Flags
    told_people: tuple[tuple[int, str], ...]
    """Kind and name of LPs that the scenario names; code -1 is the first."""

    @classmethod
    def join(cls, drawn: Self, told: Self) -> Self:
        """Drawn partners first."""
        columns = {name: np.concatenate([getattr(drawn, name), getattr(told, name)]) for name in _columns(cls)}
        return cls(**columns, told_people=told.told_people)

    def at(self, order: Ints) -> Self:
        """The partners at these places."""
        return replace(self, **{name: getattr(self, name)[order] for name in _columns(type(self))})

    def people(self, codes: Ints) -> tuple[list[int], list[str]]:
        """Kinds and names of LPs by their codes, in ascending order."""
        told = int(np.searchsorted(codes, 0))
        named = [self.told_people[-1 - code] for code in codes[:told].tolist()]
        kinds, numbers = (each.tolist() for each in np.divmod(codes[told:], LP_KIND_STEP))
        patterns = [f"{label}_%05d" for label in LpKind.labels()]
        names = [patterns[kind] % (number + 1) for kind, number in zip(kinds, numbers, strict=True)]
        return [kind for kind, _ in named] + kinds, [name for _, name in named] + names


def _columns(roster: type[FundRoster] | type[PartnerRoster]) -> list[str]:
    return [field.name for field in fields(roster) if field.name not in ("terms", "told_names", "told_people")]
