"""What holdings are worth to those who look at them: the projection that every agent uses, by the rules of the day."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sfund_sim.funds.factor_table import FactorTable, StrategyOutlook
from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
from sfund_sim.scenario.model import Expectations
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import Strategy

LONGEST_QUARTERS = 80
LIQUIDATION_QUARTERS = 4
"""A failed vote sells what is left within a year (model.md section 2)."""


class Outlooks:
    """Value factors under one state of the rules: if the fund goes on, if it is liquidated, and what is expected."""

    def __init__(
        self, going_on: FactorTable, liquidated: FactorTable, expected: FactorTable, blocked: FactorTable
    ) -> None:
        self.going_on = going_on
        """Distributions spread over the remaining quarters, no forced sale."""
        self.liquidated = liquidated
        """The last year of the remaining quarters is a forced sale."""
        self.expected = expected
        """The mixture that agents believe in, by quarters to the end of the present term."""
        self.blocked = blocked
        """What a partner expects whose own presence keeps the fund from being extended: liquidation at term."""


def outlooks(
    expectations: Expectations, rules: RuleBook, life_quarters: tuple[int, ...], extension_quarters: int
) -> Outlooks:
    """Outlooks under these rules; computed once for each state of the window and forced-sale discount."""
    closure = rules.ipo_window.closure()
    return _outlooks(expectations, closure, rules.partnership.forced_sale_discount, life_quarters, extension_quarters)


@lru_cache(maxsize=64)
def _outlooks(
    expectations: Expectations, closure: float, discount: float, lives: tuple[int, ...], extension_quarters: int
) -> Outlooks:
    delay = round(closure * expectations.shut_delay_years * QUARTERS_PER_YEAR)
    growth = expectations.growth_rate - closure * expectations.shut_growth_penalty
    typical = [
        StrategyOutlook(lives[int(s)], growth, expectations.bow, expectations.contribution_rate) for s in Strategy
    ]
    going_on = FactorTable.build(typical, longest_quarters=LONGEST_QUARTERS)
    liquidated = FactorTable.build(typical, forced_sale_discount=discount, longest_quarters=LONGEST_QUARTERS)
    remaining = np.arange(LONGEST_QUARTERS + 1)
    if_extended = np.minimum(remaining + delay + extension_quarters, LONGEST_QUARTERS)
    if_liquidated = np.minimum(remaining + LIQUIDATION_QUARTERS, LONGEST_QUARTERS)
    extended = FactorTable(going_on.of_nav[:, if_extended], going_on.of_unfunded[:, if_extended])
    blocked = FactorTable(liquidated.of_nav[:, if_liquidated], liquidated.of_unfunded[:, if_liquidated])
    chance = expectations.extension_probability
    expected = FactorTable(
        chance * extended.of_nav + (1 - chance) * blocked.of_nav,
        chance * extended.of_unfunded + (1 - chance) * blocked.of_unfunded,
    )
    return Outlooks(going_on, liquidated, expected, blocked)
