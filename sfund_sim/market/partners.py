"""Who else holds a share of the fund."""

from __future__ import annotations

import numpy as np

from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.world import Ints


def partners_of(market: Market, exit: Exit) -> Ints:
    """The other LPs in the fund, in the order of their numbers."""
    owners = market.partners_in(exit.fund)
    return np.asarray(owners[(owners < market.first_buyer) & (owners != exit.lp)], np.int64)
