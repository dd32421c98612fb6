"""Breaches of the register's rules, and the sentences that tell them in English and Chinese."""

from __future__ import annotations

from sfund_sim.ground.errors import Language

Words = tuple[str, str]
"""The same in English and in Chinese."""

_SENTENCES: dict[str, Words] = {
    "date_goes_back": (
        "it is dated {date}, after a record of {before}",
        "日期为 {date}，而此前一条记录的日期为 {before}",
    ),
    "not_paid_in_full": (
        "deal {deal}: {paid} fen paid in all, {due} due",
        "交易 {deal}：共支付 {paid} 分，应付 {due} 分",
    ),
    "other_holding": (
        "holding {holding}: register has {here}, the final table {there}",
        "份额 {holding}：登记簿：{here}；期末持有表：{there}",
    ),
    "other_sale": (
        "exit {deal}: register has {here}, the table of exits {there}",
        "退出 {deal}：登记簿：{here}；退出表：{there}",
    ),
    "issued_twice": ("holding {holding} is issued a second time", "份额 {holding} 被第二次发行"),
    "issued_empty": ("holding {holding} is issued with {units} units", "份额 {holding} 发行了 {units} 份"),
    "issued_late": (
        "fund {fund} was founded on {founded}; new units appear on {date}",
        "基金 {fund} 设立于 {founded}，却在 {date} 出现新份额",
    ),
    "listed_twice": (
        "holding {holding} is listed while an earlier listing is open",
        "份额 {holding} 在前一次挂牌尚未结束时再次挂牌",
    ),
    "unlisted_unlisted": (
        "holding {holding} is taken off, but was not listed in {deal}",
        "份额 {holding} 被撤牌，但在 {deal} 中并未挂牌",
    ),
    "shown_unlisted": (
        "{who} is shown the data of {holding}, which is not listed",
        "{who} 获披露份额 {holding} 的资料，而该份额并未挂牌",
    ),
    "bid_unlisted": ("{who} bids for {holding}, which is not listed", "{who} 对份额 {holding} 报价，而该份额并未挂牌"),
    "bid_unseen": ("{who} bids in {deal} without having been shown the data", "{who} 未获披露资料即在 {deal} 中报价"),
    "below_floor": (
        "{holding} is awarded for {fen} fen, below the floor of {floor}",
        "份额 {holding} 以 {fen} 分成交，低于底价 {floor} 分",
    ),
    "no_such_part": (
        "{units} units cannot be cut off {source} into {holding}: register has {here}",
        "无法从份额 {source} 中分出 {units} 份成为 {holding}（登记簿：{here}）",
    ),
    "gives_other": (
        "{who} gives {units} units of {holding}: register has {here}",
        "{who} 转出份额 {holding} 的 {units} 份（登记簿：{here}）",
    ),
    "other_taker": ("units go to {who}; the award is to {buyer}", "份额转给 {who}，而成交确认的受让方为 {buyer}"),
    "title_before_money": (
        "title moves when {paid} of {price} fen are paid",
        "价款 {price} 分中仅支付 {paid} 分时份额即过户",
    ),
    "other_parties": (
        "{who} pays {taker}; buyer and seller are {buyer} and {seller}",
        "{who} 付款给 {taker}，而受让方与转让方为 {buyer} 与 {seller}",
    ),
    "transferred_pledged": ("{holding} changes hands while it is pledged", "份额 {holding} 在质押期间过户"),
    "pledged_twice": (
        "{holding} is pledged while an earlier pledge stands",
        "份额 {holding} 在前一次质押尚未注销时再次质押",
    ),
    "pledges_other": (
        "{who} pledges {units} units of {holding}: register has {here}",
        "{who} 质押份额 {holding} 的 {units} 份（登记簿：{here}）",
    ),
    "releases_other": (
        "{who} has a pledge on {holding} struck off that is not there",
        "{who} 注销份额 {holding} 上并不存在的质押",
    ),
    "cancels_other": (
        "{units} units of {holding} are cancelled: register has {here}",
        "注销份额 {holding} 的 {units} 份（登记簿：{here}）",
    ),
    "offers_other": (
        "{units} units of {holding} are offered: register has {here}",
        "出让份额 {holding} 的 {units} 份（登记簿：{here}）",
    ),
}
_NOBODY: Words = ("nobody", "无")


class Breach(Exception):
    """A record breaks a rule of the register."""

    def __init__(self, rule: str, sentence: str, **facts: object) -> None:
        """``sentence`` is one of this module's; an empty fact means nobody, a pair is words in both languages."""
        self.rule = rule
        self._sentence, self._facts = sentence, facts
        super().__init__(self.text())

    def text(self, language: Language = "en") -> str:
        """What is wrong, in one language."""
        place = language == "zh"
        shown = {name: fact[place] if isinstance(fact, tuple) else fact for name, fact in self._facts.items()}
        nobody = _NOBODY[place]
        return _SENTENCES[self._sentence][place].format(
            **{name: nobody if fact == "" else fact for name, fact in shown.items()}
        )
