"""Who may buy on which day, as looked up and as the rule says it."""

from __future__ import annotations

import numpy as np
from worlds import small_pilot

from sfund_sim.ground.diary import HeapDiary
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.simulate import build_market


def test_those_qualify_who_are_founded_by_the_day_and_wealthy_enough_in_whatever_order_days_are_asked():
    market, _, _ = build_market(small_pilot(), 1, 1, HeapDiary())
    buyers, mandates = market.buyers, market.mandates
    foundings = buyers.founded[buyers.founded > 0].tolist()
    assert foundings
    for rules in (venue.suitability for venue in market.rules().venues.values()):
        enough = buyers.net_assets >= rules.net_assets_cny * FEN_PER_YUAN
        enough &= buyers.financial_assets >= rules.financial_assets_cny * FEN_PER_YUAN
        if rules.institutions_only:
            enough &= buyers.institution
        for day in (foundings[0], 0, foundings[0] - 1, market.horizon, foundings[-1], foundings[0]):
            assert np.array_equal(mandates.qualified(rules, day), enough & (buyers.founded <= day))
