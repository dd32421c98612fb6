"""Loans on fund shares: who lends on what terms, as a dated change may set it anew."""

from __future__ import annotations

from pydantic import Field

from sfund_sim.ground.calendar import DAYS_A_YEAR
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.scenario.base import Days, Described, Share, Yuan
from sfund_sim.scenario.named import TriggerName


class Pledges(Described):
    """Loans secured on a fund share 份额质押贷款: money without a sale. One sum is lent, and one paid back."""

    registered: bool = False
    """Can a pledge of a fund share be registered 质押登记, so that lenders lend on it?"""
    state_owners: bool = True
    """May state owners pledge their shares too?"""
    triggers: list[TriggerName] = Field(default_factory=lambda: list[TriggerName](["liquidity_shock"]))
    """Reasons to sell that a loan takes away for its term."""
    contracts_permitting: Share = 1.0
    """Share of fund contracts that do not forbid a pledge (Partnership Enterprise Law, Art. 72)."""
    loan_to_value: Share = 0.4
    """Loan as a share of published NAV."""
    least_loan_cny: Yuan = 5e6
    """Smallest loan that lenders make, yuan."""
    interest: float = Field(default=0.06, ge=0, le=1, json_schema_extra={"unit": "1/year"})
    """Interest a year, due with the loan."""
    default_interest: float = Field(default=0.03, ge=0, le=1, json_schema_extra={"unit": "1/year"})
    """What is added to it from the day on which the loan is not paid back."""
    term_days: Days = 720
    """Days from the money to the day on which the loan is due; lenders want the fund to last as long."""
    working_days: Days = 20
    """Working days from the wish for a loan to the registered pledge and the money."""
    cost_cny: Yuan = 0.0
    """Owner's costs of a loan (valuation, registration), yuan."""
    recovery_probability: Share = 0.5
    """Chance that the owner's need has passed by the day on which the loan is due, so that it pays by other means."""

    def owed(self, loan: float, days: float, overdue: float = 0.0) -> float:
        """What is owed on a loan of so many fen after so many days, the last ``overdue`` of them too late, fen."""
        growth: float = (1 + self.interest) ** ((days - overdue) / DAYS_A_YEAR)
        growth *= (1 + self.interest + self.default_interest) ** (overdue / DAYS_A_YEAR)
        return loan * growth

    @property
    def cost(self) -> int:
        """Owner's costs of a loan, fen."""
        return round(self.cost_cny * FEN_PER_YUAN)
