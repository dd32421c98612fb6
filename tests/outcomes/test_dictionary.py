"""Every column and outcome is in the dictionary, and nothing in the dictionary is without one."""

from __future__ import annotations

import re

from sfund_sim.market.register import FIELDS
from sfund_sim.outcomes.comparison import paired_differences
from sfund_sim.outcomes.dictionary import columns_of, entries, outcomes
from sfund_sim.outcomes.measures import MEASURES, replication_values, summary
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.tables import Tables

UNITS = {
    "text",
    "count",
    "0/1",
    "days",
    "years",
    "date",
    "CNY",
    "CNY/unit",
    "fen",
    "ratio",
    "multiple",
    "share",
    "1/year",
    "share/year",
    "by outcome",
}


def test_each_table_has_the_columns_of_the_dictionary_and_no_others(info: RunInfo, tables: Tables) -> None:
    values = replication_values(tables, info)
    more = {"summary": summary(tables, info), "replication_values": values}
    every = {**tables, **more, "comparison": paired_differences(values, values)}
    assert {name: sorted(table.columns) for name, table in every.items()} == {
        name: sorted(columns_of(name)) for name in every
    }
    named = {table for one in entries() if one.kind == "column" for table in one.tables.split()}
    assert {table for table in named if not table.startswith(("figures/", "sweep/", "compare/"))} == {
        *every,
        "ledger",
        "exported",
    }


def test_the_ledger_has_the_columns_of_the_dictionary() -> None:
    assert sorted(columns_of("ledger")) == sorted(FIELDS)


def test_each_outcome_has_an_entry_for_its_table_and_each_entry_an_outcome() -> None:
    assert {one.name: one.tables for one in outcomes()} == {name: one.table for name, one in MEASURES.items()}


def test_names_suit_stata_and_every_entry_is_complete() -> None:
    names = [one.name for one in entries()]
    assert len(names) == len(set(names))
    for one in entries():
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,31}", one.name), one.name
        assert one.kind in ("column", "outcome")
        assert one.unit in UNITS, one
        assert one.definition.endswith("."), one
        assert re.search("[\u4e00-\u9fff].*。$", one.definition_zh), one
        assert one.label_en
        assert re.search("[\u4e00-\u9fff]", one.label_zh), one


def test_definitions_are_told_in_both_languages_with_the_same_numbers_and_names() -> None:
    for one in entries():
        assert (one.meaning("en"), one.meaning("zh")) == (one.definition, one.definition_zh)
        told_en, told_zh = (set(re.findall(r"\b\d[\d,.]*\d\b", text)) for text in (one.definition, one.definition_zh))
        spelled_in_chinese = {"10,000", "100"}
        assert told_en - spelled_in_chinese == told_zh, one.name
        files_en, files_zh = (set(re.findall(r"[a-z_]+\.csv", text)) for text in (one.definition, one.definition_zh))
        assert files_en == files_zh, one.name


def test_prices_in_which_liquidations_count_say_so(info: RunInfo, tables: Tables) -> None:
    """What changes when only sales are left is told of sales and liquidations, in both languages."""
    exits = tables["exits"]
    priced = exits["price_cny"].notna() & (exits["sold"] == 0)
    assert priced.sum() > 5, "liquidations with a price"
    every, sales = (replication_values({**tables, "exits": one}, info) for one in (exits, exits[~priced]))
    for name, measure in MEASURES.items():
        if measure.measure.__module__.endswith("pricing"):
            one, other = (table.loc[table["outcome"] == name].query("group == 'all'") for table in (every, sales))
            counts_them = not one["value"].equals(other["value"].set_axis(one.index))
            told = "liquidations" in measure.entry.definition, "清算" in measure.entry.definition_zh
            assert told == (counts_them, counts_them), name


def test_times_that_are_means_over_replications_say_so_beside_the_pooled_median(info: RunInfo, tables: Tables) -> None:
    """Pooled and not, two outcomes of the same times need not fit together; each says which it is."""
    levels = summary(tables, info).query("group == 'all'").set_index("outcome")["estimate"]
    values = replication_values(tables, info).query("group == 'all'").groupby("outcome")["value"].mean()
    for name, measure in MEASURES.items():
        if measure.by_curve:
            told = (
                "A mean over replications" in measure.entry.definition,
                "为各次重复的均值" in measure.entry.definition_zh,
            )
            is_mean = bool(abs(levels[name] - values[name]) < 1e-9)
            assert told == (is_mean, is_mean), name
            assert ("pooled, in which" in measure.entry.definition) == (measure.pooled is not None)
