"""The running clocks of all holdings: hazards added up by fund against thresholds drawn before.

Triggers look at funds, so the hazard of each trigger of each kind of LP is added up once a fund, for all its holdings.
A clock that is started when this sum stands at s fires when it has passed s + threshold. A hazard that is the same for
all funds at all times needs no sum of its own: its clocks fire when so many years have passed in which shares could be
sold, and these are added up once. Of each fund is kept at which sum the next clock fires, so a quarter is a few passes
over funds, and looks at those holdings alone in whose funds one does.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sfund_sim.investors.triggers import SellTrigger, SellView
from sfund_sim.market.world import Floats, Holdings, Ints

STOPPED = np.inf
"""A sum that is never passed."""


class KindClocks:
    """One clock for each holding and each trigger of its owner's kind; none runs until it is started."""

    def __init__(self, triggers: list[list[SellTrigger | None]], holdings: Holdings, funds: int) -> None:
        known = [[(code, rule) for code, rule in enumerate(rules) if rule is not None] for rules in triggers]
        places = max((len(rules) for rules in known), default=0)
        self.triggers = np.zeros((places, len(triggers)), np.int64)
        """[places, kinds] what makes this kind wish to sell; a kind with fewer reasons has clocks that stand still."""
        self.first_cell = np.zeros_like(self.triggers)
        """[places, kinds] where the row of that reason begins in the tables of sums."""
        self.steady = np.ones(self.triggers.shape)
        """[places, kinds] hazard a year of those whose clocks look at the years; 1 for the others."""
        self.is_known = np.zeros(self.triggers.shape, bool)
        self.changing: list[SellTrigger] = []
        """Those whose hazards are added up."""
        for kind, rules_of_kind in enumerate(known):
            for place, (code, rule) in enumerate(rules_of_kind):
                self._know(place, kind, code, rule, funds)
        self.holdings = holdings
        self.added_up = np.zeros((1 + len(self.changing), funds))
        """Sums since the first day: in row 0 the years, then the hazards of the ``changing`` [sums, funds]."""
        self.next_at = np.full(self.added_up.shape, STOPPED)
        """At which sum the first clock of the fund's holdings fires [sums, funds]."""
        self.kind = np.zeros(len(holdings), np.int8)
        """[holdings] kind of the owner whose clocks run."""
        self.fires_at = np.full((places, len(holdings)), STOPPED)
        """[places, holdings]"""

    def _know(self, place: int, kind: int, code: int, rule: SellTrigger, funds: int) -> None:
        """Note a reason to sell of one kind of LP."""
        self.triggers[place, kind], self.is_known[place, kind] = code, rule.steady_hazard != 0.0
        if rule.steady_hazard is None:
            self.changing.append(rule)
            self.first_cell[place, kind] = len(self.changing) * funds
        elif rule.steady_hazard:
            self.steady[place, kind] = rule.steady_hazard

    def start(self, rows: Ints, kinds: Ints, thresholds: Floats) -> None:
        """Start the clocks of some holdings of LPs of these kinds; ``thresholds`` [places, rows]."""
        self._make_room()
        self.kind[rows] = kinds
        fires_at = self.added_up.take(self._cells(rows)) + thresholds / self.steady.take(kinds, axis=1)
        self.fires_at[:, rows] = np.where(self.is_known.take(kinds, axis=1), fires_at, STOPPED)
        self._tell_next(rows)

    def stop(self, rows: Ints) -> None:
        """These holdings' clocks stand still for good: one that is free again gets new ones."""
        funds = np.unique(self.holdings.fund[rows])
        self._stop(rows, funds, self.holdings.in_funds(funds))

    def run(self, view: SellView, weight: Floats, years: float) -> dict[int, tuple[float, int]]:
        """Let hazards run on for so many years and stop the clocks of holdings of which one fires.

        ``weight`` is what each fund's hazards are multiplied by, as ``view`` [funds founded so far]. Returns of each
        holding the soonest wish: after how many years, and which trigger.
        """
        self._make_room()
        added_up, weighted_years = self.added_up[:, : weight.size], weight * years
        hazards = [1.0, *(rule.hazard(view) for rule in self.changing)]
        for total, hazard in zip(added_up, hazards, strict=True):
            total += hazard * weighted_years
        funds = np.flatnonzero((added_up > self.next_at[:, : weight.size]).any(axis=0))
        if not funds.size:
            return {}
        rows, soonest = self.holdings.in_funds(funds), dict[int, tuple[float, int]]()
        for row, trigger, number, fund, beyond in self._fired(rows):
            hazard = hazards[number]
            a_year = hazard if isinstance(hazard, float) else float(hazard[fund])
            wait = max(years - beyond / (a_year * float(weight[fund])), 0.0)
            soonest[row] = min(soonest.get(row, (wait, trigger)), (wait, trigger))
        self._stop(np.array(list(soonest), np.int64), funds, rows)
        return soonest

    def _fired(self, rows: Ints) -> Iterator[tuple[int, int, int, int, float]]:
        """Clocks of these holdings that fire: holding, trigger, number of the sum, fund, and how far it is passed."""
        cells = self._cells(rows)
        beyond = self.added_up.take(cells) - self.fires_at.take(rows, axis=1)
        place, which = fired = (beyond > 0).nonzero()
        numbers, funds = np.divmod(cells[fired], self.added_up.shape[1])
        row = rows[which]
        told = row, self.triggers[place, self.kind[row]], numbers, funds, beyond[fired]
        return zip(*(each.tolist() for each in told), strict=True)

    def _cells(self, rows: Ints) -> Ints:
        """Where in the tables of sums the clocks of these holdings look, row after row [places, rows]."""
        return self.first_cell.take(self.kind[rows], axis=1) + self.holdings.fund[rows]

    def _stop(self, rows: Ints, funds: Ints, all_rows: Ints) -> None:
        """Let the clocks of some holdings stand still; ``all_rows`` are all holdings of their ``funds``."""
        self.fires_at[:, rows] = STOPPED
        self.next_at[:, funds] = STOPPED
        self._tell_next(all_rows)

    def _tell_next(self, rows: Ints) -> None:
        """Let the funds of these holdings know when their clocks fire, where that is sooner than what they know."""
        fires_at = self.fires_at.take(rows, axis=1)
        np.minimum.at(self.next_at.reshape(-1), self._cells(rows).reshape(-1), fires_at.reshape(-1))

    def _make_room(self) -> None:
        """Holdings were cut: theirs are clocks that stand still, with room for a tenth more."""
        size, missing = self.kind.size, len(self.holdings) - self.kind.size
        if missing > 0:
            more = missing + size // 10
            self.kind = np.append(self.kind, np.zeros(more, np.int8))
            self.fires_at = np.hstack([self.fires_at, np.full((len(self.fires_at), more), STOPPED)])
