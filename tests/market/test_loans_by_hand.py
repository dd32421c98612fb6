"""What a loan is worth to an owner, and who finds a lender, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from lone_seller import selling

from sfund_sim.market import loans
from sfund_sim.scenario.pledges import Pledges
from sfund_sim.terms import Trigger

TERMS = {"registered": True, "loan_to_value": 0.5, "interest": 0.05, "cost_cny": 0.1, "working_days": 0,
         "contracts_permitting": 1.0, "least_loan_cny": 1.0, "triggers": ("liquidity_shock",)}  # fmt: skip


def under(market, **terms):
    return market.rules().model_copy(update={"pledges": Pledges(**TERMS | terms)})


@pytest.mark.parametrize(("rate", "working_days", "gain"), [(0.10, 0, 74.90), (0.10, 20, 74.28), (0.05, 0, -10.0),
                                                            (0.0, 0, -117.75)])  # fmt: skip
def test_a_loan_is_worth_its_money_less_what_is_paid_back_at_the_owner_s_own_rate(
    rate, working_days, gain, monkeypatch
):
    """Half of 1,000 fen for four years: 500 x 1.05 ** 4 = 607.75 are paid back, which at 10 % are 415.10 of today.

    84.90 are left, less 10 of costs. Where the money takes 20 working days, which are 28 days, it is 84.28 of today.
    """
    market, exit = selling()
    monkeypatch.setattr(loans, "_may_borrow", lambda *_: np.array([True]))
    rules = under(market, term_days=1461, working_days=working_days)
    found = loans.gain_by_loan(market, rules, [exit], np.array([1000.0]), np.array([rate]))
    assert found == pytest.approx([gain], abs=0.01)


@pytest.mark.parametrize(
    ("terms", "told", "lent"),
    [
        ({}, {}, True),
        ({"term_days": 731}, {}, False),
        ({"least_loan_cny": 5.0}, {}, True),
        ({"least_loan_cny": 5.01}, {}, False),
        ({}, {"lender": Pledges()}, False),
        ({}, {"trigger": int(Trigger.STRATEGIC_SHIFT)}, False),
        ({"state_owners": False}, {}, False),
        ({"state_owners": False}, {"is_state": False}, True),
        ({"contracts_permitting": 0.0}, {}, False),
    ],
)
def test_a_lender_wants_a_reason_a_size_a_first_loan_and_a_fund_that_lasts_as_long(terms, told, lent, monkeypatch):
    """Eight quarters are left to the fund, 730.5 days; half of a NAV of 1,000 fen are 5 yuan."""
    market, exit = selling(**{"trigger": int(Trigger.LIQUIDITY_SHOCK)} | told)
    monkeypatch.setattr(market, "remaining_quarters", lambda funds: np.full(funds.size, 8))
    rules = under(market, **{"term_days": 730, "loan_to_value": 0.5} | terms)
    found = loans.gain_by_loan(market, rules, [exit], np.array([1000.0]), np.array([0.2]))
    assert np.isfinite(found).tolist() == [lent]
