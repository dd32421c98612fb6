"""Results that are complete, where somebody asks to take up the work on them: nothing is left to be run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sfund_sim.experiments import manifest
from sfund_sim.experiments.differing import differences, joined
from sfund_sim.experiments.identity import STATE
from sfund_sim.experiments.unfinished import SUFFIX, results_of
from sfund_sim.ground.errors import Problem, ScenarioError

_DECOMPOSITION = "decomposition.csv"


class Complete(NamedTuple):
    """A folder of results and its manifest."""

    folder: Path
    manifest: dict[str, Any]


def complete_results(given: Path, wanted: Mapping[str, Any]) -> Complete | None:
    """The results at a place that is given to be taken up; None where there are none, or unfinished work.

    ``wanted`` are entries of the manifest as the command would write them. Raises ScenarioError with all in which the
    results are of another experiment, or were made with other versions than those installed.
    """
    given = Path(os.path.abspath(given))
    folder = results_of(given)
    is_unfinished = any((place / STATE).is_file() for place in (given, folder.with_name(folder.name + SUFFIX)))
    if is_unfinished or not (folder / manifest.NAME).is_file():
        return None
    about = manifest.read_manifest(folder)
    known = {**about, "kind": manifest.kind_of(about), "decomposed": _DECOMPOSITION in about["outputs"]}
    if found := differences(known, {**wanted, **manifest.present()}):
        english, chinese = joined(found)
        message = f"{folder} holds complete results, but of something else: {english}; run anew, without --resume"
        message_zh = f"{folder} 中的结果已完整，但与现在所要的不同：{chinese}；请去掉 --resume 重新运行"
        raise ScenarioError([Problem("--resume", 0, 0, message, message_zh)])
    return Complete(folder, about)
