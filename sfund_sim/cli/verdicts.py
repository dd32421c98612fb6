"""What ``sfund audit`` and ``sfund replay`` say, line by line, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sfund_sim.cli.options import Lang
from sfund_sim.experiments.manifest import NAME

if TYPE_CHECKING:
    from sfund_sim.experiments.inspection import Inspection
    from sfund_sim.experiments.replaying import Replay

_CHECKS_ZH = {
    "files": "各文件与清单所载大小和哈希一致，无缺失、无添加、无链接",
    "manifest": "results_sha256 为全部文件的哈希；凡文件可证之处，清单所述均与文件相符",
    "chain": "每条记录均由前一条记录封存",
    "dates": "日期从不倒退",
    "units": "没有份额凭空出现、消失或重复出售",
    "listings": "没有同一份额同时处于两次挂牌",
    "disclosure": "未获披露者没有报价",
    "awards": "没有未经成交确认或低于底价的转让",
    "payments": "受让方所付、转让方所收与约定价款一致",
    "pledges": "出质人为份额持有人，份额在质押期间不得过户",
    "holdings": "由登记簿重建的持有份额与期末持有份额一致",
    "exits": "退出表中的成交与登记簿一致：价格、转让方、受让方、份额、日期",
}
_MOST_FILES = 20


def inspection_lines(inspection: Inspection, spoken: Lang) -> Iterator[str]:
    """The verdict on a run folder: a line a check, then what was read, or the first thing that is wrong."""
    is_zh = spoken is Lang.ZH
    right, wrong = ("通过", "有误") if is_zh else ("ok", "WRONG")
    for check, meaning in inspection.checks.items():
        finding = inspection.first(check)
        yield f"{wrong if finding else right:<6} {_CHECKS_ZH[check] if is_zh else meaning}"
        if finding:
            yield f"       {finding.text(spoken.value)}"
    if not inspection.is_run:
        yield ("注意：比较与设计试验的结果不含登记簿，份额、款项与持有情况无从核对" if is_zh
               else "note: comparisons and sweeps have no ledgers; shares, money, holdings: not checked")  # fmt: skip
    elif not inspection.has_ledgers:
        yield ("注意：本次运行未保留登记簿（--keep），份额、款项与持有情况无从核对" if is_zh
               else "note: the run kept no ledgers (--keep); shares, money, holdings: not checked")  # fmt: skip
    if inspection.unconfirmed:
        own_word = ("、" if is_zh else ", ").join(inspection.unconfirmed)
        again = "sfund replay" if inspection.is_run else "repeat_in_this_folder"
        yield (f"注意：清单中下列项目无法由文件核对：{own_word}；重新运行见 {again}" if is_zh
               else f"note: no file confirms the manifest's {own_word}; {again} runs it again")  # fmt: skip
    ledgers, records, files = inspection.ledgers, inspection.records, inspection.files
    if inspection.is_sound:
        books = "1 ledger" if ledgers == 1 else f"{ledgers} ledgers"
        yield (f"通过：{files} 个文件、{ledgers} 本登记簿、{records:,} 条记录" if is_zh
               else f"sound: {files} files, {books}, {records:,} records")  # fmt: skip
        return
    first = inspection.findings[0].text(spoken.value)
    yield f"首个错误：{first}" if is_zh else f"first error: {first}"


def replay_lines(again: Replay, spoken: Lang) -> Iterator[str]:
    """How a second run compares with the first; changed versions are told only as a possible cause."""
    is_zh = spoken is Lang.ZH
    if again.versions:
        changed = ("、" if is_zh else ", ").join(again.versions)
        yield f"注意：版本已变：{changed}" if is_zh else f"note: versions have changed since: {changed}"
    if again.is_identical:
        yield (f"一致：{again.files} 个文件逐字节相同" if is_zh
               else f"identical: {again.files} files, byte for byte")  # fmt: skip
        return
    number = len(again.differing)
    yield f"不一致：{number} 个文件" if is_zh else f"different: {number} of {again.files} files"
    note = "（运行之后被改动）" if is_zh else " (altered after the run)"
    for name in again.differing[:_MOST_FILES]:
        yield f"  {name}{note if name in again.altered else ''}"
    if number > _MOST_FILES:
        yield f"  … {number - _MOST_FILES}"
    if again.entries:
        yield f"  {NAME}{'：' if is_zh else ': '}{', '.join(again.entries)}"
