"""S05, a family of our own: bidders who are not alike, in the venue's formats."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydantic import Field, ValidationInfo, field_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.estimate import Estimate, mean
from sfund_sim.lab.families.private_values import FORMATS
from sfund_sim.lab.questions import (
    Family,
    LawOrHigh,
    Parameters,
    Simulated,
    mean_difference,
    mean_of,
    share_where,
    variance_of,
)
from sfund_sim.lab.unequal import UnequalAuction
from sfund_sim.venue.auctions import AuctionFormat


class UnequalBidders(Parameters):
    """Bidders with laws of their own, and a reserve."""

    laws: tuple[LawOrHigh, ...] = Field(min_length=1)
    """A law a bidder."""
    reserve: float = Field(default=0.0, ge=0)


class OneOfThem(UnequalBidders):
    """The same, and one of them by its place; 1 is the first."""

    bidder: int = Field(default=1, ge=1)

    @field_validator("bidder")
    @classmethod
    def _there(cls, bidder: int, info: ValidationInfo) -> int:
        if bidder > len(info.data.get("laws", ())):
            raise RuleError("bidder must not be above the number of bidders", "bidder 不得大于竞买人数")
        return bidder


def held(format: AuctionFormat) -> Callable[[UnequalBidders], UnequalAuction]:
    """The auction in a format."""
    return lambda asked: UnequalAuction(format=format, laws=asked.laws, floor=asked.reserve)


def profit_of_one(columns: Columns, asked: OneOfThem) -> Estimate:
    """Mean profit of one of them, most often 0."""
    return mean(np.where(columns["owner"] == asked.bidder - 1, columns["profit"], 0.0))


def mistaken(columns: Columns, _: UnequalBidders) -> Estimate:
    """Share of auctions that sell to a bidder to whom the share is worth less than to another."""
    return mean(((columns["owner"] >= 0) & (columns["surplus"] < columns["best"])).astype(float))


def in_format(name: str, format: AuctionFormat) -> Family:
    """What can be asked of the auction in one format."""
    world = held(format)
    wins = share_where(lambda columns, asked: columns["owner"] == asked.bidder - 1)
    return {
        f"mean revenue (0 if unsold), {name}": Simulated(UnequalBidders, world, mean_of("revenue")),
        f"variance of revenue, {name}": Simulated(UnequalBidders, world, variance_of("revenue")),
        f"P(bidder wins), {name}": Simulated(OneOfThem, world, wins, is_proportion=True),
        f"bidder's expected payoff, {name}": Simulated(OneOfThem, world, profit_of_one),
        f"probability of sale, {name}": Simulated(UnequalBidders, world, mean_of("sold"), is_proportion=True),
        f"P(sold to other than the highest value), {name}": Simulated(
            UnequalBidders, world, mistaken, is_proportion=True
        ),
        f"mean surplus loss, {name}": Simulated(UnequalBidders, world, mean_difference("best", "surplus")),
    }


FAMILIES: dict[str, Family] = {
    "S05": {quantity: asked for name, format in FORMATS.items() for quantity, asked in in_format(name, format).items()}
}
