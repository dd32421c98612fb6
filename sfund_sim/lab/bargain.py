"""Two who bargain alone: what each would take is drawn, and the market's rule splits what lies between."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from sfund_sim.investors.laws import ValueLaw
from sfund_sim.investors.pricing import nash_price
from sfund_sim.lab.chance import Chance, Columns, Deal, Draw, in_blocks
from sfund_sim.venue.settlement import NO_FEES, Fees

_split = np.vectorize(nash_price, otypes=[np.float64], excluded=("seller_share",))


class Bargain(BaseModel):
    """A sale by agreement: one buyer, one seller, a price that suits both or none."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    buyer: ValueLaw
    """Law of what the share is worth to the buyer."""
    seller: ValueLaw
    """Law of the seller's reservation: the least that it would keep."""
    seller_share: float = Field(ge=0, le=1)
    """Share of the surplus that goes to the seller."""
    floor: float = Field(default=0.0, ge=0)
    """Least price that the rules allow."""
    purse: float = Field(default=np.inf, ge=0)
    """Most that the buyer can pay."""
    fees: Fees = NO_FEES
    """What a venue charges each side."""

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Columns: ``sold``, ``price`` (NaN without a bargain), ``buyers_gain``, ``sellers_gain`` (0 without one)."""
        return in_blocks(chance, replications, self._talk)

    def _talk(self, deal: Deal) -> Columns:
        first, second = deal.uniforms(Draw.VALUES, 2)
        worth, kept = self.buyer.quantile(first), self.seller.quantile(second)
        payable, least = np.minimum(*self.fees.prices_within(worth)), np.maximum(*self.fees.prices_leaving(kept))
        price = _split(least, payable, self.seller_share, least=self.floor, most=self.purse)
        return Columns(
            {
                "sold": np.isfinite(price).astype(np.float64),
                "price": price,
                "buyers_gain": np.nan_to_num(worth - self.fees.outlay(price)),
                "sellers_gain": np.nan_to_num(self.fees.leaves(price) - kept),
            }
        )
