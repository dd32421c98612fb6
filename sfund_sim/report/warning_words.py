"""Warnings of a run in the reader's language: they arise in English, in rooms that know no language."""

from __future__ import annotations

import re

from sfund_sim.ground.errors import Language

_CUT_SHORT = (
    r"(\S+): the value set {}, for it is set anew by (.+); to change it throughout, set (.+) too, "
    r"or drop what sets it anew \(policy_dropped\)"
)
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
    r"expectations of (.+) were settled, those of (.+) were not: a difference between both also holds "
    r"how far the latter are off; settle both, or neither": (
        r"\1 的预期已重设，\2 的则未重设：两者之差也包含后者的预期与其市场的偏差；请双方都重设，或都不重设"
    ),
    rf"{_CUT_SHORT.format('holds only until (.+?)')}": (
        r"\1：所设取值仅在 \2 之前有效，此后由按日期生效的变更 \3 重新设定；如需全程改变，请同时设定 \4，"
        r"或用 policy_dropped 去掉相应变更"
    ),
    rf"{_CUT_SHORT.format('is without effect')}": (
        r"\1：所设取值不起作用，因为按日期生效的变更 \2 在开始日已重新设定；如需改变，请同时设定 \3，"
        r"或用 policy_dropped 去掉相应变更"
    ),
    r"(.+): without effect, for the last day of the simulated time is (\S+); correct the day, or horizon\.end": (
        r"\1：晚于模拟期结束日 \2，不起作用；请更正日期或 horizon.end"
    ),
    r"(\S+): left out, for in no run is there anything to measure": r"\1：未列出，因为各次运行中均无可测量之物",
    r"(\S+): no difference from the first combination of levers in (\d+) of (\d+) others, for no replication has it in "
    r"both; what there is of it is in summary\.csv": (
        r"\1：其余 \3 个政策组合中，有 \2 个没有与第一个组合的差异，因为无一次重复在两者中均有该指标；见 summary.csv"
    ),
    r"figures are drawn from the first (\d+) of (\d+) replications; all numbers from all": (
        r"各图仅根据前 \1 次重复绘制（共 \2 次）；所有数值均来自全部重复"
    ),
}
"""What a warning is in Chinese, by its form in English."""


def warning_text(warning: str, language: Language) -> str:
    """A warning as the report shows it; one of an unknown form stays as it is."""
    if language == "zh":
        if among := re.fullmatch(r"in ([a-z0-9_, ]+): (.+)", warning):
            return f"{among[1].replace(', ', '、')}：{warning_text(among[2], language)}"
        for form, words in _CHINESE.items():
            if found := re.fullmatch(form, warning):
                return found.expand(words)
    return warning
