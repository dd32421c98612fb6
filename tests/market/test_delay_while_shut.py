"""While the IPO window is shut agents expect exits later: a longer delay lowers what holding on is worth, then only."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import small_pilot

from sfund_sim.market.simulate import simulate


def hold_values(window, delay):
    """What sellers who can sell to nobody make of holding on at their last review, fen [exits].

    Each one's own rate is above the growth of NAV expected, so that nobody gains by waiting; nobody is barred from
    voting, so that all count on an extension alike.
    """
    journal = simulate(
        small_pilot(
            policy=[],
            agreement__known_counterparty_probability=0.0,
            partnership__vote_to_extend_guidance=True,
            ipo_window__state=window,
            expectations__growth_rate=0.06,
            expectations__shut_growth_penalty=0.02,
            expectations__shut_delay_years=delay,
        ),
        1,
        5,
    )
    exits = journal.arrays()["exits"]
    return exits["hold_value"][(exits["decided"] >= 0) & (exits["nav"] > 0)]


@pytest.mark.parametrize("window", ["shut", "tight"])
def test_a_longer_delay_lowers_hold_value_while_exits_are_shut_off(window):
    none, some, long = (hold_values(window, delay) for delay in (0.0, 1.5, 4.0))
    worth_something = none > 0
    assert worth_something.sum() > 60
    assert (some < none)[worth_something].all()
    assert (long < some)[some > 0].all()


def test_a_delay_while_shut_changes_nothing_while_the_window_is_open():
    none, long = (hold_values("open", delay) for delay in (0.0, 4.0))
    assert np.count_nonzero(none) > 60
    assert np.array_equal(none, long)
