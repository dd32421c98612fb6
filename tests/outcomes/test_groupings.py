"""A grouping is a column of words of its table; anything else is told by name, mostly before any work is done."""

from __future__ import annotations

import numpy as np
import pytest

from sfund_sim.ground.errors import SfundError
from sfund_sim.outcomes.measures import GROUPINGS
from sfund_sim.outcomes.measures.cells import Source
from sfund_sim.outcomes.measures.registry import check_groupings
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.tables import Tables


@pytest.mark.parametrize(
    ("table", "grouping", "told"),
    [("listings", "bidders", "it is not a column of words of listings"),
     ("listings", "moonlight", "it is not a column of listings"),
     ("recycling", "route", "it is not a column of recycling")],
)  # fmt: skip
def test_numbers_and_what_is_no_column_make_no_groups(table: str, grouping: str, told: str) -> None:
    """The first was taken and gave no rows; the second was a bare KeyError after the whole run."""
    check_groupings(GROUPINGS)
    with pytest.raises(SfundError, match=f"outcomes of the table {table} cannot be grouped by '{grouping}': {told}"):
        check_groupings({**GROUPINGS, table: ("all", grouping)})


@pytest.mark.parametrize("name", ["exit_id", "buyer_id", "days"])
def test_a_column_that_names_single_rows_or_is_not_read_makes_no_groups(
    info: RunInfo, tables: Tables, name: str
) -> None:
    source = Source(tables["exits"], info, np.sort(tables["runs"]["rep"].to_numpy()))
    with pytest.raises(SfundError, match=f"'{name}' cannot make groups of outcomes"):
        source.groups(name)
