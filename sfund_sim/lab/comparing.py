"""Two designs of one listing, met by the same people: what the difference between them does."""

from __future__ import annotations

import dataclasses
from typing import Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict

from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Chance, Columns


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
        runs = {"first": (self.first, chance), "second": (self.second, chance)}
        if self.apart:
            runs["apart"] = (self.second, dataclasses.replace(chance, run=chance.run + 1))
        return {
            f"{name}.{column}": numbers
            for name, (auction, draws) in runs.items()
            for column, numbers in auction.sample(draws, replications).items()
        }


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
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
