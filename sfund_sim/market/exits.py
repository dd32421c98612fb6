"""One decision to sell while it is under way: what the story knows, and the row that it leaves in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sfund_sim.ground.columns import MISSING
from sfund_sim.scenario.pledges import Pledges
from sfund_sim.terms import Ending, Route

_OPEN, _AGREEMENT = int(Ending.OPEN), int(Route.AGREEMENT)
_TALKS = 1_000_000
"""Keeps the draws of talks (by reported quarter) apart from those of listings (by round)."""


@dataclass(slots=True)
class Exit:
    """An exit from wish to cash; days from the scenario's start, money in fen."""

    number: int
    holding: int
    fund: int
    lp: int
    lp_kind: int
    is_state: bool
    """Do state-asset rules bind the seller?"""
    must_leave: bool
    """Does the wish force the seller out, so that it may be barred from voting to extend?"""
    trigger: int
    wished: int
    key: int
    """The holding's address in the random streams, mixed with how many wishes to sell it there were before."""
    decided: int = MISSING
    filed: int = MISSING
    signed: int = MISSING
    ended: int = MISSING
    route: int = int(Route.HOLD)
    ending: int = int(Ending.OPEN)
    venue: int = MISSING
    units: int = 0
    price: int = MISSING
    price_worth_to_seller: int = MISSING
    price_worth_to_buyer: int = MISSING
    rest: int = 0
    """Part of the price that is paid last; what was paid before came with the title."""
    paid_in: int = MISSING
    """Called on the units until the title passed, or the exit ended."""
    distributed: int = MISSING
    """Paid out on them until then."""
    nav: float = MISSING
    cost: float = MISSING
    true_value: float = MISSING
    hold_value: float = MISSING
    reservation: int = MISSING
    unfunded: int = MISSING
    costs: int = 0
    """Seller's costs and fees so far."""
    buyer: int = MISSING
    buyer_kind: int = MISSING
    buyer_value: int = MISSING
    buyer_fee: int = MISSING
    invited: int = MISSING
    ready: int = MISSING
    bidders: int = MISSING
    listings: int = 0
    leaked: int = 0
    met: int = MISSING
    """Reported quarter in which it last began talks: it meets somebody new only in the next one."""
    prematched: int = 0
    """1 when somebody stood ready to take the share at its appraised value as its last talks began."""
    appraisal: int = MISSING
    appraised_on: int = MISSING
    appraisals: int = 0
    asked_for_approval: int = 0
    """Number of the appraisal for which approval of a lower floor was asked last."""
    approved: bool = False
    """Has the approving body allowed a floor below the free share of the present appraisal?"""
    rounds_on_appraisal: int = 0
    """Listings without a good enough bid on the present appraisal: the floor steps down with each."""
    failures: int = 0
    """Listings that came to nothing."""
    drawn_round: int = -1
    draws: Sequence[float] = ()
    """What chance has in store for round ``drawn_round``."""
    blocks: tuple[int, bool] | None = None
    """Does the seller alone block its fund's extension? With the fund's number of transfers when that was looked at."""
    nav_change: int = MISSING
    """What the reported NAV sold grew by within a year of the sale, distributions less calls added."""
    transferred: int = MISSING
    """Day on which cash and title moved."""
    lender: Pledges | None = None
    """Terms of the loan on the share."""
    loan: int = MISSING
    pledged: int = MISSING
    loan_due: int = MISSING
    loan_ended: int = MISSING
    """Day on which the loan was paid back."""
    loan_paid: int = MISSING
    defaulted: int = MISSING
    """Was the loan not paid back when it was due? 0 or 1, once that is known."""

    @property
    def is_over(self) -> bool:
        """Has it ended?"""
        return self.ending != _OPEN

    @property
    def talks(self) -> bool:
        """Is it in talks, or do they close?"""
        return self.route == _AGREEMENT

    @property
    def attempt(self) -> int:
        """Last part but one of the addresses of what chance has in store for its present talks, or listing round."""
        return _TALKS + self.met if self.talks else self.listings

    @property
    def owes(self) -> bool:
        """Is there a loan on the share that is not paid back?"""
        return self.lender is not None and self.loan_ended == MISSING

    def owed_on(self, day: int) -> int:
        """What is owed on the loan on a day, fen."""
        assert self.lender is not None
        return round(self.lender.owed(self.loan, day - self.pledged, max(day - self.loan_due, 0)))

    def note_assessment(self, nav: float, cost: float, hold_value: float, true_value: float) -> None:
        """Keep what the seller reckoned last: at payment, or at its last review if it never sells."""
        self.nav, self.cost, self.hold_value, self.true_value = nav, cost, hold_value, true_value

    def end(self, ending: Ending, day: int) -> None:
        """Close the exit."""
        self.ending, self.ended, self.draws, self.drawn_round = int(ending), day, (), -1
