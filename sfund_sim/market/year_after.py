"""A year after each sale: what the share has become in the fund's reports, so that later write-downs are known."""

from __future__ import annotations

from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market

ONE_YEAR_DAYS = 365


class YearAfter:
    """Looks back at sales, in the order in which they were made, on the same day of the next year."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._looked_at = 0
        """Purchases so far."""

    def look_back(self, before: int) -> None:
        """Note what became of all shares whose day comes before this one, as long as no report has changed since."""
        purchases = self._market.purchases
        while self._looked_at < len(purchases) and purchases[self._looked_at].day + ONE_YEAR_DAYS < before:
            self._note(self._market.exits[purchases[self._looked_at].exit])
            self._looked_at += 1

    def _note(self, exit: Exit) -> None:
        funds, fund = self._market.funds, exit.fund
        received = int(funds.distributed[fund]) * exit.units - exit.distributed
        paid = int(funds.paid_in[fund]) * exit.units - exit.paid_in
        nav = float(funds.nav_published[fund]) * exit.units * FEN_PER_YUAN
        exit.nav_change = round(nav + received - paid - exit.nav)
