from __future__ import annotations

import json
import shutil

import pytest
from fake_markets import one_sale
from work_places import finished

from sfund_sim.experiments import contents
from sfund_sim.experiments import shards as module
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import identity, planned, replicated, run_into
from sfund_sim.experiments.shards import again, folder_of, gathered, parsed, results_of_share, share_into
from sfund_sim.experiments.work_folder import Means
from sfund_sim.ground.errors import OutputError, ScenarioError


def share(pilot, final, number, *, of=3, seed=7):
    plan = planned(pilot, replications=5, seed=seed, simulate=one_sale, workers=1)
    means = Means(
        share=parsed(f"{number}/{of}"), again=again(["name: one\n"], report=True, goes_on=False, language="en")
    )
    return share_into(final, identity(plan), means, lambda execute: replicated(plan, lambda each: None, execute))


@pytest.fixture(params=[contents.IN_MEMORY_UP_TO, 100])
def shares(pilot, tmp_path, monkeypatch, request):
    """Three shares whose replications are small, or so large that most of them lies beside their parts."""
    monkeypatch.setattr(contents, "IN_MEMORY_UP_TO", request.param)
    return [share(pilot, tmp_path / "run", number).folder for number in (1, 2, 3)]


def test_shares_are_the_runs_with_one_remainder_each_and_lie_beside_the_results(shares, tmp_path):
    assert [folder.name for folder in shares] == [f"run.shard-{number}-of-3" for number in (1, 2, 3)]
    assert [list(finished(folder)) for folder in shares] == [[1, 4], [2, 5], [3]]
    assert {path.name for path in tmp_path.iterdir()} == {folder.name for folder in shares}
    assert folder_of(tmp_path / "run", (0, 3)) == shares[2]
    assert results_of_share(shares[1]) == tmp_path / "run"


def test_gathered_shares_complete_a_run_byte_for_byte(pilot, shares, tmp_path):
    words = gathered(shares, tmp_path / "run")
    partial = tmp_path / "run.partial"
    scenario = partial / "scenarios/1.yaml"
    assert words == ["run", str(scenario), "--reps", "5", "--seed", "7", "--lang", "en", "--out",
                     str(tmp_path / "run"), "--resume", str(partial)]  # fmt: skip
    assert scenario.read_text() == "name: one\n"
    plan = planned(pilot, replications=5, simulate=one_sale, workers=1)

    def nothing_left(job, numbers, **options):
        raise AssertionError(f"asked for {list(numbers)}")

    merged = run_into(plan, tmp_path / "run", Wishes(), means=Means(nothing_left, resume=partial)).folder
    plain = run_into(plan, tmp_path / "plain", Wishes()).folder
    for path in plain.rglob("*.*"):
        same = (merged / path.relative_to(plain)).read_bytes() == path.read_bytes()
        assert same == (path.name != "manifest.json"), path


def test_shares_that_are_missing_or_given_twice_are_named(shares, tmp_path):
    with pytest.raises(OutputError, match=r"shares are missing: 2/3, 3/3; all 3 are needed"):
        gathered(shares[:1], tmp_path / "run")
    with pytest.raises(OutputError, match="given twice"):
        gathered([*shares, shares[0]], tmp_path / "run")
    shutil.copytree(shares[0], tmp_path / "copy")
    with pytest.raises(OutputError, match=r"given twice: 1/3"):
        gathered([*shares, tmp_path / "copy"], tmp_path / "run")
    assert not (tmp_path / "run.partial").exists()


def test_shares_of_another_experiment_are_refused_with_what_differs(pilot, shares, tmp_path):
    other = share(pilot, tmp_path / "other", 3, seed=8).folder
    with pytest.raises(OutputError, match=r"not of one experiment; they differ in: seed"):
        gathered([*shares[:2], other], tmp_path / "run")
    state = json.loads((shares[2] / "state.json").read_text())
    (shares[2] / "state.json").write_text(json.dumps(state | {"sfund_sim": "0.0.1"}))
    with pytest.raises(OutputError, match="differ in: sfund_sim"):
        gathered(shares, tmp_path / "run")
    halves = share(pilot, tmp_path / "halves", 2, of=2).folder
    with pytest.raises(OutputError, match="differ in: number of shares"):
        gathered([shares[0], halves], tmp_path / "run")
    assert not (tmp_path / "run.partial").exists()


def test_a_damaged_share_or_what_is_none_is_refused(shares, tmp_path):
    part = shares[1] / "parts_1/rep_0002.part"
    part.write_bytes(part.read_bytes()[:-1])
    with pytest.raises(OutputError, match=r"rep_0002\.part is damaged or of another experiment; run its share again"):
        gathered(shares, tmp_path / "run")
    assert not (tmp_path / "run.partial").exists()
    with pytest.raises(ScenarioError, match="not the folder of a share"):
        gathered([tmp_path], tmp_path / "other")
    with pytest.raises(OutputError, match=r"not finished; finish it with --resume first"):
        gathered([tmp_path / "run.shard-1-of-3.partial"], tmp_path / "other")


def test_an_interrupted_merge_is_simply_repeated_and_a_refused_one_leaves_nothing(pilot, shares, tmp_path, monkeypatch):
    def killed(share, folder, state):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "_link_parts", killed)
        with pytest.raises(KeyboardInterrupt):
            gathered(shares, tmp_path / "run")
    assert {path.name for path in tmp_path.iterdir()} == {folder.name for folder in shares}
    words = gathered(shares, tmp_path / "run")
    before = sorted((tmp_path / "run.partial").rglob("*"))
    assert gathered(shares, tmp_path / "run") == words
    assert sorted((tmp_path / "run.partial").rglob("*")) == before
    others = [share(pilot, tmp_path / "other", number, seed=8).folder for number in (1, 2, 3)]
    with pytest.raises(OutputError, match="of another experiment"):
        gathered(others, tmp_path / "run")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken/mine").touch()
    with pytest.raises(OutputError, match="never overwritten"):
        gathered(shares, tmp_path / "taken")
    assert not (tmp_path / "taken.partial").exists()


def test_one_share_of_one_is_the_whole(pilot, tmp_path):
    done = share(pilot, tmp_path / "run", 1, of=1)
    assert (done.runs, list(finished(done.folder))) == (5, [1, 2, 3, 4, 5])
    assert gathered([done.folder], tmp_path / "run")[0] == "run"


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/0", "-1/3", "1/3/5"])
def test_what_is_no_share_is_told_with_an_example(text):
    with pytest.raises(ScenarioError, match="write i/n with i from 1 to n"):
        parsed(text)
