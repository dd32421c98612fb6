"""By what an unfinished experiment is known, and what its work folder says of itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from sfund_sim.experiments import forms, manifest
from sfund_sim.experiments.keeping import Form, Keeping, Kept
from sfund_sim.experiments.single_files import write_whole
from sfund_sim.ground.errors import Language, OutputError
from sfund_sim.ground.refusals import refusal

STATE = "state.json"
_README = (
    "These are not results but the finished part of an experiment that was interrupted or still goes on. Go on with "
    "the command in state.json and --resume; remove the folder when it is no longer wanted.\n"
)
_ORIGIN = ("kind", "scenario_sha256", "seed", "tables", "kept", "sfund_sim", "versions")


class _State(BaseModel):
    model_config = forms.STRICT

    kind: Literal["run", "compare", "sweep"]
    scenario_sha256: str
    seed: forms.Seed
    replications: forms.Count
    tables: Form
    kept: list[Kept]
    sfund_sim: str
    versions: dict[str, str]
    share: Annotated[list[forms.Count], Field(min_length=2, max_length=2)]
    # What there is besides in the share of an experiment:
    scenarios: list[str] = []
    report: bool = True
    goes_on: bool = False
    language: Language = "en"
    finished: Annotated[int, Field(ge=0, le=10**12)] = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """What must be the same for finished work to be taken up: the experiment, its seed, and what is installed."""

    kind: str
    """``run``, ``compare`` or ``sweep``."""
    scenario_sha256: str
    """Of everything that decides what replication ``n`` is."""
    seed: int
    replications: int
    """As many as were wanted; more or fewer may be wanted when the work is taken up."""
    keeping: Keeping = field(default_factory=Keeping)
    """The tables that results will have; a run's replications wait with their parts of them."""

    parts: Mapping[str, str] = field(default_factory=dict)
    """Hash of each part that is not of the package, by family and kind."""

    def data(self) -> dict[str, Any]:
        """As plain data, with the versions."""
        known = {name: value for name, value in asdict(self).items() if name not in ("keeping", "parts")}
        there = manifest.present()
        there["versions"] |= self.parts
        return {**known, **self.keeping.data(), **there}


def origin_of(known_by: Mapping[str, Any], job: int) -> str:
    """SHA-256 of all that decides what a numbered part is: the experiment, as identity or state tell it, and the job.

    How many replications are wanted is no part of it: more or fewer may be when the work is taken up.
    """
    told = [job, *(known_by[name] for name in _ORIGIN)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def read_state(folder: Path) -> dict[str, Any]:
    """What a work folder says of itself; OutputError when it cannot be read."""
    why, why_zh = "it is of another form", "格式不同"
    try:
        state = forms.json_value((folder / STATE).read_text("utf-8"))
    except (OSError, ValueError) as error:
        state, why, why_zh = None, refusal(error, "en"), refusal(error, "zh")
    if not forms.has_form(state, _State) or state["share"][0] >= state["share"][1]:
        raise OutputError(f"{folder / STATE} cannot be read: {why}", f"无法读取 {folder / STATE}：{why_zh}")
    return state


def write_state(folder: Path, state: Mapping[str, Any]) -> None:
    """Write what a work folder says of itself, and the line for people who find it."""
    (folder / "README.txt").write_text(_README, "utf-8")
    write_whole(folder / STATE, (json.dumps(state, indent=1, ensure_ascii=False) + "\n").encode())
