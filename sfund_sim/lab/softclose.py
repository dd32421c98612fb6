"""The timed period of open bidding: how long it lasts when each bid restarts it."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.chance import Chance, Columns, Deal, Draw, FloatArray, Told, in_blocks
from sfund_sim.venue.auctions.ascending import Ascending

_MOST_BIDS_IN_A_WINDOW = 10
"""The period then lasts exp(10) times as long as it takes for a bid to come."""


class TimedBidding(BaseModel):
    """Bids that arrive at random during the timed period."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    format: Ascending
    """Format whose window and soft close apply."""
    bids: float = Field(ge=0)
    """Bids a minute."""

    @model_validator(mode="after")
    def _ends(self) -> TimedBidding:
        if self.format.soft_close and self.bids * self.format.window_minutes > _MOST_BIDS_IN_A_WINDOW:
            raise RuleError(
                f"with more than {_MOST_BIDS_IN_A_WINDOW} bids expected in a window no end is in sight",
                f"一个报价期内预期报价多于 {_MOST_BIDS_IN_A_WINDOW} 次时，竞价看不到终点",
            )
        return self

    def sample(self, chance: Chance, replications: int, told: Told = lambda done: None) -> Columns:
        """Columns: ``duration`` of the timed period (minutes), ``extensions`` (number)."""
        return in_blocks(chance, replications, self._run, told)

    def _run(self, deal: Deal) -> Columns:
        generator = deal.of(Draw.WAITING)

        def gap(bidders: int) -> FloatArray:
            waits = generator.standard_exponential(bidders)
            return waits / self.bids if self.bids > 0 else np.full(bidders, np.inf)

        period = self.format.timed_period(deal.size, gap)
        return Columns({"duration": period.duration, "extensions": period.extensions.astype(np.float64)})
