"""The manifest: what made a run folder, with the hash of everything in it; time stands here and nowhere else."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from sfund_sim import __version__
from sfund_sim.experiments.archive import FileFacts
from sfund_sim.ground.errors import NotARunFolder

NAME = "manifest.json"
FORMAT = 1
RUN = "run"
"""What a folder holds if its manifest does not say another ``kind``: the only kind that has ledgers."""

_LIBRARIES = ("numpy", "scipy", "pandas", "simpy", "pydantic", "matplotlib", "chinesecalendar", "holidays")
"""Libraries whose version may move a number or a figure."""

_FIELDS = {"format": int, "scenario_sha256": str, "seed": int, "replications": int, "outputs": dict, "versions": dict}
"""What every manifest has, by type."""


def present(*others: str) -> dict[str, Any]:
    """The manifest's entries on what is installed: sfund_sim, Python, libraries that may move a number or a figure.

    ``others`` are libraries that are used besides. The system's C library counts too: NumPy asks it for the logarithm
    behind the most extreme of its random numbers in single precision.
    """
    libraries = {name: metadata.version(name) for name in (*_LIBRARIES, *others)}
    system = {"python": platform.python_version(), "c_library": _c_library()}
    return {"sfund_sim": __version__, "versions": system | libraries}


def _c_library() -> str:
    """As in ``glibc 2.36``; where Python cannot tell, the system and its release."""
    return " ".join(platform.libc_ver()).strip() or f"{platform.system()} {platform.release()}"


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
    """The manifest as a file's content."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder; NotARunFolder when it is none."""
    try:
        found = json.loads((folder / NAME).read_text("utf-8"))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else f"it is not JSON: {error}"
        raise NotARunFolder(
            f"{folder} is not a run folder: its {NAME} cannot be read ({why})",
            f"{folder} 不是运行结果文件夹：无法读取其中的 {NAME}（{why}）",
        ) from error
    if not isinstance(found, dict) or not _FIELDS.items() <= {name: type(found.get(name)) for name in _FIELDS}.items():
        raise NotARunFolder(
            f"{folder} is not a run folder of this version: its {NAME} is of another form",
            f"{folder} 不是本版本的运行结果文件夹：其 {NAME} 格式不同",
        )
    return found
