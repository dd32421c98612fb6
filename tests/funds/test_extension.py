"""Votes on prolonging a fund's term."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydantic import TypeAdapter

from sfund_sim.funds.extension import ExtensionRule
from sfund_sim.funds.extension.at_least import AtLeast
from sfund_sim.funds.extension.gp_alone import GpAlone
from sfund_sim.funds.extension.two_thirds import TwoThirds
from sfund_sim.funds.extension.unanimous import Unanimous

RULES = [GpAlone(), TwoThirds(), Unanimous(), AtLeast(partners=2)]
votes = hnp.arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 5)))


def probability(rule, partners, refusal):
    """Chance that a vote is carried when partners refuse independently, by listing every outcome."""
    ballots = np.array(list(itertools.product([False, True], repeat=partners))).T
    chance = np.where(ballots, 1 - refusal, refusal).prod(axis=0)
    return chance[rule.carried(ballots, np.ones((partners, 1)))].sum()


@pytest.mark.parametrize(
    ("rule", "partners", "refusal", "expected"),
    [
        (Unanimous(), 5, 0.02, 0.9039207968),
        (AtLeast(partners=4), 5, 0.02, 0.9961576128),
        (Unanimous(), 10, 0.05, 0.5987369392),
        (AtLeast(partners=9), 10, 0.05, 0.9138616441),
    ],
)
def test_the_chance_of_consent_is_the_binomial_one(rule, partners, refusal, expected):
    assert probability(rule, partners, refusal) == pytest.approx(expected, abs=1e-9)


def test_rules_are_found_by_their_kind():
    found = TypeAdapter(ExtensionRule).validate_python({"kind": "two_thirds", "share": 0.75})
    assert found == TwoThirds(share=0.75)
    assert {"at_least", "gp_alone", "two_thirds", "unanimous"} <= ExtensionRule.members.keys()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
@given(ballots=votes)
@settings(max_examples=40)
def test_one_more_partner_in_favour_never_defeats_a_vote(rule, ballots):
    weights = np.arange(1.0, len(ballots) + 1)[:, None]
    before = rule.carried(ballots, weights)
    for partner in range(len(ballots)):
        more = ballots.copy()
        more[partner] = True
        assert (rule.carried(more, weights) >= before).all()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
@given(ballots=votes)
@settings(max_examples=30)
def test_empty_seats_and_the_order_of_partners_decide_nothing(rule, ballots):
    weights = np.arange(1.0, len(ballots) + 1)[:, None]
    carried = rule.carried(ballots, weights)
    with_empty = np.vstack([ballots, ~ballots]), np.vstack([weights, np.zeros_like(weights)])
    np.testing.assert_array_equal(rule.carried(*with_empty), carried)
    np.testing.assert_array_equal(rule.carried(ballots[::-1], weights[::-1]), carried)


def test_two_of_three_equal_partners_are_two_thirds():
    ballots = np.array([[True, True], [True, False], [False, False]])
    assert TwoThirds().carried(ballots, np.full((3, 1), 0.1)).tolist() == [True, False]


def test_two_thirds_counts_commitments_and_may_differ_from_vote_to_vote():
    ballots = np.array([[True, True], [False, False]])
    weights = np.array([[70.0, 60.0], [30.0, 40.0]])
    assert TwoThirds().carried(ballots, weights).tolist() == [True, False]


def test_a_vote_without_partners_is_not_carried_except_by_the_gp():
    ballots, weights = np.zeros((3, 1), bool), np.zeros((3, 1))
    assert [bool(rule.carried(ballots, weights)[0]) for rule in RULES] == [True, False, False, False]
