"""Whoever wants out soon votes against going on: a voter's rate includes the urgency of its wish under way."""

from __future__ import annotations

import pytest
from worlds import shipped, with_leaves

from sfund_sim.market.simulate import simulate

NEVER_SOLD = {"policy_dropped": ["csrc_approval"], "agreement.known_counterparty_probability": 0.0}
COMPANY = "population.lps.company."


def vote_of_the_case(wishes, **leaves):
    """The first vote of Case B's fund, where one company's wishes are told and nobody else wants out.

    A forced sale costs nothing there, so a partner votes to go on if it expects NAV to grow faster than its own rate:
    15 % a year against 9 % of a company, or 29 % of one in need of money.
    """
    tree = shipped("case_guidance_fund").canonical()
    (fund,) = tree["population"]["named_funds"]
    for partner in fund["partners"]:
        partner["wishes"] = wishes if partner["lp"] == "Software Company" else []
    told = {"population.named_funds": [fund], "partnership.forced_sale_discount": 0.0, **NEVER_SOLD}
    journal = simulate(with_leaves(shipped("case_guidance_fund"), told | leaves), 1, 1)
    return journal.votes[0], fund["partners"]


def test_without_a_wish_all_are_for_going_on():
    vote, partners = vote_of_the_case([])
    assert (vote.in_favour, vote.carried) == (len(partners), 1)


def test_a_wish_turns_its_partner_s_vote_and_with_it_the_vote_that_needs_all():
    vote, partners = vote_of_the_case([{"on": "2022-05-01", "trigger": "liquidity_shock"}])
    own, everybody = partners[1]["commitment_cny"], sum(each["commitment_cny"] for each in partners)
    assert (vote.in_favour, vote.partners, vote.barred, vote.carried) == (len(partners) - 1, len(partners), 0, 0)
    assert vote.rule_share == pytest.approx(1 - own / everybody)


@pytest.mark.parametrize(
    ("on", "leaves"),
    [
        ("2022-05-01", {COMPANY + "triggers.liquidity_shock.urgency_rate": 0.05}),
        ("2021-05-01", {COMPANY + "patience_days": 120}),
        ("2022-08-01", {}),
    ],
    ids=["a wish that hardly presses", "a wish given up by then", "a wish that comes later"],
)
def test_only_urgency_that_presses_on_the_day_of_the_vote_turns_it(on, leaves):
    vote, partners = vote_of_the_case([{"on": on, "trigger": "liquidity_shock"}], **leaves)
    assert (vote.in_favour, vote.carried) == (len(partners), 1)
