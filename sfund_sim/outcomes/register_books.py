"""The books that an auditor keeps while reading the register: holdings, listings, and what each deal came to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sfund_sim.outcomes.breaches import Breach, Words
from sfund_sim.terms import RegisterEntry
from sfund_sim.venue.settlement import LEAST_FIRST_SHARE, REST_DAYS

_NO_HOLDING: Words = ("nothing", "（无）")


class BookRecord(NamedTuple):
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
    """What one sale came to: who sold how many units of which fund to whom, when paid in full, for how much."""

    fund: str
    seller: str
    buyer: str
    units: int
    date: str
    """Day on which the share had passed and all was paid; empty while a rest of the price is due."""
    fen: int


@dataclass(slots=True)
class BookedDeal:
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
    payment_date: str = ""

    def sale(self) -> Sold:
        """What the deal came to, once transferred."""
        day = max(self.transfer_date, self.payment_date) if self.paid >= self.price else ""
        return Sold(self.fund, self.seller, self.buyer, self.units, day, self.price)


class Books:
    """Holdings, listings and deals as the register alone tells them."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}
        self.touched: dict[str, int] = {}
        """Last record that changed each holding."""
        self._founded: dict[str, str] = {}
        self._listed: set[str] = set()
        self._pledged: dict[str, str] = {}
        """Who has pledged each holding that is pledged."""
        self._deals: defaultdict[str, BookedDeal] = defaultdict(BookedDeal)
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
            RegisterEntry.PLEDGE: self._pledge,
            RegisterEntry.RELEASE: self._release,
        }

    def enter(self, record: BookRecord) -> None:
        """Enter one record; raises Breach when it breaks a rule."""
        before, self._date = self._date, max(self._date, record.date)
        if record.entry in self._enter:
            self._enter[record.entry](record)
        if record.date < before:
            raise Breach("dates", "date_goes_back", date=record.date, before=before)

    def unsettled(self) -> Iterator[tuple[int, Breach]]:
        """Deals whose payments do not add up at the register's end, each with the record to blame.

        The rest of a price is due within a year of signing (SASAC and MOF Order 32 of 2016, article 28).
        """
        for name, deal in self._deals.items():
            due = deal.price if deal.transferred else 0
            may_wait = deal.paid < due and _days_between(deal.transfer_date, self._date) <= REST_DAYS
            if deal.paid != due and not may_wait:
                breach = Breach("payments", "not_paid_in_full", deal=name, paid=deal.paid, due=due)
                yield deal.last_payment or deal.transferred, breach

    def differing(self, final: Mapping[str, Held]) -> Iterator[tuple[int, Breach]]:
        """Holdings that differ from the final ones, each with the last record about it."""
        for name in dict.fromkeys([*self.held, *final]):
            here, there = self.held.get(name), final.get(name)
            if here != there:
                breach = Breach(
                    "holdings", "other_holding", holding=name, here=_holding_text(here), there=_holding_text(there)
                )
                yield self.touched.get(name, 0), breach

    def sold_otherwise(self, sold: Mapping[str, Sold]) -> Iterator[tuple[int, Breach]]:
        """Sales that differ from those of the table of exits, each with the record of its transfer."""
        here = {name: deal for name, deal in self._deals.items() if deal.transferred}
        for name in dict.fromkeys([*here, *sold]):
            deal, told = here.get(name), sold.get(name)
            known = deal.sale() if deal else None
            if known != told:
                breach = Breach("exits", "other_sale", deal=name, here=_sale_told(known), there=_sale_told(told))
                yield deal.transferred if deal else 0, breach

    def _hold(self, record: BookRecord, holding: str, held: Held) -> None:
        self.held[holding] = held
        self.touched[holding] = record.number

    def _issue(self, record: BookRecord) -> None:
        known, founded = record.holding in self.held, self._founded.setdefault(record.fund, record.date)
        if not known:
            self._hold(record, record.holding, Held(record.fund, record.taker, record.units))
        if known:
            raise Breach("units", "issued_twice", holding=record.holding)
        if record.units <= 0:
            raise Breach("units", "issued_empty", holding=record.holding, units=record.units)
        if record.date != founded:
            raise Breach("units", "issued_late", fund=record.fund, founded=founded, date=record.date)

    def _list(self, record: BookRecord) -> None:
        deal = self._deals[record.deal]
        deal.holding, deal.floor = record.holding, record.fen
        deal.shown.clear()
        self._check_on_offer(record)
        if record.holding in self._listed:
            raise Breach("listings", "listed_twice", holding=record.holding)
        self._listed.add(record.holding)

    def _unlist(self, record: BookRecord) -> None:
        deal = self._deals[record.deal]
        was_open, deal.floor = deal.floor is not None, None
        self._listed.discard(record.holding)
        if not was_open:
            raise Breach("listings", "unlisted_unlisted", holding=record.holding, deal=record.deal)

    def _disclose(self, record: BookRecord) -> None:
        deal = self._deals[record.deal]
        deal.shown.update(record.taker.split(";"))
        if deal.floor is None:
            raise Breach("disclosure", "shown_unlisted", who=record.taker, holding=record.holding)

    def _bid(self, record: BookRecord) -> None:
        bidder = record.giver or record.taker
        deal = self._deals[record.deal]
        if deal.floor is None:
            raise Breach("listings", "bid_unlisted", who=bidder, holding=record.holding)
        if bidder not in deal.shown:
            raise Breach("disclosure", "bid_unseen", who=bidder, deal=record.deal)

    def _award(self, record: BookRecord) -> None:
        deal, held = self._deals[record.deal], self.held.get(record.holding)
        deal.holding, deal.seller = record.holding, held.owner if held else ""
        deal.buyer, deal.price = record.taker, record.fen
        self._check_on_offer(record)
        if deal.floor is not None and record.fen < deal.floor:
            raise Breach("awards", "below_floor", holding=record.holding, fen=record.fen, floor=deal.floor)

    def _split(self, record: BookRecord) -> None:
        source = self._deals[record.deal].holding
        before = self.held.get(source)
        is_part = before is not None and before.owner == record.taker and 0 < record.units < before.units
        if before is None or not is_part or record.holding in self.held:
            raise Breach("units", "no_such_part", source=source or _NO_HOLDING, **_amount(record, before))
        self._hold(record, source, before._replace(units=before.units - record.units))
        self._hold(record, record.holding, before._replace(units=record.units))

    def _transfer(self, record: BookRecord) -> None:
        deal, before = self._deals[record.deal], self.held.get(record.holding)
        deal.transferred, deal.transfer_date, deal.floor = record.number, record.date, None
        deal.fund, deal.units = record.fund, record.units
        self._listed.discard(deal.holding)
        self._hold(record, record.holding, Held(record.fund, record.taker, record.units))
        if deal.holding in self._pledged:
            raise Breach("pledges", "transferred_pledged", holding=record.holding)
        if before != Held(record.fund, record.giver, record.units):
            raise Breach("units", "gives_other", who=record.giver, **_amount(record, before))
        if not deal.buyer or deal.buyer != record.taker:
            raise Breach("awards", "other_taker", who=record.taker, buyer=deal.buyer)
        if deal.paid < int(LEAST_FIRST_SHARE * deal.price):
            raise Breach("payments", "title_before_money", paid=deal.paid, price=deal.price)

    def _pay(self, record: BookRecord) -> None:
        deal = self._deals[record.deal]
        deal.paid += record.fen
        deal.last_payment, deal.payment_date = record.number, record.date
        if (record.giver, record.taker) != (deal.buyer, deal.seller):
            agreed = {"buyer": deal.buyer, "seller": deal.seller}
            raise Breach("payments", "other_parties", who=record.giver, taker=record.taker, **agreed)

    def _close(self, record: BookRecord) -> None:
        before = self.held.get(record.holding)
        self._listed.discard(record.holding)
        self._pledged.pop(record.holding, None)
        if before is not None:
            self._hold(record, record.holding, before._replace(units=0))
        if before is None or before.units != record.units:
            raise Breach("units", "cancels_other", **_amount(record, before))

    def _pledge(self, record: BookRecord) -> None:
        held, before = self.held.get(record.holding), self._pledged.get(record.holding)
        self._pledged[record.holding] = record.taker
        if before is not None:
            raise Breach("pledges", "pledged_twice", holding=record.holding)
        if held is None or held.units < record.units or held.owner != record.taker:
            raise Breach("pledges", "pledges_other", who=record.taker, **_amount(record, held))

    def _release(self, record: BookRecord) -> None:
        if self._pledged.pop(record.holding, None) != record.giver:
            raise Breach("pledges", "releases_other", who=record.giver, holding=record.holding)

    def _check_on_offer(self, record: BookRecord) -> None:
        held = self.held.get(record.holding)
        if held is None or held.units < record.units or record.giver not in ("", held.owner):
            raise Breach("units", "offers_other", **_amount(record, held))


def _amount(record: BookRecord, here: Held | None) -> dict[str, object]:
    """Of how many units of which holding a record tells, and what the register has."""
    return {"units": record.units, "holding": record.holding, "here": _holding_text(here)}


def _holding_text(held: Held | None) -> Words:
    if held is None:
        return "none", "无"
    fund, owner, units = held
    return f"{units} units of {fund} owned by {owner}", f"{owner} 持有 {fund} 的 {units} 份"


def _sale_told(sold: Sold | None) -> Words:
    if sold is None:
        return "no sale", "无成交"
    fund, seller, buyer, units, day, fen = sold
    yuan = f"{fen / 100:.2f}"
    when, day_zh, due_zh = (f"on {day}", f"{day} ", "") if day else ("with a rest of the price due", "", "，余款待付")
    return (
        f"{units} units of {fund} from {seller} to {buyer} for {yuan} yuan {when}",
        f"{day_zh}{seller} 以 {yuan} 元向 {buyer} 转让 {fund} 的 {units} 份{due_zh}",
    )


def _days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days if first and last else 0
