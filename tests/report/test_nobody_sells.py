"""A market in which nobody wants to sell: one sentence says so, and nothing of intervals that are not there."""

from __future__ import annotations

import pandas as pd
import pytest

from sfund_sim.report.findings import Summary, findings
from sfund_sim.report.parameter_words import basis_word

COLUMNS = ["outcome", "group_by", "group", "estimate", "low", "high", "n", "replications", "unit"]


@pytest.mark.parametrize(("language", "told"), [("en", "Nobody comes to want to sell"), ("zh", "没有产生任何转让意愿")])
def test_a_market_without_wishes_is_told_in_one_sentence(language, told):
    empty = Summary(pd.DataFrame([("exits_count", "all", "all", 0.0, 0.0, 0.0, 0, 2, "count")], columns=COLUMNS))
    (sentence,) = findings(empty, language)
    assert told in sentence


def test_what_the_program_says_of_a_source_is_said_in_the_reader_s_language():
    assert basis_word("default of the model (kept)", "zh") == "模型默认值 (kept)"
    assert basis_word("variant no_second", "zh") == "变体 no_second"
    assert basis_word("variant prices of Li (2020)", "zh") == "variant prices of Li (2020)"
    assert basis_word("default of the model", "en") == "default of the model"
