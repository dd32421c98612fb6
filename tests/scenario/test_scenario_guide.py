"""The guide to scenario files: what it shows is read as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sfund_sim.scenario.layers import load_scenario

GUIDE = (Path(__file__).parents[2] / "docs" / "scenario-files.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL))
def test_every_example_is_a_correct_scenario(example, tmp_path):
    path = tmp_path / "example.yaml"
    path.write_text(example, encoding="utf-8")
    assert load_scenario(path).files[-1] == path


@pytest.mark.parametrize("example", re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL))
def test_every_python_example_runs(example, capsys):
    exec(compile(example, "scenario-files.md", "exec"), {})
    assert "beijing_pilot" in capsys.readouterr().out
