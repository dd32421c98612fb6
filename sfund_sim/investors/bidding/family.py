"""The family of bidding strategies: what a bidder sees when it bids, and what it must return."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.errors import Problem, ScenarioError
from sfund_sim.ground.parts import Part, file_of

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BidView:
    """What bidders know of an auction; arrays broadcast against the bidders' values, money is in one unit."""

    pricing: Literal["first", "second"]
    """Does the winner pay its own bid, or what the next bid makes it pay?"""
    floor: FloatArray | float = 0.0
    """Announced floor."""
    rivals: FloatArray | float = 1.0
    """Number of rival bidders, or its mean where they are not counted."""
    budget: FloatArray | float = np.inf
    """Most that a bidder can pay."""
    scale: FloatArray | float = 1.0
    """Published value of the holding; laws of value are laws of value / scale."""
    error: FloatArray | float = 0.0
    """Standard deviation of the error in the bidder's own log signal, given the true value that all share."""
    lowest_signal: FloatArray | None = None
    """What the first bidder to drop out of an open auction reveals; None while nothing is seen."""
    presence: float = 1.0
    """Chance that each of a known number of rivals is there to bid."""

    def of(self, some: NDArray[np.int64]) -> BidView:
        """The view of some of the bidders, where each has its own numbers."""
        floor, rivals, budget = _at(self.floor, some), _at(self.rivals, some), _at(self.budget, some)
        scale, error = _at(self.scale, some), _at(self.error, some)
        return replace(self, floor=floor, rivals=rivals, budget=budget, scale=scale, error=error)


def _at(numbers: FloatArray | float, some: NDArray[np.int64]) -> FloatArray | float:
    return numbers[some] if isinstance(numbers, np.ndarray) else numbers


class BiddingStrategy(Part, family="bidding strategy"):
    """How a bidder turns what a holding is worth to it into a bid."""

    @abstractmethod
    def bids(self, values: FloatArray, view: BidView) -> FloatArray:
        """Bids of bidders with these values (or signals), elementwise, cut to the budget; in the unit of the values.

        Budgets given as an array are everybody's own, and do nothing but cut: the market makes bids without them and
        cuts these to what each may pay then.
        In an open ascending auction a bid is the price at which the bidder drops out. A bidder whose bid is below the
        floor stays out: the venue does not count it.
        """

    def known_bids(self, values: FloatArray, view: BidView) -> FloatArray:
        """``bids`` as they are; ScenarioError if one is not a number: no venue would count it, and no seller know why.

        Looked at in blocks, where bids are made; who makes none bids below the floor.
        """
        bids = self.bids(values, view)
        if np.isnan(bids).any():
            raise ScenarioError([_no_number(self)])
        return bids


def _no_number(strategy: BiddingStrategy) -> Problem:
    """The complaint, at the file of the strategy, or of the part that it rests on where that one is the user's own."""
    parts = [each for each in (strategy, *vars(strategy).values()) if isinstance(each, Part)]
    package = __name__.partition(".")[0]
    at_fault = next((part for part in parts if not part.__module__.startswith(f"{package}.")), strategy)
    return Problem(
        file_of(type(at_fault)), 0, 0,
        f"the {at_fault.family} '{at_fault.kind}' leads to bids that are no numbers (NaN); "
        "who does not bid may bid 0 or below the floor",
        f"“{at_fault.kind}”给出的报价不是数（NaN）；不报价者可报 0 或低于底价",
    )  # fmt: skip
