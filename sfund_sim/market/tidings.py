"""What sellers hear of their funds while they wait: cash and reports, noted for the told story and for nothing else."""

from __future__ import annotations

from itertools import repeat
from operator import attrgetter

import numpy as np

from sfund_sim.ground.columns import MISSING, rows_of
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.journal import Trail
from sfund_sim.market.market import Market
from sfund_sim.market.world import Ints
from sfund_sim.terms import Remark

_told = attrgetter("number", "fund", "units", "wished")


def tell_flows(market: Market, quarter: int) -> None:
    """Note what the quarter that ends today brings and costs each share for sale (fen), and its NAV after that."""
    if market.narrated and market.selling:
        number, fund, units = _hearing(market)
        nav = _nav(market, fund, units)
        for remark, flows in ((Remark.CALLED, market.flows.called), (Remark.DISTRIBUTED, market.flows.distributed)):
            fen = flows[fund, quarter] * units
            some = fen > 0
            _note(market, remark, number[some], fen[some], nav[some])


def tell_reports(market: Market) -> None:
    """Note the NAV of each share for sale that is published today, fen."""
    if market.narrated and market.selling:
        number, fund, units = _hearing(market)
        _note(market, Remark.REPORTED, number, _nav(market, fund, units), np.full(number.size, MISSING))


def _hearing(market: Market) -> tuple[Ints, Ints, Ints]:
    """Those who want out by today: their numbers, funds and units."""
    number, fund, units, wished = np.array([_told(exit) for exit in market.selling.values()], np.int64).T
    here = wished <= market.today
    return number[here], fund[here], units[here]


def _nav(market: Market, fund: Ints, units: Ints) -> Ints:
    """Published NAV, rolled forward, whole fen."""
    return np.rint(market.funds.nav_published[fund] * units * FEN_PER_YUAN).astype(np.int64)


def _note(market: Market, remark: Remark, number: Ints, first: Ints, second: Ints) -> None:
    """The same remark to many stories."""
    columns = repeat(market.today), repeat(remark), first.tolist(), second.tolist(), repeat(MISSING)
    market.journal.trail.extend(rows_of(Trail, number.tolist(), *columns))
