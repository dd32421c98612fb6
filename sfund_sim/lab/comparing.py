"""Two designs of one listing, met by the same people: what the difference between them does."""

from __future__ import annotations

import dataclasses
from typing import Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict

from sfund_sim.lab.auction import Auction, Outcomes
from sfund_sim.lab.chance import Chance, Columns, FloatArray


class World(Protocol):
    """Anything that can be run many times."""

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Run it; one column a measure."""


class Compared(BaseModel):
    """Two auctions on common random numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    first: Auction
    """One design."""
    second: Auction
    """The other."""
    apart: bool = False
    """Is the second also held with draws of its own, for comparison?"""

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Columns of both auctions as ``first.revenue``, ``second.revenue``, ..., and ``apart.revenue`` if asked."""
        runs = {"first": self.first.sample(chance, replications), "second": self.second.sample(chance, replications)}
        if self.apart:
            runs["apart"] = self.second.sample(dataclasses.replace(chance, run=chance.run + 1), replications)
        return _Runs(runs)


class _Runs(Columns):
    """Columns of several auctions, by the auction's name and the column's."""

    def __init__(self, runs: dict[str, Columns]) -> None:
        super().__init__()
        self.runs = runs

    def __missing__(self, name: str) -> FloatArray:
        run, _, column = name.partition(".")
        return self.runs[run][column]


class Mixed(BaseModel):
    """Designs that should not differ, each held for its share of the replications, on draws of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    designs: tuple[Auction, ...]
    """The designs."""

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Columns of all designs, one after another."""
        shares = np.diff(np.arange(len(self.designs) + 1) * replications // len(self.designs))
        parts = [
            design.sample(dataclasses.replace(chance, run=chance.run + number), int(share))
            for number, (design, share) in enumerate(zip(self.designs, shares, strict=True))
            if share
        ]
        return Outcomes({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
