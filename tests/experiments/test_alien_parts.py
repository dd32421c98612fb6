"""A finished part counts only where it belongs: of this seed, this scenario, this job; no sender says what is run."""

from __future__ import annotations

import json
import shutil

import pytest
from fake_markets import one_sale
from test_resume import Interruption, contents, interrupted, plan_of, whole
from test_shards import share, shares
from work_places import finished

from sfund_sim.experiments.comparing import planned_comparison
from sfund_sim.experiments.comparison_folder import compare_into
from sfund_sim.experiments.identity import STATE, origin_of, read_state
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import identity, run_into
from sfund_sim.experiments.shards import gathered
from sfund_sim.experiments.store import BrokenPart, whole_part
from sfund_sim.experiments.work_folder import Means, WorkInterrupted
from sfund_sim.ground.errors import OutputError, ScenarioError

__all__ = ["interrupted", "shares", "whole"]


def interrupt(run, final):
    with pytest.raises(WorkInterrupted):
        run(final, Means(Interruption(after=3)))
    return final.with_name(f"{final.name}.partial")


def test_a_part_of_another_seed_is_done_again(pilot, interrupted, whole, tmp_path):
    other = interrupt(
        lambda final, means: run_into(plan_of(pilot, seed=9), final, Wishes(), means=means), tmp_path / "other"
    )
    shutil.copy(other / "parts_1/rep_0002.part", interrupted / "parts_1")
    engine = Interruption()
    saved = run_into(plan_of(pilot), interrupted.parent / "run", Wishes(), means=Means(engine, resume=interrupted))
    assert engine.asked == [2, 4, 5, 6]
    assert contents(saved.folder) == whole


def test_a_part_of_another_comparison_is_done_again(pilot, tmp_path):
    import sfund_sim as sf

    other = sf.load_scenario("beijing_pilot", ["seed=7", "name=other", "venues.beijing.disclosure.days=10"])

    def comparing(seed):
        plan = planned_comparison([pilot, other], replications=3, seed=seed, workers=1, simulate=one_sale)
        return lambda final, means: compare_into(plan, final, Wishes(), means=means)

    first = comparing(7)(tmp_path / "whole", Means())
    ours, alien = (interrupt(comparing(seed), tmp_path / f"cut{seed}") for seed in (7, 9))
    shutil.copy(alien / "parts_1/rep_0001.part", ours / "parts_1")
    engine = Interruption()
    again = comparing(7)(tmp_path / "cut7", Means(engine, resume=ours))
    assert engine.asked == [1, 4, 5, 6]
    assert contents(first.folder) == contents(again.folder)


def test_a_part_knows_its_job_and_what_was_installed(interrupted):
    part, state = interrupted / "parts_1/rep_0001.part", read_state(interrupted)
    assert whole_part(part, origin_of(state, 1)).number == 1
    other = {**state, "versions": {**state["versions"], "numpy": "0"}}
    for origin in (origin_of(state, 2), origin_of(other, 1)):
        with pytest.raises(BrokenPart):
            whole_part(part, origin)


def test_the_number_of_replications_wanted_is_no_part_of_the_origin(pilot):
    few, many = (identity(plan_of(pilot, replications=number)).data() for number in (2, 200))
    assert origin_of(few, 1) == origin_of(many, 1)


def test_a_share_with_a_part_of_another_seed_is_refused(pilot, shares, tmp_path):
    alien = share(pilot, tmp_path / "other", 1, seed=9).folder
    for path in alien.glob("parts_1/rep_0001.*"):
        shutil.copy(path, shares[0] / "parts_1")
    assert list(finished(shares[0])) == [4]
    with pytest.raises(OutputError, match=r"rep_0001\.part is damaged or of another experiment"):
        gathered(shares, tmp_path / "run")
    assert not (tmp_path / "run.partial").exists()


def changed(share, **entries):
    state = json.loads((share / STATE).read_text()) | entries
    (share / STATE).write_text(json.dumps({name: value for name, value in state.items() if value is not None}))


def test_a_share_says_neither_what_is_run_nor_where(shares, tmp_path):
    for each in shares:
        changed(each, words=["run", "--cluster", "tcp://127.0.0.1:9"])
    assert not {"--cluster", "tcp://127.0.0.1:9"} & set(gathered(shares, tmp_path / "run"))
    for entry, value in {
        "kind": "new",
        "kept": ["--cluster"],
        "language": "--out",
        "seed": "1",
        "scenarios": 7,
    }.items():
        before = (shares[0] / STATE).read_bytes()
        changed(shares[0], **{entry: value})
        with pytest.raises(OutputError, match="cannot be read: it is of another form"):
            gathered(shares, tmp_path / "two")
        (shares[0] / STATE).write_bytes(before)


def test_a_share_that_lacks_runs_it_had_finished_is_named(shares, tmp_path):
    (shares[1] / "parts_1/rep_0005.part").unlink()
    with pytest.raises(OutputError, match=r"shard-2-of-3 has 1 of the 2 runs that it finished; run this share again"):
        gathered(shares, tmp_path / "run")


def test_a_share_that_was_never_finished_is_not_taken_for_one(shares, tmp_path):
    changed(shares[2], finished=None)
    with pytest.raises(OutputError, match="is not finished; finish it with --resume first"):
        gathered(shares, tmp_path / "run")
    changed(shares[2], report=None)
    with pytest.raises(ScenarioError, match="not the folder of a share"):
        gathered(shares, tmp_path / "run")


@pytest.mark.parametrize("text", ["[]", '{"seed": 1e999, "replications": 1}', "[" * 100_000, "\x00",
                                  '{"seed": 1, "replications": 1}', '{"seed": NaN}'])  # fmt: skip
def test_a_state_that_is_none_is_told_in_one_line(interrupted, text):
    (interrupted / STATE).write_text(text)
    with pytest.raises(OutputError, match=r"state\.json cannot be read: ") as caught:
        read_state(interrupted)
    assert "\n" not in str(caught.value)
    assert "无法读取" in caught.value.text("zh")


WRONG = [("replications", 10**30), ("seed", True), ("kept", None), ("tables", 7), ("share", [1, 1]), ("versions", [1]),
         ("share", [0, 10**30])]  # fmt: skip


@pytest.mark.parametrize(("entry", "value"), WRONG)
def test_a_state_beyond_all_bounds_is_of_another_form(interrupted, entry, value):
    state = json.loads((interrupted / STATE).read_text())
    (interrupted / STATE).write_text(json.dumps(state | {entry: value}))
    with pytest.raises(OutputError, match="it is of another form"):
        read_state(interrupted)
