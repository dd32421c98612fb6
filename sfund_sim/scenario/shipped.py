"""The scenarios that come with the program: where they lie, in a checkout and in an installed wheel."""

from __future__ import annotations

import errno
from pathlib import Path

from sfund_sim.scenario.remedies import nearest

SHIPPED = "shipped:"
"""Before a name: the scenario that comes with the program, whatever files lie near."""


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
    """File of a shipped scenario, whose name may stand behind ``shipped:``; None when there is none of that name."""
    name = name.removeprefix(SHIPPED)
    return shipped_folder() / f"{name}.yaml" if name in shipped_names() else None


def shipped_meant(name: str) -> str | None:
    """The shipped scenario whose name is most like one that there is not; None when none is."""
    return _most_like(name, {})


def scenario_meant(name: str) -> str | None:
    """The same, or a file beside the one that was named, as it may be given from the working folder."""
    folder = Path(name).parent
    return _most_like(name, {file.stem: str(folder / file.name) for file in sorted(folder.glob("*.yaml"))})


def _most_like(name: str, files: dict[str, str]) -> str | None:
    """Of those in folders the last part of the name is enough."""
    known = {name: name for name in shipped_names()}
    known |= {Path(name).name: name for name in known} | files
    given = name.removeprefix(SHIPPED).removesuffix(".yaml")
    close = nearest(given, list(known)) or nearest(Path(given).name, list(known))
    return known[close] if close else None


def is_there(path: Path) -> bool:
    """Is a file or folder there? None is where the name is longer than the system allows."""
    try:
        return path.exists()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


def rival_of(name: str, shipped: Path, folder: Path) -> Path | None:
    """A file in a folder that may be meant by the bare name of a shipped scenario; None when it is no other one.

    ``name``: as the user gave it; ``shipped``: the file of the shipped scenario.
    """
    rival = folder / f"{name}.yaml"
    return rival if not name.startswith(SHIPPED) and rival.is_file() and not _are_alike(rival, shipped) else None


def _are_alike(file: Path, other: Path) -> bool:
    """Do two files hold the same bytes? One that cannot be read is taken for another."""
    try:
        return file.stat().st_size == other.stat().st_size and file.read_bytes() == other.read_bytes()
    except OSError:
        return False
