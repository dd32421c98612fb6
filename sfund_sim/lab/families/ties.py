"""S01, a family of our own: equal bids, which no published case can tell from bids ranked by row."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.laws import Uniform
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.questions import Family, Parameters, Simulated, mean_of
from sfund_sim.venue.auctions import AuctionFormat


class EqualBidders(Parameters):
    """n bidders who all value the share above the budget that they all have, so that all bid the same."""

    n: int = Field(ge=1)
    format: str
    increment: float = Field(default=0.0, ge=0)

    @field_validator("format")
    @classmethod
    def _known(cls, format: str) -> str:
        format = format.lower().replace("-", "_")
        if format not in AuctionFormat.members:
            allowed = ", ".join(AuctionFormat.members)
            raise RuleError(
                f"there is no auction format '{format}'; allowed: {allowed}",
                f"没有名为“{format}”的竞价方式；可用：{allowed}",
            )
        return format


def equal_bids(asked: EqualBidders) -> Auction:
    """An auction in which everybody bids 1."""
    member: Any = AuctionFormat.members[asked.format]
    rule = member(increment=asked.increment) if asked.increment else member()
    return Auction(format=rule, bidders=asked.n, law=Uniform(lowest=1.0, highest=2.0), budget=1.0)


FAMILIES: dict[str, Family] = {
    "S01": {
        "chance that the first-named of equal bidders wins": Simulated(
            EqualBidders, equal_bids, mean_of("first_won"), is_proportion=True
        ),
    },
}
