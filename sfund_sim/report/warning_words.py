"""Warnings of a run in the reader's language: they arise in English, in rooms that know no language."""

from __future__ import annotations

import re

from sfund_sim.ground.errors import Language

_CHINESE = {
    r"working days of (.+): statutory holidays without exchanged weekends": (
        r"\1 年的工作日仅按周末与法定节假日推算，未计调休安排"
    ),
    r"working days of (.+): weekends only": r"\1 年的工作日仅按周末推算，未计法定节假日",
    r"(\d+) of (\d+) runs failed and are missing from all results \((.+)\): ([\d, ]+)(?: and \d+ more)?": (
        r"\2 次运行中有 \1 次失败，全部结果均不含这些运行（见 \3）：编号 \4 等"
    ),
    r"horizons differ \((.+)\): counts, sums and shares by the end are not comparable": (
        r"各情景的起止日期不同（\1）：计数、合计及截至期末的占比不可比"
    ),
    r"figures are drawn from the first (\d+) of (\d+) replications; all numbers from all": (
        r"各图仅根据前 \1 次重复绘制（共 \2 次）；所有数值均来自全部重复"
    ),
}
"""What a warning is in Chinese, by its form in English."""


def warning_text(warning: str, language: Language) -> str:
    """A warning as the report shows it; one of an unknown form stays as it is."""
    if language == "zh":
        for form, words in _CHINESE.items():
            if found := re.fullmatch(form, warning):
                return found.expand(words)
    return warning
