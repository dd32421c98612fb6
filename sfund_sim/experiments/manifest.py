"""The manifest: what made a run folder, with the hash of everything in it; time stands here and nowhere else."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from sfund_sim import __version__
from sfund_sim.experiments import forms
from sfund_sim.experiments.archive import FileFacts, facts_of, is_file_itself
from sfund_sim.experiments.keeping import Form, Kept
from sfund_sim.experiments.source_code import source_sha256
from sfund_sim.ground.errors import Language, NotARunFolder, OutputError
from sfund_sim.ground.refusals import refusal

NAME = "manifest.json"
FORMAT = 1
RUN, COMPARISON, SWEEP = "run", "comparison", "sweep"
"""What a folder holds: a run if its manifest does not say another ``kind``, the only kind that has ledgers."""
_MADE_BY_KIND = {RUN: "runs.csv", COMPARISON: "differences.csv", SWEEP: "points.csv"}
"""A file that folders of a kind have, and no others."""

_LIBRARIES = ("numpy", "scipy", "pandas", "simpy", "pydantic", "matplotlib", "chinesecalendar", "holidays")
"""Libraries whose version may move a number or a figure."""

SOURCE = "sfund_sim_source"
"""Among the versions, the hash of the program's own code."""


class OwnEntry(BaseModel):
    """A part that is not of the package; file and hash are empty for one that was typed into a notebook."""

    model_config = forms.STRICT

    family: str
    kind: str
    file: forms.Within
    sha256: str


class _Manifest(BaseModel):
    model_config = forms.STRICT

    format: Literal[1]
    sfund_sim: str
    scenario_sha256: str
    seed: forms.Seed
    replications: forms.Count
    outputs: forms.Files
    versions: dict[str, str]
    results_sha256: str
    language: Language
    report: bool
    repeat_in_this_folder: str
    kind: Literal["run", "comparison", "sweep"] = "run"
    tables: Form = "csv"
    kept: list[Kept] = []
    failed_replications: list[Annotated[forms.Count, Field(ge=1)]] = []
    scenarios: list[dict[str, str]] = []
    warnings: list[str] = []
    parts: list[OwnEntry] = []


def present(*others: str) -> dict[str, Any]:
    """The manifest's entries on what is installed: sfund_sim, Python, libraries that may move a number or a figure.

    ``others`` are libraries that are used besides. The system's C library counts too: NumPy asks it for the logarithm
    behind the most extreme of its random numbers in single precision. So does the hash of sfund_sim's own code, by
    which a part added to it, or a rule changed, is told from the version that it was.
    """
    libraries = {name: metadata.version(name) for name in (*_LIBRARIES, *others)}
    system = {SOURCE: source_sha256(), "python": platform.python_version(), "c_library": _c_library()}
    return {"sfund_sim": __version__, "versions": system | libraries}


def _c_library() -> str:
    """As in ``glibc 2.36``; where Python cannot tell, the system and its release."""
    return " ".join(platform.libc_ver()).strip() or f"{platform.system()} {platform.release()}"


def short(version: object) -> str:
    """A version as it is told; of a hash only its beginning."""
    text = str(version)
    return f"{text[:12]}..." if len(text) == 64 else text


def results_hash(outputs: Mapping[str, FileFacts]) -> str:
    """One hash for all outputs: SHA-256 over ``sha256  name`` lines in order of names, as ``sha256sum`` prints them."""
    lines = [f"{facts.sha256}  {name}\n" for name, facts in sorted(outputs.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def utc_now() -> str:
    """Present time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def manifest_of(about: Mapping[str, Any], outputs: Mapping[str, FileFacts]) -> dict[str, Any]:
    """The manifest: what is said about the run, then its outputs."""
    files = {name: asdict(facts) for name, facts in sorted(outputs.items())}
    return {"format": FORMAT, **about, "results_sha256": results_hash(outputs), "outputs": files}


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as a file's content; what is not UTF-8 in a command (a file's name in GBK) as JSON's own escapes."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder of results; NotARunFolder when it is none, or of another kind than its files."""
    why, why_zh = "it is of another form than this version's", "与本版本的格式不同"
    try:
        if (folder / NAME).exists() and not is_file_itself(folder / NAME):
            found, why, why_zh = None, "it is a link, or no regular file", "它是链接，或不是普通文件"
        else:
            found = forms.json_value((folder / NAME).read_text("utf-8"))
    except (OSError, ValueError) as error:
        found, why, why_zh = None, refusal(error, "en"), refusal(error, "zh")
    if not forms.has_form(found, _Manifest) or "python" not in found["versions"]:
        raise NotARunFolder(
            f"{folder} is not a run folder: its {NAME} cannot be read ({why})",
            f"{folder} 不是运行结果文件夹：无法读取其中的 {NAME}（{why_zh}）",
        )
    kinds = [kind for kind, name in _MADE_BY_KIND.items() if name in found["outputs"]]
    if kinds != [kind_of(found)]:
        files = " + ".join(kinds) or "-"
        raise NotARunFolder(
            f"{folder} is not a run folder: its {NAME} calls it a {kind_of(found)}, its files are of: {files}",
            f"{folder} 不是运行结果文件夹：{NAME} 所述类型为 {kind_of(found)}，而所列文件属于：{files}",
        )
    return found


def kind_of(about: Mapping[str, Any]) -> str:
    """What a folder holds: ``run``, ``comparison`` or ``sweep``."""
    return str(about.get("kind", RUN))


def finished(about: Mapping[str, Any]) -> int:
    """Number of a run's replications, without those that failed."""
    return int(about["replications"]) - len(about.get("failed_replications", []))


def outputs_of(about: Mapping[str, Any]) -> dict[str, FileFacts]:
    """Size and hash of every file as a manifest has them."""
    return {name: FileFacts(**facts) for name, facts in about["outputs"].items()}


def is_sealed(about: Mapping[str, Any]) -> bool:
    """Is the ``results_sha256`` that users cite the hash of the manifest's outputs?"""
    return bool(about["results_sha256"] == results_hash(outputs_of(about)))


def check_unaltered(folder: Path, about: Mapping[str, Any], names: Iterable[str]) -> None:
    """OutputError unless these files are what the run wrote and the manifest's own hash fits: one line, the first."""
    outputs = outputs_of(about)
    if not is_sealed(about):
        raise _altered(folder, folder / NAME, "has a results_sha256 that is not the hash of its outputs",
                       "中的 results_sha256 不是其所列文件的哈希")  # fmt: skip
    for name in names:
        path = folder / name
        if not is_file_itself(path):
            raise _altered(folder, path, "is missing, or a link", "缺失，或为链接")
        if facts_of(path) != outputs[name]:
            raise _altered(folder, path, "is not what the run wrote", "与运行时写入的内容不符")


def _altered(folder: Path, path: Path, what: str, what_zh: str) -> OutputError:
    return OutputError(f"{path} {what}; see 'sfund audit {folder}'", f"{path} {what_zh}；请查看 sfund audit {folder}")
