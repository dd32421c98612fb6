"""Why a holding was sold on this day at this price: the story of one exit, event by event, in English or Chinese."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.errors import Language
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.journal import BidRow, ExitRow, Journal, Trail, VoteRow
from sfund_sim.report.tidings import TIDINGS, Meanwhile, Wait, meanwhile, worth_telling
from sfund_sim.report.words import filled, word
from sfund_sim.terms import BuyerKind, Ending, LpKind, Remark, Trigger

_IDLE = (Remark.REVIEWED, Remark.OPEN_LISTING_REFUSED, Remark.HELD)
"""Remarks of a review that ends in waiting."""


@dataclass(frozen=True)
class Narrator:
    """Turns one replication's journal into sentences."""

    journal: Journal
    start: date
    language: Language
    rule_changes: tuple[tuple[int, str], ...] = ()
    """Day and reason of each dated change of rules."""

    def story(self, exit: int) -> list[str]:
        """One line an event, dated, in order of time; the first and last lines say what it was about and came to."""
        row = self.journal.exits[exit]
        mine = [remark for remark in self.journal.trail if remark.exit == exit]
        told, waits = self._without_repeats(_once_reckoned([one for one in mine if one.remark not in TIDINGS]))
        events = [(news.day, 1, self._sentence(row, news)) for news in worth_telling(mine, waits)]
        events += [(_day(row, remark), 2, self._sentence(row, remark)) for remark in told]
        events += [(wait.day, 3, self._waiting(wait, meanwhile(mine, wait))) for wait in waits]
        events += [event for remark in told for event in self._bids(remark)]
        lasts = range(row.wished, row.ended + 1)
        events += [(vote.day, 0, self._vote(vote, row)) for vote in self._votes(row)]
        events += [(day, 0, self._rule(text)) for day, text in self.rule_changes if day in lasts]
        events.sort(key=lambda event: event[:2])
        lines = [f"{self._date(day)}  {text}" for day, _, text in events]
        return [self._heading(exit, row), *lines, self._outcome(row)]

    def _votes(self, row: ExitRow) -> list[VoteRow]:
        """Its fund's votes while the seller wanted out; of those after a sale the first, for which it made room."""
        votes = [vote for vote in self.journal.votes if vote.fund == row.fund and vote.day >= row.wished]
        after = [vote for vote in votes if vote.day > row.ended and Ending(row.ending).is_sale]
        return [vote for vote in votes if vote.day <= row.ended] + after[:1]

    def _without_repeats(self, told: list[Trail]) -> tuple[list[Trail], list[Wait]]:
        """Reviews that end in waiting are told once a stretch; of the others only their number."""
        days = sorted({remark.day for remark in told})
        by_day = {day: [remark for remark in told if remark.day == day] for day in days}
        kept: list[Trail] = []
        waits: list[Wait] = []
        stretch: list[int] = []
        for day in days:
            idle = all(remark.remark in _IDLE for remark in by_day[day])
            if not idle or not stretch:
                kept += by_day[day]
            waits += self._stretch_end(stretch) if not idle else []
            stretch = [*stretch, day] if idle else []
        return kept, waits + self._stretch_end(stretch)

    def _stretch_end(self, stretch: list[int]) -> list[Wait]:
        return [Wait(stretch[0], stretch[1], len(stretch) - 1, stretch[-1])] if len(stretch) > 1 else []

    def _waiting(self, wait: Wait, meantime: Meanwhile) -> str:
        until, zh = self._date(wait.until), self.language == "zh"
        paid, called, nav = (money(fen or 0, self.language) for fen in meantime)
        if zh:
            parts = [f"分配 {paid}"] * (meantime.paid > 0) + [f"催缴 {called}"] * (meantime.called > 0)
            text = "再次测算" if wait.times == 1 else f"至 {until} 又测算 {wait.times} 次"
            text += "，结论不变，继续等待。"
            text += f"其间基金就该份额{'、'.join(parts)}。" if parts else ""
            return text + (f"届时公布的净值 {nav}。" if meantime.nav is not None else "")
        parts = [f"pays {paid} to this share"] * (meantime.paid > 0) + [f"calls {called}"] * (meantime.called > 0)
        times = "once" if wait.times == 1 else f"{wait.times} times until {until}"
        text = f"It thinks again {times}, with the same answer: it waits."
        text += f" Meanwhile the fund {' and '.join(parts)}." if parts else ""
        return text + (f" The published NAV is {nav} then." if meantime.nav is not None else "")

    def _rule(self, text: str) -> str:
        return f"规则变更：{text}。" if self.language == "zh" else f"The rules change: {text}."

    def _sentence(self, row: ExitRow, remark: Trail) -> str:
        """A remark with its numbers put in."""
        code = Remark(remark.remark)
        fields, templates = _templates()[code.name]
        given = dict(zip("abc", (remark.a, remark.b, remark.c), strict=True))
        shown: dict[str, Any] = {
            name: self._shown(kind, given[name]) for name, kind in zip("abc", fields, strict=False)
        }
        if code == Remark.WISHED:
            shown = {"trigger": word("trigger", Trigger(row.trigger).label, self.language)}
        shown |= {
            "seller": self.journal.names["lps"][row.lp],
            "kind": word("lp_kind", LpKind(row.lp_kind).label, self.language),
            "fund": self.journal.names["funds"][row.fund],
        }
        return _closed_up(filled(templates[self.language], shown))

    def _shown(self, kind: str, value: int) -> str:
        if value == MISSING:
            return "–"
        if kind == "money":
            return money(value, self.language)
        return self._investor(value) if kind == "investor" else f"{value:,}"

    def _investor(self, investor: int) -> str:
        names = self.journal.names
        if investor < len(names["lps"]):
            return names["lps"][investor]
        buyer = investor - len(names["lps"])
        kind = word("buyer_kind", BuyerKind(self.journal.kinds["buyers"][buyer]).label, self.language)
        return f"{names['buyers'][buyer]} ({kind})" if self.language == "en" else f"{names['buyers'][buyer]}（{kind}）"

    def _bids(self, remark: Trail) -> list[tuple[int, int, str]]:
        """All bids of the listing that a remark on its outcome closes."""
        if remark.remark not in (Remark.NO_BID, Remark.SOLE_BIDDER, Remark.CLEARED):
            return []
        listings = [number for number, row in enumerate(self.journal.listings) if row.exit == remark.exit]
        bids = [bid for bid in self.journal.bids if bid.listing in listings and bid.day == remark.day]
        return [(bid.day, 0, self._bid(bid)) for bid in sorted(bids, key=lambda bid: -bid.bid)]

    def _bid(self, bid: BidRow) -> str:
        who, worth = self._investor(bid.buyer), money(bid.value, self.language)
        if bid.bid == MISSING:
            zh = _closed_up(f"    {who} 估值 {worth}，未报价。")
            return f"    {who}: worth {worth} to it, makes no bid." if self.language == "en" else zh
        offer = money(bid.bid, self.language)
        return (
            f"    {who}: worth {worth} to it, offers up to {offer}."
            if self.language == "en"
            else _closed_up(f"    {who} 估值 {worth}，最高出价 {offer}。")
        )

    def _vote(self, vote: VoteRow, row: ExitRow) -> str:
        if self.language == "zh":
            result, since = "通过" if vote.carried else "未通过", "此次退出之后，" if vote.day > row.ended else ""
            return (
                f"{since}延期表决：{vote.in_favour}/{vote.partners} 名合伙人赞成，"
                f"{vote.barred} 名不得投赞成票；{result}。"
            )
        result, vote_to = "carried" if vote.carried else "failed", "Vote to extend the fund"
        if vote.day > row.ended:
            vote_to = "After this exit, vote to extend the fund"
        return (
            f"{vote_to}: {vote.in_favour} of {vote.partners} partners in favour, "
            f"{vote.barred} barred from voting for it; {result}."
        )

    def _heading(self, exit: int, row: ExitRow) -> str:
        seller, fund = self.journal.names["lps"][row.lp], self.journal.names["funds"][row.fund]
        name = f"R{self.journal.replication}-X{exit}"
        return (
            f"退出 {name}：{seller} 持有 {fund} 的份额"
            if self.language == "zh"
            else f"Exit {name}: {seller}'s share of {fund}"
        )

    def _outcome(self, row: ExitRow) -> str:
        """The last line: how it ended, how long it took, at what price."""
        ending = word("ending", Ending(row.ending).label, self.language)
        text = f"= {ending}{'；' if self.language == 'zh' else '; '}{self._duration(row)}"
        if row.price == MISSING:
            return text
        price, told = money(row.price, self.language), self._ratios(row)
        if self.language == "zh":
            return f"{text}；{price}" + (f"，{told}" if told else "")
        return f"{text}; {price}" + (f": {told}" if told else "")

    def _duration(self, row: ExitRow) -> str:
        """Days from the wish, from which tables count, and from the seller's own approval, when it was given."""
        days, is_zh = row.ended - row.wished, self.language == "zh"
        whole = f"自产生转让意愿起 {days:,} 天" if is_zh else f"{days:,} {'day' if days == 1 else 'days'} from the wish"
        if row.decided == MISSING:
            return whole
        rest = f"{row.ended - row.decided:,}"
        return whole + (f"（自内部决策完成起 {rest} 天）" if is_zh else f" ({rest} from its own approval)")

    def _ratios(self, row: ExitRow) -> str:
        """The price as a share of what it may be held against, with each amount."""
        names = {
            "nav": ("NAV", "净值"),
            "appraisal": ("appraisal", "评估值"),
            "cost": ("cost", "成本"),
            "true_value": ("true value", "真实价值"),
        }
        told = []
        for field, (en, zh) in names.items():
            base = getattr(row, field)
            if base > 0:
                ratio, amount = f"{row.price / base:.0%}", money(base, self.language)
                told.append(f"{ratio} of {en} ({amount})" if self.language == "en" else f"为{zh}（{amount}）的 {ratio}")
        return ", ".join(told) if self.language == "en" else "，".join(told)

    def _date(self, day: int) -> str:
        return (self.start + timedelta(days=day)).isoformat()


