"""What may be said of a difference, by where its interval lies."""

import math

import pytest

from sfund_sim.outcomes.verdicts import Finding, Verdict, judged, sentence


def finding(low, high, **told):
    usual = {"is_beyond_chance": True, "pairs": 9, "replications": 9}
    return Finding("share", 0.5, 0.6, (low + high) / 2, low, high, **usual | told)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.01, 0.2, Verdict.HIGHER),
        (0.0, 0.2, Verdict.NOT_SEEN),
        (-0.2, 0.0, Verdict.NOT_SEEN),
        (-0.2, -0.01, Verdict.LOWER),
        (0.0, 0.0, Verdict.SAME),
        (math.nan, math.nan, Verdict.TOO_FEW),
    ],
)
def test_an_interval_that_just_reaches_nothing_shows_no_difference(low, high, verdict):
    assert judged(finding(low, high)) == verdict


@pytest.mark.parametrize(("low", "high", "verdict"), [(0.01, 0.2, Verdict.MAYBE_HIGHER),
                                                      (-0.2, -0.01, Verdict.MAYBE_LOWER)])  # fmt: skip
def test_a_difference_that_the_correction_takes_away_is_only_perhaps_one(low, high, verdict):
    assert judged(finding(low, high, is_beyond_chance=False)) == verdict


@pytest.mark.parametrize(("most", "verdict"), [(0.21, Verdict.NOT_SEEN), (0.2, Verdict.NOTHING)])
def test_where_the_interval_holds_all_that_there_can_be_nothing_is_ruled_out(most, verdict):
    assert judged(finding(-0.1, 0.2, most=most)) == verdict
    assert judged(finding(-0.2, 0.1, most=most)) == verdict


def test_the_sentence_rules_out_what_lies_beyond_the_farther_end():
    assert sentence(finding(0.0, 0.2), 5, "en") == (
        "no difference can be seen; an effect larger than 20 percentage points is ruled out"
    )
    assert sentence(finding(0.0, 0.2), 5, "zh") == "看不出差异；可以排除大于20个百分点的影响"
