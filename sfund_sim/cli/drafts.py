"""The scenario that ``sfund new`` writes: short, commented, ready to run, laid over a shipped one."""

from __future__ import annotations

import re
import shlex

from sfund_sim.cli.options import Lang

_ENGLISH = """\
# A scenario of sfund_sim (YAML 1.2, UTF-8). Check it: sfund validate {file}   Run it: sfund run {file}
# It is laid over a shipped scenario: what is not said here is as it is there. See all parameters of the base, with
# unit, source and status:   sfund explain beijing_pilot --sources        its dated rules:   sfund explain beijing_pilot
extends: beijing_pilot
schema_version: 1

name: {name}                # lower-case letters, digits, underscores
title: {{en: "My scenario", zh: 我的情景}}

# How often to run it, and from which seed; `--reps` and `--seed` of `sfund run` come before these.
replications: 30
seed: 1

# A value may say what it rests on; results that lean on assumptions list them.
# status: sourced, mirror, derived, recalled or assumption.
venues:
  beijing:
    disclosure:
      days: {{value: 20, source: "base case; change me", status: assumption}}   # working days of directed disclosure

# More to change: take away the '#' and keep the indentation (spaces, no tabs; half-width punctuation).
# state_assets:
#   exempt_at_venue_share: 0.5        # a fraction: 0.5, not 50%
# horizon: {{start: 2018-01-01, end: 2027-12-31}}   # dates as YYYY-MM-DD

# Dated changes of rules, added to those of the base ('policy' instead of 'policy_added' would replace them all).
# policy_added:
#   - on: 2024-01-01
#     because: A longer disclosure
#     source: "where that is written"
#     set: {{venues.beijing.disclosure.days: 30}}
"""
_CHINESE = """\
# sfund_sim 情景文件（YAML 1.2，UTF-8 编码）。检查：sfund validate {file}   运行：sfund run {file}
# 本文件叠加在自带情景之上：未写明的内容与其相同。查看全部参数及其单位、来源与状态：
#   sfund explain beijing_pilot --sources        查看按日期变化的规则：sfund explain beijing_pilot
extends: beijing_pilot
schema_version: 1

name: {name}                # 小写字母、数字与下划线
title: {{en: "My scenario", zh: 我的情景}}

# 重复次数与随机种子；命令行的 --reps 与 --seed 优先。
replications: 30
seed: 1

# 每个值都可写明依据；报告会列出结果所依赖的假设。
# status 可为：sourced（有来源）、mirror（转载页面）、derived（推算）、recalled（凭记忆引自文献）、assumption（假设）。
venues:
  beijing:
    disclosure:
      days: {{value: 20, source: "基准情形，请修改", status: assumption}}   # 定向披露的工作日数

# 更多可改之处：删去行首的“#”并保留缩进（用空格，不用制表符；标点须为半角）。
# state_assets:
#   exempt_at_venue_share: 0.5        # 占比写作 0.5，不写 50%
# horizon: {{start: 2018-01-01, end: 2027-12-31}}   # 日期写作 YYYY-MM-DD

# 按日期生效的规则变更，追加在上级文件的变更之后（若写作 policy，则会整体替换真实的政策时间线）。
# policy_added:
#   - on: 2024-01-01
#     because: A longer disclosure
#     because_zh: 延长披露期
#     source: "出处"
#     set: {{venues.beijing.disclosure.days: 30}}
"""


def draft(file: str, spoken: Lang) -> str:
    """The text of a new scenario for a file of that name; the scenario's own name is made from it."""
    stem = re.sub(r"\.[^.]*$", "", re.split(r"[/\\]", file)[-1])
    letters = re.sub(r"[^a-z0-9_]+", "_", stem.lower()).strip("_")
    name = letters if re.match(r"[a-z]", letters) else f"my_{letters or 'scenario'}"
    return (_CHINESE if spoken is Lang.ZH else _ENGLISH).format(file=shlex.quote(file), name=name[:60])
