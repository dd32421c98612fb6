from __future__ import annotations

import base64
import hashlib
import shutil
import time
from importlib import metadata

import pytest

from sfund_sim.experiments import source_code
from sfund_sim.experiments.manifest import SOURCE, present
from sfund_sim.experiments.source_code import PACKAGE, is_released, source_files, source_sha256


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "sfund_sim"
    for name, content in (("a.py", "x = 1\n"), ("b/words.csv", "a,b\n"), ("b/c.py", "y = 2\n")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def digest(package):
    return source_sha256.__wrapped__(package)


def test_any_code_or_data_changed_added_or_removed_changes_the_hash(package):
    before = digest(package)
    seen = {before}
    (package / "a.py").write_text("x = 2\n")
    seen.add(digest(package))
    (package / "b/new.py").write_text("")
    seen.add(digest(package))
    (package / "b/words.csv").write_text("a,c\n")
    seen.add(digest(package))
    (package / "b/c.py").rename(package / "c.py")
    seen.add(digest(package))
    assert len(seen) == 5


def test_the_hash_does_not_depend_on_how_the_code_came_here(package):
    before = digest(package)
    (package / "shipped").mkdir()
    (package / "shipped/x.csv").write_text("a")
    (package / "__pycache__").mkdir()
    (package / "__pycache__/a.py").write_text("")
    (package / "a.py.orig").write_text("")
    (package / "a.py").write_bytes(b"x = 1\r\n")
    assert digest(package) == before


def test_the_manifest_names_the_code_and_it_costs_little(tmp_path):
    assert present()["versions"][SOURCE] == source_sha256()
    copy = shutil.copytree(PACKAGE, tmp_path / "sfund_sim")
    assert digest(copy) == source_sha256()
    times = []
    for _ in range(5):
        began = time.process_time()
        digest(PACKAGE)
        times.append(time.process_time() - began)
    assert min(times) < 0.05


class Installed:
    """A distribution as ``importlib.metadata`` has it."""

    def __init__(self, package, url=None):
        self._place, self._url = package.parent, url
        hashes = {name: hashlib.sha256(content).digest() for name, content in source_files(package)}
        self.files = [self._file(name, value) for name, value in hashes.items()]

    def _file(self, name, value):
        path = metadata.PackagePath(f"sfund_sim/{name}")
        path.hash = metadata.FileHash(f"sha256={base64.urlsafe_b64encode(value).decode().rstrip('=')}")
        return path

    def read_text(self, name):
        return self._url if name == "direct_url.json" else None

    def locate_file(self, path):
        return self._place / path


def test_code_is_released_only_as_an_index_gave_it(package, monkeypatch):
    installed = Installed(package)
    monkeypatch.setattr(source_code.metadata, "distribution", lambda name: installed)
    assert is_released(package=package)
    (package / "b/added.py").write_text("")
    assert not is_released(package=package), "a part was added"
    (package / "b/added.py").unlink()
    (package / "a.py").write_text("x = 3\n")
    assert not is_released(package=package), "a file was changed"
    installed = Installed(package, url="{}")
    assert not is_released(package=package), "it was installed from a folder"


def test_code_that_was_never_installed_is_not_released():
    assert not is_released("sfund-sim-of-another-name")