def _once_reckoned(told: list[Trail]) -> list[Trail]:
    """Without the reviews that led to a filing on the same day: what it says of least price and NAV is enough."""
    filed = {remark.day for remark in told if remark.remark == Remark.RECKONED}
    return [remark for remark in told if remark.remark != Remark.REVIEWED or remark.day not in filed]


def _closed_up(text: str) -> str:
    """Without the space that templates leave behind a Latin name, where the name ends in a full-width bracket."""
    return text.replace("） ", "）")


def _day(row: ExitRow, remark: Trail) -> int:
    """The day of a remark: a seller hears of its fund's end at its next review, but the money came when it ended."""
    if remark.remark == Remark.LOAN_SETTLED:
        return row.loan_ended
    return row.ended if remark.remark in (Remark.FUND_LIQUIDATING, Remark.FUND_ENDED) else remark.day


def money(fen: int, language: Language) -> str:
    """Fen as people say it: million yuan in English, 万元 or 亿元 in Chinese."""
    yuan = fen / FEN_PER_YUAN
    if language == "zh":
        return f"{yuan / 1e8:,.2f} 亿元" if abs(yuan) >= 1e8 else f"{yuan / 1e4:,.0f} 万元"
    return f"CNY {yuan / 1e6:,.1f} m"


@cache
def _templates() -> dict[str, tuple[list[str], dict[Language, str]]]:
    """Of each remark: what its numbers are, and its sentence in both languages."""
    text = resources.files("sfund_sim.report").joinpath("remarks.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["remark"]: (row["fields"].split(), {"en": row["en"], "zh": row["zh"]}) for row in rows}
