"""What a run holds in memory does not grow with its replications, and a comparison's share of one is small."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pyarrow as pa
import pytest
from fake_markets import one_sale

from sfund_sim.experiments import parquet_tables, results
from sfund_sim.experiments.facts import run_info
from sfund_sim.experiments.keeping import Keeping
from sfund_sim.experiments.observing import Observations, observed
from sfund_sim.experiments.replication import of_journal
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import planned, run_into
from sfund_sim.outcomes.measures import MEASURES, accumulating

FEW, MANY = 40, 120
MOST_A_REPLICATION = 4_000
"""Bytes: numbers, names of files and what the manifest says of them."""


@pytest.mark.slow
@pytest.mark.parametrize("kept", [Keeping("parquet"), Keeping("csv", ())])
def test_three_times_the_replications_need_the_same_memory(pilot, tmp_path, monkeypatch, kept) -> None:
    """All that is held up to a bound is bounded at a few replications here, as it is at hundreds in a real run."""
    bounds = (
        (parquet_tables, "ROWS_A_GROUP"),
        (accumulating, "MOST_GROUPS"),
        (results, "FIGURE_EXITS"),
        (results, "_AT_ONCE"),
    )
    for module, bound in bounds:
        monkeypatch.setattr(module, bound, 10)
    peaks = {}
    for count in (FEW, FEW, MANY):
        plan = planned(pilot, replications=count, simulate=one_sale, workers=1)
        before = pa.total_allocated_bytes()
        tracemalloc.start()
        run_into(plan, tmp_path / str(len(peaks)), Wishes(keeping=kept), or_numbered=True)
        peaks[count] = tracemalloc.get_traced_memory()[1] + pa.total_allocated_bytes() - before
        tracemalloc.stop()
    assert peaks[MANY] - peaks[FEW] < (MANY - FEW) * MOST_A_REPLICATION


def test_a_replication_of_a_comparison_is_kept_as_numbers_under_names_that_all_share(pilot) -> None:
    info = run_info(pilot.scenario, seed=1, replications=1)
    observations = Observations(info)
    for number in (1, 2, 3):
        observations.add(number, observed(info, of_journal(one_sale(None, number, 1), number)))
    kept = list(observations._by_number.values())
    assert all(one.keys is kept[0].keys for one in kept)
    assert sum(column.nbytes for column in kept[0].exits.values()) <= 11 * kept[0].exits["event"].size
    for table, most in (("exits", 100), ("listings", 25)):
        rows = kept[0].rows[table]
        assert sum(column.nbytes for column in rows.values()) <= most * rows["all"].size
    grid = observations.grid()
    values = observations.values
    assert grid.values.shape == (3, len(grid.keys)) == (3, kept[0].value.size)
    is_own = ~values["outcome"].isin([name for name, measure in MEASURES.items() if measure.rows]).to_numpy()
    assert np.array_equal(grid.values.ravel()[is_own], values["value"].to_numpy()[is_own], equal_nan=True)
    assert list(values["rep"].unique()) == [1, 2, 3]
    key = ("volume_cny", "all", "all")
    assert (
        observations.cell(key).tolist()
        == values.query("outcome == 'volume_cny' and group_by == 'all'")["value"].tolist()
    )
    assert np.isnan(observations.cell(("volume_cny", "all", "nobody"))).all()
