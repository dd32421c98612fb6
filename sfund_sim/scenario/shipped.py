"""The scenarios that come with the program: where they lie, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path


def shipped_folder() -> Path:
    """The folder of the shipped scenarios: ``sfund_sim/shipped`` when installed, ``scenarios`` in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "shipped"
    return installed if installed.is_dir() else package.parent / "scenarios"


def shipped_names() -> list[str]:
    """Names of the shipped scenarios in alphabetical order, those in folders as ``questions/r01_venue``."""
    folder = shipped_folder()
    return sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.yaml"))


def shipped_path(name: str) -> Path | None:
    """File of a shipped scenario; None when there is none of that name."""
    return shipped_folder() / f"{name}.yaml" if name in shipped_names() else None
