"""The README's two commands, the script that checks a change, and the pinned set that it installs."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from pages import ROOT

RUN = "pip install . && sfund run scenarios/beijing_pilot.yaml"
TEST = 'pip install ".[test]" && pytest'


def project() -> dict[str, object]:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert isinstance(found, dict)
    return found


def needs() -> list[Requirement]:
    found = project()
    extras = found["optional-dependencies"]
    assert isinstance(extras, dict)
    texts = [*found["dependencies"], *(text for extra in extras.values() for text in extra)]  # type: ignore[misc]
    return [Requirement(text) for text in texts]


def pinned(file: str = "constraints.txt") -> dict[str, str]:
    lines = (ROOT / file).read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def test_both_front_pages_give_the_two_commands_word_for_word() -> None:
    for name in ("README.md", "README.zh.md"):
        commands = re.findall(r"^    (\S.*)$", (ROOT / name).read_text("utf-8"), re.MULTILINE)
        assert commands == [RUN, TEST]


def test_the_script_that_checks_a_change_reads_its_test_command_from_the_front_page() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    line = next(line for line in script.splitlines() if line.startswith("test_command="))
    command = ["bash", "-c", f'{line}; printf %s "$test_command"']
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == TEST
    assert 'eval "$test_command"' in script


def test_the_script_that_checks_a_change_is_executable_and_correct_bash() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0


def test_the_pinned_set_meets_every_requirement_of_the_program_and_its_tests() -> None:
    pins = pinned()
    unmet = [str(need) for need in needs() if not need.specifier.contains(pins.get(canonicalize_name(need.name), ""))]
    assert unmet == []


def test_the_packages_that_know_working_days_have_one_version_everywhere() -> None:
    """Another version of them has other working days, and so other results."""
    pins = pinned()
    for name in ("chinesecalendar", "holidays"):
        [need] = [need for need in needs() if need.name == name]
        assert str(need.specifier) == f"=={pins[name]}" == f"=={pinned('constraints-lowest.txt')[name]}"
        assert pins[name] == metadata.version(name)


def test_the_lowest_set_has_the_lower_bound_of_every_requirement_but_the_checkers() -> None:
    pins = pinned("constraints-lowest.txt")
    checkers = {"ruff", "mypy", "pandas-stubs", "scipy-stubs"}
    bounds = {(canonicalize_name(need.name), one.version) for need in needs() for one in need.specifier}
    asked = [(name, bound) for name, bound in bounds if name not in checkers]
    assert [(name, bound) for name, bound in asked if Version(pins[name]) != Version(bound)] == []


def test_version_and_citation_agree_with_the_package() -> None:
    import sfund_sim

    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert project()["version"] == sfund_sim.__version__
    assert f"\nversion: {sfund_sim.__version__}\n" in citation
    assert re.search(rf"^## {re.escape(sfund_sim.__version__)} ", changelog, re.MULTILINE)


def test_the_picture_of_the_front_page_is_small() -> None:
    pictures = list((ROOT / "docs" / "images").glob("*.png"))
    assert pictures
    assert all(picture.stat().st_size < 150_000 for picture in pictures)
