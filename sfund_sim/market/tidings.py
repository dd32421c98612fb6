"""What sellers hear of their funds while they wait: cash and reports, noted for the told story and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.terms import Remark


def tell_flows(market: Market, quarter: int) -> None:
    """Note what the quarter that ends today brings and costs each share for sale (fen), and its NAV after that."""
    for exit in _hearing(market):
        nav = market.nav_of(exit.fund, exit.units)
        for remark, flows in ((Remark.CALLED, market.flows.called), (Remark.DISTRIBUTED, market.flows.distributed)):
            if fen := int(flows[exit.fund, quarter]) * exit.units:
                market.remark(exit, remark, fen, nav)


def tell_reports(market: Market) -> None:
    """Note the NAV of each share for sale that is published today, fen."""
    for exit in _hearing(market):
        market.remark(exit, Remark.REPORTED, market.nav_of(exit.fund, exit.units))


def _hearing(market: Market) -> Iterator[Exit]:
    """Those who want out by today; nobody when no story is to be told."""
    if market.narrated:
        yield from (exit for exit in market.selling.values() if exit.wished <= market.today)
