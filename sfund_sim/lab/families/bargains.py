"""S06, a family of our own: sales by agreement, whose price splits the surplus as the market's talks do."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from sfund_sim.investors.pricing import nash_price
from sfund_sim.lab.bargain import Bargain
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.estimate import Estimate, mean
from sfund_sim.lab.questions import Exact, Family, LawOrHigh, Parameters, Simulated, mean_if_sold, mean_of
from sfund_sim.venue.settlement import Fees


class Split(Parameters):
    """How two split a surplus, and which prices are allowed."""

    seller_share: float = Field(default=0.5, ge=0, le=1)
    """The seller's share of what lies between the two."""
    floor: float = Field(default=0.0, ge=0)
    """Least price that the rules allow."""
    purse: float | None = Field(default=None, ge=0)
    """Most that the buyer can pay; none: whatever it is worth to it."""

    @property
    def most(self) -> float:
        """Most that the buyer can pay."""
        return np.inf if self.purse is None else self.purse


class Known(Split):
    """The same, of a worth and a reservation that are given."""

    worth: float = Field(ge=0)
    reservation: float = Field(ge=0)


class Drawn(Split):
    """The same, of a worth and a reservation that are drawn."""

    buyer: LawOrHigh
    seller: LawOrHigh
    buyer_fee: float = Field(default=0.0, ge=0, le=1)
    """Of the price, on top of it."""
    seller_fee: float = Field(default=0.0, ge=0, lt=1)
    """Of the price, out of it."""


def price(asked: Known) -> float:
    """The price; NaN where none suits both."""
    return nash_price(asked.reservation, asked.worth, asked.seller_share, least=asked.floor, most=asked.most)


def talks(asked: Drawn) -> Bargain:
    """Talks of the two."""
    return Bargain(
        buyer=asked.buyer,
        seller=asked.seller,
        seller_share=asked.seller_share,
        floor=asked.floor,
        purse=asked.most,
        fees=Fees(buyer_share=asked.buyer_fee, seller_share=asked.seller_fee),
    )


def both_gain(columns: Columns, _: Drawn) -> Estimate:
    """Mean of what the two gain together."""
    return mean(columns["buyers_gain"] + columns["sellers_gain"])


FAMILIES: dict[str, Family] = {
    "S06": {
        "Nash price": Exact(Known, price),
        "probability of a bargain": Simulated(Drawn, talks, mean_of("sold"), is_proportion=True),
        "mean price if agreed": Simulated(Drawn, talks, mean_if_sold("price")),
        "mean gain of the buyer (0 without a bargain)": Simulated(Drawn, talks, mean_of("buyers_gain")),
        "mean gain of the seller (0 without a bargain)": Simulated(Drawn, talks, mean_of("sellers_gain")),
        "mean gain of both (0 without a bargain)": Simulated(Drawn, talks, both_gain),
    },
}
