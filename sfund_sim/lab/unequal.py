"""One listing among bidders who are not alike: each has a law of value of its own."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.laws import Uniform, ValueLaw
from sfund_sim.investors.unequal import bids_between_two
from sfund_sim.lab.auction import Outcomes
from sfund_sim.lab.chance import Chance, Columns, Deal, Draw, FloatArray, in_blocks
from sfund_sim.venue.auctions import AuctionFormat, BidBook


class UnequalAuction(BaseModel):
    """A format of the venue, held among bidders of given laws, all of whom are there."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    format: AuctionFormat
    """Auction format of the venue."""
    laws: tuple[ValueLaw, ...] = Field(min_length=1)
    """Law of each bidder's value."""
    floor: float = Field(default=0.0, ge=0)
    """Least price."""

    @model_validator(mode="after")
    def _bids_are_known(self) -> UnequalAuction:
        from_zero = all(isinstance(law, Uniform) and law.low == 0 for law in self.laws)
        if self.format.pricing == "first" and (len(self.laws) != 2 or not from_zero or self.floor > 0):
            raise RuleError(
                "where the winner pays its own bid, bids of unequal bidders are known only for two of them, with "
                "values uniform from 0 up, and without a reserve",
                "赢家支付自己的报价时，不对称竞买人的报价只在以下情形已知：两人，价值自 0 起均匀分布，且没有底价",
            )
        return self

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Columns of ``lab.auction``; the owner is the bidder's place in ``laws``."""
        return Outcomes(in_blocks(chance, replications, self._hold))

    def _hold(self, deal: Deal) -> Columns:
        uniforms = deal.uniforms(Draw.VALUES, len(self.laws))
        worth = np.stack([law.quantile(own) for law, own in zip(self.laws, uniforms, strict=True)])
        book = BidBook(self._bids(worth), self.floor, deal.uniforms(Draw.TIES, len(self.laws)))
        cleared = self.format.clear(book)
        owned = worth[cleared.winner, np.arange(deal.size)]
        return Outcomes(
            price=cleared.price,
            owner=cleared.winner.astype(np.float64),
            surplus=np.where(cleared.winner >= 0, owned, 0.0),
            best=worth.max(axis=0),
        )

    def _bids(self, worth: FloatArray) -> FloatArray:
        """Truthful where the next bid is paid, for that is dominant whoever the others are."""
        if self.format.pricing == "second":
            return worth
        highs = [law.high for law in self.laws]
        return np.stack([bids_between_two(worth[0], *highs), bids_between_two(worth[1], *reversed(highs))])
