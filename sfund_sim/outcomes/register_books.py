"""The books that an auditor keeps while reading the register: holdings, listings, and what each deal came to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sfund_sim.terms import RegisterEntry
from sfund_sim.venue.settlement import LEAST_FIRST_SHARE, REST_DAYS


class Record(NamedTuple):
    """One record of the register as read back; an empty name means none."""

    number: int
    date: str
    entry: RegisterEntry
    deal: str
    holding: str
    fund: str
    giver: str
    taker: str
    units: int
    fen: int


class Held(NamedTuple):
    """Who holds how much of which fund."""

    fund: str
    owner: str
    units: int


class Sold(NamedTuple):
    """What one sale came to: who sold how many units of which fund to whom, when, for how much."""

    fund: str
    seller: str
    buyer: str
    units: int
    date: str
    fen: int


class Breach(Exception):
    """A record breaks a rule of the register."""

    def __init__(self, rule: str, what: str) -> None:
        self.rule, self.what = rule, what
        super().__init__(what)


@dataclass(slots=True)
class Deal:
    """What the register says of one decision to sell so far."""

    holding: str = ""
    """The holding that is sold, or from which a part is sold."""
    floor: int | None = None
    """Floor of the open listing, fen; None while there is none."""
    shown: set[str] = field(default_factory=set)
    """Investors who were shown the confidential data of the present listing."""
    buyer: str = ""
    price: int = 0
    """Price of the last award, fen."""
    seller: str = ""
    fund: str = ""
    units: int = 0
    transferred: int = 0
    """Record of the transfer; 0 before it."""
    transfer_date: str = ""
    paid: int = 0
    last_payment: int = 0
    """Record of the last payment; 0 when there is none."""


class Books:
    """Holdings, listings and deals as the register alone tells them."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}
        self.touched: dict[str, int] = {}
        """Last record that changed each holding."""
        self._founded: dict[str, str] = {}
        self._listed: set[str] = set()
        self._deals: defaultdict[str, Deal] = defaultdict(Deal)
        self._date = ""
        self._enter = {
            RegisterEntry.ISSUE: self._issue,
            RegisterEntry.LIST: self._list,
            RegisterEntry.DISCLOSE: self._disclose,
            RegisterEntry.BID: self._bid,
            RegisterEntry.AWARD: self._award,
            RegisterEntry.SPLIT: self._split,
            RegisterEntry.TRANSFER: self._transfer,
            RegisterEntry.PAYMENT: self._pay,
            RegisterEntry.UNLIST: self._unlist,
            RegisterEntry.CLOSE: self._close,
        }

    def enter(self, record: Record) -> None:
        """Enter one record; raises Breach when it breaks a rule."""
        before, self._date = self._date, max(self._date, record.date)
        if record.entry in self._enter:
            self._enter[record.entry](record)
        if record.date < before:
            raise Breach("dates", f"it is dated {record.date}, after a record of {before}")

    def unsettled(self) -> Iterator[tuple[int, Breach]]:
        """Deals whose payments do not add up at the register's end, each with the record to blame.

        The rest of a price is due within a year of signing (SASAC and MOF Order 32 of 2016, article 28).
        """
        for name, deal in self._deals.items():
            due = deal.price if deal.transferred else 0
            may_wait = deal.paid < due and _days_between(deal.transfer_date, self._date) <= REST_DAYS
            if deal.paid != due and not may_wait:
                what = f"deal {name}: {deal.paid} fen paid in all, {due} due"
                yield deal.last_payment or deal.transferred, Breach("payments", what)

    def differing(self, final: Mapping[str, Held]) -> Iterator[tuple[int, Breach]]:
        """Holdings that differ from the final ones, each with the last record about it."""
        for name in dict.fromkeys([*self.held, *final]):
            here, there = self.held.get(name), final.get(name)
            if here != there:
                what = f"holding {name}: register has {_told(here)}, the final table {_told(there)}"
                yield self.touched.get(name, 0), Breach("holdings", what)

    def sold_otherwise(self, sold: Mapping[str, Sold]) -> Iterator[tuple[int, Breach]]:
        """Sales that differ from those of the table of exits, each with the record of its transfer."""
        here = {name: deal for name, deal in self._deals.items() if deal.transferred}
        for name in dict.fromkeys([*here, *sold]):
            deal, told = here.get(name), sold.get(name)
            known = (
                Sold(deal.fund, deal.seller, deal.buyer, deal.units, deal.transfer_date, deal.price) if deal else None
            )
            if known != told:
                what = f"exit {name}: register has {_sale_told(known)}, the table of exits {_sale_told(told)}"
                yield deal.transferred if deal else 0, Breach("exits", what)

    def _hold(self, record: Record, holding: str, held: Held) -> None:
        self.held[holding] = held
        self.touched[holding] = record.number

    def _issue(self, record: Record) -> None:
        known, founded = record.holding in self.held, self._founded.setdefault(record.fund, record.date)
        if not known:
            self._hold(record, record.holding, Held(record.fund, record.taker, record.units))
        if known:
            raise Breach("units", f"holding {record.holding} is issued a second time")
        if record.units <= 0:
            raise Breach("units", f"holding {record.holding} is issued with {record.units} units")
        if record.date != founded:
            raise Breach("units", f"fund {record.fund} was founded on {founded}; new units appear on {record.date}")

    def _list(self, record: Record) -> None:
        deal = self._deals[record.deal]
        deal.holding, deal.floor = record.holding, record.fen
        deal.shown.clear()
        self._check_on_offer(record)
        if record.holding in self._listed:
            raise Breach("listings", f"holding {record.holding} is listed while an earlier listing is open")
        self._listed.add(record.holding)

    def _unlist(self, record: Record) -> None:
        deal = self._deals[record.deal]
        was_open, deal.floor = deal.floor is not None, None
        self._listed.discard(record.holding)
        if not was_open:
            raise Breach("listings", f"holding {record.holding} is taken off, but was not listed in {record.deal}")

    def _disclose(self, record: Record) -> None:
        deal = self._deals[record.deal]
        deal.shown.update(record.taker.split(";"))
        if deal.floor is None:
            raise Breach("disclosure", f"{record.taker} is shown the data of {record.holding}, which is not listed")

    def _bid(self, record: Record) -> None:
        bidder = record.giver or record.taker
        deal = self._deals[record.deal]
        if deal.floor is None:
            raise Breach("listings", f"{bidder or 'nobody'} bids for {record.holding}, which is not listed")
        if bidder not in deal.shown:
            raise Breach("disclosure", f"{bidder or 'nobody'} bids in {record.deal} without having been shown the data")

    def _award(self, record: Record) -> None:
        deal, held = self._deals[record.deal], self.held.get(record.holding)
        deal.holding, deal.seller = record.holding, held.owner if held else ""
        deal.buyer, deal.price = record.taker, record.fen
        self._check_on_offer(record)
        if deal.floor is not None and record.fen < deal.floor:
            raise Breach("awards", f"{record.holding} is awarded for {record.fen} fen, below the floor of {deal.floor}")

    def _split(self, record: Record) -> None:
        source = self._deals[record.deal].holding
        before = self.held.get(source)
        is_part = before is not None and before.owner == record.taker and 0 < record.units < before.units
        if before is None or not is_part or record.holding in self.held:
            what = f"{record.units} units cannot be cut off {source or 'nothing'} into {record.holding}"
            raise Breach("units", f"{what}: register has {_told(before)}")
        self._hold(record, source, before._replace(units=before.units - record.units))
        self._hold(record, record.holding, before._replace(units=record.units))

    def _transfer(self, record: Record) -> None:
        deal, before = self._deals[record.deal], self.held.get(record.holding)
        deal.transferred, deal.transfer_date, deal.floor = record.number, record.date, None
        deal.fund, deal.units = record.fund, record.units
        self._listed.discard(deal.holding)
        self._hold(record, record.holding, Held(record.fund, record.taker, record.units))
        if before != Held(record.fund, record.giver, record.units):
            gives = f"{record.giver or 'nobody'} gives {record.units} units of {record.holding}"
            raise Breach("units", f"{gives}: register has {_told(before)}")
        if not deal.buyer or deal.buyer != record.taker:
            raise Breach("awards", f"units go to {record.taker or 'nobody'}; the award is to {deal.buyer or 'nobody'}")
        if deal.paid < int(LEAST_FIRST_SHARE * deal.price):
            raise Breach("payments", f"title moves when {deal.paid} of {deal.price} fen are paid")

    def _pay(self, record: Record) -> None:
        deal = self._deals[record.deal]
        deal.paid += record.fen
        deal.last_payment = record.number
        if (record.giver, record.taker) != (deal.buyer, deal.seller):
            agreed = f"{deal.buyer or 'nobody'} and {deal.seller or 'nobody'}"
            raise Breach("payments", f"{record.giver} pays {record.taker}; buyer and seller are {agreed}")

    def _close(self, record: Record) -> None:
        before = self.held.get(record.holding)
        self._listed.discard(record.holding)
        if before is not None:
            self._hold(record, record.holding, before._replace(units=0))
        if before is None or before.units != record.units:
            what = f"{record.units} units of {record.holding} are cancelled"
            raise Breach("units", f"{what}: register has {_told(before)}")

    def _check_on_offer(self, record: Record) -> None:
        held = self.held.get(record.holding)
        if held is None or held.units < record.units or record.giver not in ("", held.owner):
            offered = f"{record.units} units of {record.holding} are offered"
            raise Breach("units", f"{offered}: register has {_told(held)}")


def _told(held: Held | None) -> str:
    return f"{held.units} units of {held.fund} owned by {held.owner}" if held else "none"


def _sale_told(sold: Sold | None) -> str:
    if sold is None:
        return "no sale"
    price = f"{sold.fen / 100:.2f} yuan on {sold.date}"
    return f"{sold.units} units of {sold.fund} from {sold.seller} to {sold.buyer} for {price}"


def _days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days if first and last else 0
