"""Markets that stand in for the real one where only the running of replications is tested."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from sfund_sim.ground.columns import MISSING, Columns, Row
from sfund_sim.ground.streams import Streams
from sfund_sim.market.journal import (
    BidRow,
    ExitRow,
    FundRow,
    HoldingRow,
    Journal,
    ListingRow,
    RegisterRow,
    ShownRow,
    StageRow,
)
from sfund_sim.terms import (
    BuyerKind,
    Ending,
    FundState,
    ListingEnding,
    LpKind,
    Purpose,
    RegisterEntry,
    Route,
    Stage,
    Trigger,
)


@dataclass(frozen=True)
class Whim:
    """A scenario that says what goes wrong, where, and how often."""

    folder: str = ""
    kill_at: tuple[int, ...] = ()
    raise_at: tuple[int, ...] = ()
    kill_always: bool = False
    seconds: float = 0.0


def draw(scenario: Whim, replication: int, seed: int) -> Journal:
    """A journal whose numbers depend on seed and replication alone."""
    time.sleep(scenario.seconds)
    if replication in scenario.raise_at:
        raise ValueError(f"no market in replication {replication}\nsecond line")
    if replication in scenario.kill_at:
        mark = Path(scenario.folder) / f"killed_{replication}"
        if scenario.kill_always or not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    journal = Journal(replication)
    bits = Streams(seed, replication).bits(Purpose.LAB, range(50))
    for holding, value in enumerate((bits >> 20).tolist()):
        journal.holdings.append(HoldingRow(holding, holding % 7, value % 11, value % 100, value, 0))
    return journal


SOE, BANK, FUND_BUYER, STATE_BUYER = range(4)
"""Investors of ``one_sale``: two LPs, then two buyers."""


def one_sale(scenario: object, replication: int, seed: int) -> Journal:
    """A market of one fund, two holdings and one sale at a venue, whose price is drawn; register and tables agree."""
    units = 500 + int(Streams(seed, replication).bits(Purpose.LAB, [0])[0]) % 500
    price, floor = units * 900_000, units * 800_000
    journal = Journal(replication)
    note = _registrar(journal, units)
    note(0, RegisterEntry.ISSUE, deal=MISSING, taker=SOE)
    journal.register.append(RegisterRow(0, RegisterEntry.ISSUE, MISSING, 1, 0, MISSING, BANK, 300, 0))
    note(100, RegisterEntry.LIST, giver=SOE, fen=floor)
    note(110, RegisterEntry.DISCLOSE)
    journal.shown.extend(ShownRow(len(journal.register) - 1, buyer) for buyer in (FUND_BUYER, STATE_BUYER))
    note(140, RegisterEntry.BID, taker=FUND_BUYER, fen=price)
    note(140, RegisterEntry.AWARD, taker=FUND_BUYER, fen=price)
    note(180, RegisterEntry.PAYMENT, giver=FUND_BUYER, taker=SOE, fen=price)
    note(180, RegisterEntry.TRANSFER, giver=SOE, taker=FUND_BUYER)
    journal.holdings.append(HoldingRow(0, 0, FUND_BUYER, units, units * 10, 0))
    journal.holdings.append(HoldingRow(1, 0, BANK, 300, 3_000, 0))
    _tell_tables(journal, units, price, floor)
    journal.names = {
        "funds": ["fund, the only one"],
        "lps": ["soe", "bank"],
        "buyers": ["alpha", "beta"],
        "venues": ["v"],
    }
    journal.kinds = {
        "lps": [LpKind.CENTRAL_SOE, LpKind.BANK_OR_INSURER],
        "buyers": [BuyerKind.MARKET_S_FUND, BuyerKind.STATE_S_FUND],
    }
    return journal


def _registrar(journal: Journal, units: int):
    def note(day: int, entry: RegisterEntry, *, deal: int = 0, giver=MISSING, taker=MISSING, fen: int = 0) -> None:
        journal.register.append(RegisterRow(day, entry, deal, 0, 0, giver, taker, units, fen))

    return note


def _tell_tables(journal: Journal, units: int, price: int, floor: int) -> None:
    nav = units * 1_000_000
    exit_values = dict.fromkeys(ExitRow._fields, MISSING) | {"buyer_irr": 0.1, "buyer_multiple": 1.2}
    exit_values |= {"holding": 0, "fund": 0, "lp": SOE, "lp_kind": LpKind.CENTRAL_SOE, "venue": 0, "units": units}
    exit_values |= {"trigger": Trigger.STRATEGIC_SHIFT, "wished": 80, "decided": 90, "filed": 100, "signed": 175}
    exit_values |= {"ended": 180, "route": Route.VENUE, "ending": Ending.SOLD_TO_SOLE_BIDDER, "price": price}
    exit_values |= {"nav": nav, "true_value": nav, "cost": nav, "buyer": FUND_BUYER, "invited": 2, "ready": 1}
    exit_values |= {"buyer_kind": BuyerKind.MARKET_S_FUND, "bidders": 1, "listings": 1, "leaked": 0, "seller_costs": 0}
    exit_values |= {"transferred": 180, "rest": 0, "bought": 0, "rate": 0.06, "rate_urgent": 0.06}
    exit_values |= {"fund_age_days": 2000, "held_value": float(nav), "realised_value": float(price)}
    journal.exits.append(ExitRow(**exit_values))
    listing = dict.fromkeys(ListingRow._fields, MISSING) | {"exit": 0, "round": 1, "venue": 0, "filed": 100}
    listing |= {"published": 105, "disclosed": 110, "closed": 180, "floor": floor, "nav": nav, "invited": 2}
    listing |= {"engaged": 1, "due_diligence": 20_000_000}
    listing |= {"ready": 1, "bidders": 1, "ending": ListingEnding.SOLD, "winner": FUND_BUYER}
    journal.listings.append(ListingRow(**listing | {"price": price, "leaked": 0, "efficient": 1}))
    journal.bids.append(BidRow(0, FUND_BUYER, 140, price + 1, price, 1))
    journal.stages.append(StageRow(0, 1, Stage.DISCLOSED, 110, 140))
    fund = dict.fromkeys(FundRow._fields, 0) | {"vintage": -1_000, "term_end": 1_500, "ended": MISSING}
    journal.funds.append(FundRow(**fund | {"state": FundState.EXITING, "partners": 2, "companies": 5}))


def with_row(table: Columns[Row], number: int, row: Row) -> Columns[Row]:
    """A table like another, but for one of its rows."""
    changed = Columns(table.row_type)
    changed.extend(row if place == number else each for place, each in enumerate(table))
    return changed
