"""The program's own code as one hash: a version number says nothing of what was added or changed since."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "sfund-sim"
PACKAGE = Path(__file__).resolve().parent.parent
_SUFFIXES = {".py", ".csv", ".json", ".html", ".md", ".txt", ".sh", ".cff", ".typed"}
"""What is read when the program runs; an editor's own files are not."""
_APART = {"__pycache__", "shipped"}
"""Folders that a clone has not, or that are not code: shipped scenarios stand in every run folder, resolved."""


def source_files(package: Path = PACKAGE) -> Iterator[tuple[str, bytes]]:
    """Every file of the package that counts, by its path within, in order of paths; line ends as in a clone on Unix."""
    names = {
        path.relative_to(package).as_posix(): path
        for path in package.rglob("*")
        if path.suffix in _SUFFIXES and not _APART.intersection(path.relative_to(package).parts)
    }
    for name in sorted(names):
        yield name, names[name].read_bytes().replace(b"\r\n", b"\n")


@cache
def source_sha256(package: Path = PACKAGE) -> str:
    """SHA-256 over ``sha256  path`` lines of all files; the same for a clone and a wheel made of it."""
    digest = hashlib.sha256()
    for name, content in source_files(package):
        digest.update(f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode())
    return digest.hexdigest()


def is_released(name: str = DISTRIBUTION, package: Path = PACKAGE) -> bool:
    """Is this code what a package index gives for its version, and nothing added or changed since?

    An installation from a folder or a repository has a ``direct_url.json`` (PEP 610); the files of one from an index
    are those of its ``RECORD`` (PEP 376), with the hashes there.
    """
    try:
        installed = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    if installed.read_text("direct_url.json") is not None:
        return False
    recorded = {
        str(file): (file.hash.mode, file.hash.value)
        for file in installed.files or ()
        if file.hash is not None and Path(str(installed.locate_file(file))).resolve().is_relative_to(package)
    }
    return all(
        recorded.get(f"{package.name}/{path}") == ("sha256", _as_recorded(package / path))
        for path, _ in source_files(package)
    )


def _as_recorded(path: Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
