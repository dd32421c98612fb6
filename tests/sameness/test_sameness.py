"""The same run gives the same bytes: heap or simpy, any number of workers, any process, and as it was stored."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from simpy_diary import SimpyDiary
from worlds import VENUE, digest, scenarios, small_pilot

import sfund_sim as sf
from sfund_sim.market.simulate import simulate
from sfund_sim.scenario.model import Scenario
from sfund_sim.terms import ListingEnding

WORLDS: dict[str, dict[str, object]] = {
    "plain": {},
    "rules": {"venues__beijing__auction": "first_price", "venues__beijing__settlement__first_share": 0.5},
    "smoothed": {"portfolio__model": {"kind": "yale", "volatility_per_year": 0.3, "marks": {"kind": "smoothed"}}},
}
"""The small runs of the baseline, by what they change of a small pilot."""
MILESTONES = ("fund", "lp", "trigger", "wished", "decided", "filed", "signed", "ended", "route", "ending", "buyer")
BASELINE = Path(__file__).with_name("baseline.json")
PROGRAM = """
from worlds import digest, small_pilot
from sfund_sim.market.simulate import simulate
print(digest(simulate(small_pilot(funds=10), 1, 1)))
"""


@settings(max_examples=6, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(scenarios(), st.integers(0, 1000))
def test_the_heap_and_the_oracle_leave_the_same_journal(scenario, seed):
    assert digest(simulate(scenario, 1, seed)) == digest(simulate(scenario, 1, seed, SimpyDiary()))


def test_the_heap_and_the_oracle_agree_on_days_with_many_events():
    """No stage has a tail and every LP decides at once, so whole quarters' sales fall on the same days."""
    leaves = {"venues__beijing__delay_log_sd": 0.0, "agreement__delay_log_sd": 0.0}
    crowded = small_pilot(haste=40.0, venues__beijing__relist_wait_days=0, **leaves)
    journal = simulate(crowded, 1, 1)
    days = [row.day for row in journal.trail]
    assert max(map(days.count, set(days))) > 50
    assert digest(journal) == digest(simulate(crowded, 1, 1, SimpyDiary()))


def test_another_process_with_another_hash_seed_gives_the_same_bytes():
    here = digest(simulate(small_pilot(funds=10), 1, 1))
    tests = str(Path(__file__).parents[1])
    environment = os.environ | {"PYTHONHASHSEED": "12345", "PYTHONPATH": os.pathsep.join([tests, *sys.path])}
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, cwd=Path(tests).parent, capture_output=True, text=True
    )
    assert told.stdout.strip() == here, told.stderr


def test_one_two_and_four_workers_give_the_same_tables():
    tiny = ["population.funds.count=15", "horizon.start=2020-06-01", "horizon.end=2023-06-30"]
    loaded = sf.load_scenario("beijing_pilot", tiny)
    texts = []
    for workers in (1, 2, 4):
        results = sf.run(loaded, replications=4, seed=7, workers=workers)
        texts.append(results.exits.to_csv() + results.summary.to_csv())
    assert len(results.exits) > 4
    assert texts[0] == texts[1] == texts[2]


def test_a_replication_does_not_depend_on_the_ones_before_it():
    scenario = small_pilot(funds=10)
    alone = digest(simulate(scenario, 3, 1))
    for replication in (2, 1, 3):
        last = digest(simulate(scenario, replication, 1))
    assert last == alone


def test_without_remarks_only_the_trail_is_missing():
    """A told sale lives through every day of it, another passes over days on which it would find nothing new."""
    scenario = _with_changing_lengths()
    told, untold = _told_and_not(scenario, 1)
    assert len(told.trail) > 100
    assert len(untold.trail) == 0
    endings = [row.ending for row in told.listings]
    assert min(map(endings.count, (ListingEnding.OVERTAKEN, ListingEnding.CONSENT_REFUSED))) > 5
    assert max(row.entered for row in untold.stages) < scenario.horizon.days
    told.trail = untold.trail
    assert digest(told) == digest(untold)


@settings(max_examples=6, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(scenarios(), st.integers(0, 1000))
def test_no_world_depends_on_whether_it_is_told(scenario, seed):
    told, untold = _told_and_not(scenario, seed)
    told.trail = untold.trail
    assert digest(told) == digest(untold)


def _with_changing_lengths():
    """A crowded market, in which the lengths of stages and the GPs' answers change every other month of a year."""
    lengths = {"partnership.gp_consent_days": 2, VENUE + "intent_days": 15, VENUE + "publication_days": 5}
    tree = small_pilot(funds=60, haste=20.0).canonical()
    for month in range(1, 13, 2):
        change = {path: days + month // 3 for path, days in lengths.items()}
        change["partnership.private_gp_consent_probability"] = 0.5 + month / 24
        kind = "open_listings" if month % 4 == 1 else "new_listings"
        tree["policy"].append({"on": f"2022-{month:02}-07", "because": "a test", "set": change, "applies_to": kind})
    return Scenario.model_validate(tree)


def _told_and_not(scenario, seed):
    return (simulate(scenario, 1, seed, narrated=narrated) for narrated in (True, False))


@pytest.mark.parametrize("name", WORLDS)
def test_a_small_run_is_still_what_was_stored(name):
    """Results change on purpose only: renew the baseline with ``python tests/sameness/renew_baseline.py``.

    The changelog then says what changed and by how much. The digest is of days and codes, and money is compared to
    nine digits, so that another processor's last digit of a logarithm is not taken for a change of the market.
    """
    stored, today = json.loads(BASELINE.read_text(encoding="utf-8"))[name], summary_of(name)
    assert today.pop("prices_fen") == pytest.approx(stored.pop("prices_fen"), rel=1e-9)
    assert today == stored


def summary_of(name: str) -> dict[str, object]:
    """What the baseline keeps of one small run."""
    journal = simulate(small_pilot(funds=20, **WORLDS[name]), 1, 1)
    sizes = {table: len(getattr(journal, table)) for table in journal.TABLES}
    prices = sum(row.price for row in journal.exits if row.price >= 0)
    milestones = [tuple(getattr(row, name) for name in MILESTONES) for row in journal.exits]
    sha256 = hashlib.sha256(json.dumps(milestones).encode()).hexdigest()
    return {"rows": sizes, "prices_fen": prices, "milestones_sha256": sha256}
