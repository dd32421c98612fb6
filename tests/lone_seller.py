"""One seller in a small market on its first day, for tests that follow a single deed."""

from __future__ import annotations

from typing import Any

from worlds import small_pilot

from sfund_sim.ground.diary import HeapDiary
from sfund_sim.market.deeds import begin_exit
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.simulate import build_market


def selling(*, units: int | None = 10, **told: Any) -> tuple[Market, Exit]:
    """A state seller of some units (None: of all it holds), with what its story told so far."""
    market, *_ = build_market(small_pilot(funds=5), 1, 1, HeapDiary())
    holding = 1
    exit = Exit(
        number=0, holding=holding, fund=int(market.holdings.fund[holding]), lp=int(market.holdings.owner[holding]),
        lp_kind=0, is_state=True, must_leave=False, trigger=0, wished=0, key=1,
        units=int(market.holdings.units[holding]) if units is None else units,
    )  # fmt: skip
    for name, value in told.items():
        setattr(exit, name, value)
    begin_exit(market, exit)
    return market, exit
