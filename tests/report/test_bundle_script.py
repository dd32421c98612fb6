"""``run.sh`` of a bundle: it takes the Python that the run was made with, and says which one is missing otherwise."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

PYTHON = """#!/bin/sh
case "$1" in
-c) echo {version} ;;
*) mkdir -p environment/bin; printf '#!/bin/sh\\necho {version} "$@"\\n' > environment/bin/python
   chmod +x environment/bin/python ;;
esac
"""
BROKEN = "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle's script, of a run made with Python 3.13, and beside it a machine that has no Python yet."""
    bundle, programs = tmp_path / "bundle", tmp_path / "bin"
    bundle.mkdir()
    programs.mkdir()
    for name in ("sed", "dirname", "mkdir", "chmod"):
        (programs / name).symlink_to(str(shutil.which(name)))
    script = resources.files("sfund_sim.report").joinpath("bundle_files", "run.sh").read_text("utf-8")
    (bundle / "run.sh").write_text(script, "utf-8")
    versions = {"sfund_sim": "0.1.0", "versions": {"numpy": "2.3.1", "python": "3.13.4"}}
    (bundle / "versions.json").write_text(json.dumps(versions, indent=1) + "\n", "utf-8")
    return tmp_path


def install(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    path.chmod(0o755)


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(folder / "bundle" / "run.sh"), "--workers", "1"]
    settings = {"PATH": str(folder / "bin"), **environment}
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "programs",
    [{"python3": "3.13"}, {"python3.13": "3.13", "python3": "3.11"}, {"python3.13": "", "python3": "3.13"}],
    ids=["python3 is it", "by its name", "a name that leads nowhere"],
)
def test_the_python_of_the_run_is_taken_wherever_it_is(folder: Path, programs: dict[str, str]) -> None:
    for name, version in programs.items():
        install(folder / "bin" / name, PYTHON.format(version=version) if version else BROKEN)
    done = run(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "3.13 -m pip install --quiet -r requirements.lock.txt\n3.13 run.py --workers 1\n"


@pytest.mark.parametrize(("version", "found"), [("3.11", "3.11"), ("3.3", "3.3"), ("", "none")])
def test_another_python_is_told_in_one_line_and_nothing_is_installed(folder: Path, version: str, found: str) -> None:
    """Only pip complained, of a package that suits no Python so old."""
    if version:
        install(folder / "bin" / "python3", PYTHON.format(version=version))
    done = run(folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"made with Python 3.13; found {found} (python3): install Python 3.13 or set PYTHON=/path/to/python3.13\n"
    )
    assert not (folder / "bundle" / "environment").exists()


def test_a_python_that_is_named_is_taken_or_refused_and_no_other_one_is(folder: Path) -> None:
    install(folder / "bin" / "python3", PYTHON.format(version="3.13"))
    install(folder / "old one", PYTHON.format(version="3.11"))
    install(folder / "new one", PYTHON.format(version="3.13"))
    done = run(folder, PYTHON=str(folder / "old one"))
    assert done.returncode == 2
    assert f"found 3.11 ({folder / 'old one'})" in done.stderr
    assert run(folder, PYTHON=str(folder / "new one")).returncode == 0
