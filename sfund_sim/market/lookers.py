"""Those who look at shares: what each can see, how much it makes of that, and what return it asks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sfund_sim.funds.factor_table import places
from sfund_sim.investors.pricing import trust
from sfund_sim.market.buyers import Buyers
from sfund_sim.market.world import Floats, Ints, Keys


class Looker(NamedTuple):
    """Lookers as columns [lookers]."""

    key: Keys
    """Address of its signals: what it sees of a holding is drawn once and stays the same in every round."""
    signal_log_sd: Floats
    trust: Floats
    """Weight of its signal against what everybody believes."""
    spread: Floats
    """Half the variance of what it believes after its signal: the log mean of a lognormal over its median."""
    low: Ints
    """Place of the annual return that it asks among the value factors' rates, rounded down."""
    beyond: Floats
    """What was rounded off."""

    @classmethod
    def of(cls, key: Keys, signal_log_sd: Floats, rate: Floats, prior_log_sd: float) -> Looker:
        """Lookers who ask annual returns of ``rate`` and, before they look, all believe the same."""
        weight, log_sd = trust(prior_log_sd, signal_log_sd)
        return cls(key, signal_log_sd, weight, 0.5 * np.square(log_sd), *places(rate))

    @classmethod
    def join(cls, some: Looker, others: Looker) -> Looker:
        """Some, and behind them the others."""
        return cls(*map(np.concatenate, zip(some, others, strict=True)))  # type: ignore[arg-type]

    def at(self, places: Ints) -> Looker:
        """Some of them."""
        key, signal_log_sd, trust, spread, low, beyond = self
        return Looker(key[places], signal_log_sd[places], trust[places], spread[places], low[places], beyond[places])


class BuyersAsLookers:
    """All buyers as lookers, worked out once for each data room and each return on top of the usual one."""

    def __init__(self, buyers: Buyers, prior_log_sd: float) -> None:
        self._buyers, self._prior_log_sd = buyers, prior_log_sd
        self._known: dict[tuple[float, float], Looker] = {}

    def of(self, who: Ints, *, extra_return: float = 0.0, noise: float = 1.0) -> Looker:
        """Buyers who look at shares; ``noise`` is the data room's."""
        known = self._known.get((extra_return, noise))
        if known is None:
            buyers = self._buyers
            signal_log_sd, rate = buyers.signal_log_sd * noise, buyers.required_irr + extra_return
            known = Looker.of(buyers.key, signal_log_sd, rate, self._prior_log_sd)
            self._known[extra_return, noise] = known
        return known.at(who)
