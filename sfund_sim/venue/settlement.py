"""Settlement terms 结算: when the price is paid, in which parts, and what the venue charges each side."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from sfund_sim.ground.calendar import DAYS_A_YEAR

LEAST_FIRST_SHARE = 0.30
"""Least share of the price that is paid before title moves (SASAC and MOF Order 32 of 2016, article 28)."""
REST_DAYS = 365
"""Most days for the rest of the price (same article)."""


class SettlementTerms(BaseModel):
    """One payment, or a first part and the rest later.

    Source: SASAC and MOF Order 32 of 2016, article 28: in one sum within 5 working days of the contract; else at least
    30 % first and the rest, with security and interest, within one year. No interest is reckoned here (assumption):
    both sides count what the rest is worth to them on the day of the first payment, and ask and bid by that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    first_share: float = Field(default=1.0, ge=LEAST_FIRST_SHARE, le=1)
    """Share of the price in the first payment; 1 means one sum, and 0.30 is the least the rule allows."""
    first_working_days: int = Field(default=5, ge=0, le=5)
    """Working days from signing to the first payment."""
    rest_days: int = Field(default=REST_DAYS, ge=1, le=REST_DAYS)
    """Calendar days from signing to the last payment."""

    def amounts(self, price_fen: int) -> tuple[int, ...]:
        """The payments in whole fen, adding up to the price; the last one takes the rounding."""
        first = round(price_fen * self.first_share)
        return (first,) if self.first_share == 1.0 else (first, price_fen - first)

    def worth_now(self, rate: Any) -> Any:
        """What a yuan of the price is worth when the first part is paid, at an annual rate or an array of them."""
        if self.first_share == 1.0:
            return 1.0
        return self.first_share + (1.0 - self.first_share) * (1.0 + rate) ** (-self.rest_days / DAYS_A_YEAR)


IN_ONE_SUM = SettlementTerms()
"""How those pay who close among themselves."""


class Fees(BaseModel):
    """What one side of a sale pays the venue: a share of the price, at least a minimum.

    Source: assumption (no venue publishes its rates): 0.1 to 0.5 % a side (domain brief 1c).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    seller_share: float = Field(default=0.003, ge=0, lt=1)
    """Seller's fee as a share of the price."""
    buyer_share: float = Field(default=0.003, ge=0, le=1)
    """Buyer's fee as a share of the price."""
    least_fen: int = Field(default=0, ge=0)
    """Least fee of each side (fen)."""

    def of(self, price_fen: int) -> tuple[int, int]:
        """(seller's fee, buyer's fee) in fen."""
        seller, buyer = round(price_fen * self.seller_share), round(price_fen * self.buyer_share)
        return max(seller, self.least_fen), max(buyer, self.least_fen)

    def outlay(self, price: Any, now: Any = 1) -> Any:
        """What a price costs a buyer, its fee included; arguments as below."""
        return np.maximum(price * (now + self.buyer_share), price * now + self.least_fen)

    def prices_within(self, outlay: Any, now: Any = 1) -> tuple[Any, Any]:
        """Highest prices that cost a buyer so much, its fee included: with the fee in proportion, and with the least.

        The lower of the two binds. Of one outlay or of an array of them; ``now`` is what a yuan of the price, paid as
        the settlement says, is worth to the buyer.
        """
        return outlay / (now + self.buyer_share), (outlay - self.least_fen) / now

    def leaves(self, price: Any, now: Any = 1) -> Any:
        """What a price leaves a seller after its fee; arguments as above."""
        return np.minimum(price * (now - self.seller_share), price * now - self.least_fen)

    def prices_leaving(self, proceeds: Any, now: Any = 1) -> tuple[Any, Any]:
        """Lowest prices that leave a seller so much after its fee; the higher of the two binds."""
        return proceeds / (now - self.seller_share), (proceeds + self.least_fen) / now


NO_FEES = Fees(seller_share=0.0, buyer_share=0.0)
"""What those pay who close among themselves."""
