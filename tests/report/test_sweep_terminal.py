"""A sweep on the terminal: what does not fit is said, and numbers near nothing are not written as nothing."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pandas as pd
import pytest
from rich.console import Console

from sfund_sim.report.sweep_terminal import print_sweep


def told(table: pd.DataFrame, design: str, language: str = "en") -> str:
    results = SimpleNamespace(sensitivity=table, plan=SimpleNamespace(design=SimpleNamespace(kind=design)))
    console = Console(file=io.StringIO(), width=80)
    print_sweep(results, language=language, console=console)
    return console.file.getvalue()


def indices(design: str, outcome: str, factors: int, size: float) -> pd.DataFrame:
    names = {"morris": ["mu_star", "sigma"], "sobol": ["S1", "ST"], "latin_hypercube": ["srrc"]}[design]
    return pd.DataFrame([
        {"outcome": outcome, "group_by": "all", "group": "all", "index": name, "factor": f"a.factor_{number}",
         "estimate": size * number, "low": size * number / 2, "high": 2 * size * number, "n": 8}
        for name in names for number in range(factors)
    ])  # fmt: skip


def test_the_strongest_factors_are_shown_and_the_others_counted():
    text = told(indices("morris", "share_sold", 15, 0.0004), "morris")
    assert [f"a.factor_{number} " in text for number in range(15)] == [False] * 3 + [True] * 12
    assert text.index("a.factor_14") < text.index("a.factor_3 ")
    assert "Not shown here: 3 weaker factors of each outcome; see sensitivity.csv." in text
    assert "0.56 [0.28, 1.12]" in text, "1.4 per thousand of a range is no nothing"


@pytest.mark.parametrize(
    ("outcome", "size", "title", "cell"),
    [("volume_cny", 2e9, "volume (bn yuan)", "2.0 [1, 4]"), ("volume_cny", 2e6, "volume (m yuan)", "2.0 [1, 4]"),
     ("mean_bidders", 0.03, "bidders per round ", "0.030 [0.015, 0.06]")],
)  # fmt: skip
def test_effects_are_in_the_outcome_s_unit(outcome, size, title, cell):
    text = told(indices("morris", outcome, 2, size), "morris")
    assert text.startswith(title)
    assert cell in text
    assert " 0 [0, 0] " in text, "nothing at all is written so"


def test_shares_of_variance_have_no_unit_and_chinese_is_chinese():
    text = told(indices("sobol", "share_sold", 14, 0.05), "sobol", "zh")
    assert text.startswith("成交占比 ")
    assert "个百分点" not in text
    assert "此处未列出：各指标中作用较弱的 2 个因素；见 sensitivity.csv。" in text
    assert "S1：单独作用；ST：含全部交互作用" in text


def test_a_table_without_rows_is_no_error():
    empty = pd.DataFrame(columns=["outcome", "group_by", "group", "point_id", "estimate", "low", "high", "unit"])
    design = SimpleNamespace(kind="grid", size=1, factors=(), levels=lambda point: ())
    plan = SimpleNamespace(design=design)
    results = SimpleNamespace(sensitivity=empty, effects=empty, summary=empty, plan=plan)
    console = Console(file=io.StringIO(), width=80)
    print_sweep(results, language="en", console=console)
    assert console.file.getvalue() == ""
