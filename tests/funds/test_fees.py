"""The management fee and its two bases."""

import numpy as np
import pytest

from sfund_sim.funds.fees import management_fee


def test_the_fee_is_on_commitment_while_investing_and_on_cost_held_afterwards():
    fee = management_fee(
        np.array([100.0, 100.0, 100.0]),
        np.array([40.0, 40.0, -1.0]),
        investing=np.array([True, False, False]),
        rate_per_year=0.02,
    )
    assert fee == pytest.approx([0.5, 0.2, 0.0])
