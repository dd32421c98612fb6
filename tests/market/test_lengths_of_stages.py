"""How long a stage takes when chance makes it longer or shorter, by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from sfund_sim.market.chances import delayed, lengths
from sfund_sim.terms import Stage

DOUBLED = math.log(2)
"""A spread with which one standard deviation doubles or halves a length."""


@pytest.mark.parametrize(("median", "normal", "days"), [(10, 0.0, 10), (10, 1.0, 20), (10, -1.0, 5), (10, 2.0, 40),
                                                        (1, -3.0, 1), (0, 3.0, 0)])  # fmt: skip
def test_half_of_the_stages_take_their_median_or_less_and_none_less_than_a_day(median, normal, days):
    assert delayed(median, DOUBLED, normal) == days


def test_without_spread_every_stage_takes_its_median():
    assert delayed(7, 0.0, 3.0) == 7


def test_each_stage_of_a_round_is_stretched_by_its_own_draw():
    venue = SimpleNamespace(intent_days=3, publication_days=5, account_days=7, bidding_days=11, delay_log_sd=DOUBLED)
    draws = [0.0] * len(Stage)
    for stage, normal in ((Stage.INTENT, 0), (Stage.PUBLISHED, 1), (Stage.ACCOUNTS, 2), (Stage.BIDDING, 3)):
        draws[stage] = float(normal)
    assert lengths(venue, draws) == (3, 10, 28, 88)
