"""Sellers who hold on: whoever is not called would have held on, and whoever is called is called in time."""

from collections import Counter

import pytest
from worlds import changed, digest, small_pilot

from sfund_sim.market import reviews, route, waiting
from sfund_sim.market.simulate import simulate
from sfund_sim.market.votes import may_block_extension
from sfund_sim.terms import Ending

CHANGES = [
    {"name": f"change_{place}", "on": on, "because": "a change midway", "applies_to": "new_listings",
     "set": {"agreement.known_counterparty_probability": known}}
    for place, (on, known) in enumerate((("2021-05-20", 0.9), ("2022-08-20", 0.0), ("2023-02-20", 0.7)))
]  # fmt: skip
SHARES = {"guidance_fund": 0.48, "company": 0.1, "private_institution": 0.05, "individual": 0.1}
CROWDED = small_pilot(funds=60, haste=8.0, partnership__vote_to_extend_guidance=False)
WORLD = changed(
    CROWDED,
    policy=[*CROWDED.canonical()["policy"], *CHANGES],
    **{f"population__lps__{kind}__share": share for kind, share in SHARES.items()},
)


def in_the_way(market, exit, rules):
    """Whether a guidance fund is in the way of its fund's extension turns with each share that changes hands."""
    return may_block_extension(exit, rules) and market.moves.get(exit.fund, 0) % 2 == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_is_passed_over_who_would_have_found_a_way_out(seed, monkeypatch):
    """A told seller lives through every review; of others, only those who may act are called."""
    seen, sift = Counter(), waiting.who_may_act

    def watched(market, exits):
        called = sift(market, exits)
        if not market.narrated:
            for exit in exits:
                may_block = may_block_extension(exit, market.rules())
                seen["called" if exit in called else "left", "may block" if may_block else "may not"] += 1
        return called

    monkeypatch.setattr(waiting, "who_may_act", watched)
    monkeypatch.setattr(reviews, "_FEW", 1)
    monkeypatch.setattr(reviews, "blocks_extension", in_the_way)
    monkeypatch.setattr(route, "blocks_extension", in_the_way)
    told, untold = (simulate(WORLD, 1, seed, narrated=narrated) for narrated in (True, False))
    assert len(seen) == 4
    assert min(seen.values()) > 10
    endings = {row.ending for row in untold.exits}
    assert {Ending.OPEN, Ending.LAPSED} < endings
    assert endings & {Ending.FUND_ENDED, Ending.LIQUIDATED}
    told.trail = untold.trail
    assert digest(told) == digest(untold)
