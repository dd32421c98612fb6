"""The register of any market passes the audit, which rebuilds all holdings from it without ever seeing the market."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from worlds import scenarios, small_pilot

import sfund_sim as sf
from sfund_sim.experiments.facts import run_info, scenario_hash, with_own_names
from sfund_sim.experiments.inspection import inspect
from sfund_sim.experiments.keeping import keeping
from sfund_sim.experiments.ledger import ledger
from sfund_sim.experiments.replication import Replication
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import planned, run_into
from sfund_sim.market.register import genesis
from sfund_sim.market.simulate import simulate
from sfund_sim.outcomes.audit import audit
from sfund_sim.outcomes.register_books import Held
from sfund_sim.outcomes.tables import replication_tables


def audited(scenario, seed):
    journal = simulate(scenario, 1, seed)
    replication = Replication(1, journal.arrays(), journal.names, journal.kinds)
    info = run_info(scenario, seed=seed, replications=1)
    table = replication_tables(*with_own_names(info, replication))["holdings"]
    columns = zip(table["holding_id"], table["fund_id"], table["owner_id"], table["share_units"], strict=True)
    final = {holding: Held(fund, owner, int(units)) for holding, fund, owner, units in columns}
    return audit(b"".join(ledger(info, replication)), genesis=genesis(scenario_hash(scenario), seed, 1), final=final)


@settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(scenarios(), st.integers(0, 1000))
def test_the_register_of_any_market_passes_the_audit(scenario, seed):
    verdict = audited(scenario, seed)
    assert verdict.faults == ()
    assert verdict.records > 0


def test_the_register_of_a_busy_market_with_parts_and_instalments_passes_the_audit():
    tree = small_pilot(venues__beijing__settlement__first_share=0.4).canonical()
    for mix in tree["population"]["lps"].values():
        mix["part_sale_share"] = 0.5
    verdict = audited(type(small_pilot()).model_validate(tree), 3)
    assert verdict.faults == ()
    assert verdict.records > 1000


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_folder_of_a_market_with_instalments_is_sound_and_a_rest_said_to_be_paid_is_found(tmp_path, form):
    """Shares that have passed with a rest still due are open exits, and the others end with the last payment."""
    if form == "parquet":
        pytest.importorskip("pyarrow")
    in_parts = ["venues.beijing.settlement.first_share=0.3", "venues.beijing.settlement.rest_days=360"]
    loaded = sf.load_scenario("beijing_pilot", ["population.funds.count=60", *in_parts])
    folder = run_into(
        planned(loaded, replications=2, workers=1), tmp_path / "run", Wishes(keeping=keeping(form))
    ).folder
    assert inspect(folder).findings == ()
    if form == "csv":
        exits = pd.read_csv(folder / "exits.csv", dtype=str)
        owed = exits.index[(exits["ending"] == "open") & exits["buyer_id"].notna()]
        assert len(owed) > 3
        exits.loc[owed[0], "sold"] = "1"
        exits.to_csv(folder / "exits.csv", index=False)
        found = inspect(folder).first("exits")
        assert exits.loc[owed[0], "exit_id"] in found.what
        assert "with a rest of the price due" in found.what
