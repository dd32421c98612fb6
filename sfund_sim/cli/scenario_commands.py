"""``sfund new``, ``validate`` and ``schema``: scenario files from first draft to checked input."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sfund_sim.cli.drafts import draft
from sfund_sim.cli.options import Lang, LangOption, PartOption, SetOption, language

if TYPE_CHECKING:
    from sfund_sim.ground.errors import Problem
    from sfund_sim.scenario.layers import LoadedScenario
    from sfund_sim.scenario.nodes import Mapping

app = typer.Typer()


@app.command()
def new(
    file: Annotated[Path | None, typer.Argument(help="File to write (default: my_scenario.yaml).")] = None,
    *,
    from_name: Annotated[
        str | None, typer.Option("--from", help="Copy this shipped scenario (default file: my_NAME.yaml).")
    ] = None,
    show_list: Annotated[bool, typer.Option("--list", help="List the shipped scenarios.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    lang: LangOption = None,
) -> None:
    """Write a commented scenario to begin with, or copy a shipped one."""
    from sfund_sim.experiments.single_files import write_named

    spoken = language(lang)
    if show_list:
        _list_shipped(spoken)
        return
    source = _shipped(from_name) if from_name else None
    # A copy under the name of the shipped scenario would leave open which of the two that name means.
    target = file or Path(f"my_{source.stem}.yaml" if source else "my_scenario.yaml")
    text = source.read_text(encoding="utf-8") if source else draft(str(target), spoken)
    write_named(target, text, overwrite=force)
    then = f"sfund validate {shlex.quote(str(target))}"
    typer.echo(f"已写入 {target}；检查：{then}" if spoken is Lang.ZH
               else f"wrote {target}; check it with: {then}")  # fmt: skip


@app.command()
def validate(
    files: Annotated[list[str], typer.Argument(help="Scenario files, or names of shipped scenarios.")],
    *,
    overrides: SetOption = None,
    parts: PartOption = None,
    lang: LangOption = None,
) -> None:
    """Check scenario files: every mistake with file, line and column; nothing is run."""
    from sfund_sim.ground.errors import ScenarioError
    from sfund_sim.scenario.layers import load_scenario

    problems: list[Problem] = []
    for file in files:
        try:
            loaded = load_scenario(file, overrides or (), further=_outcome_complaints)
        except ScenarioError as error:
            problems += error.problems
        else:
            name, lost = loaded.scenario.name, loaded.lost_changes
            is_zh = language(lang) is Lang.ZH
            typer.echo(f"{file}：正确（{name}）" if is_zh else f"{file}: correct ({name})")
            if lost:
                typer.echo(_told_of_lost(lost, is_zh=is_zh))
            for remark in _in_vain(loaded, file, overrides or ()):
                typer.echo(_note_line(remark, is_zh=is_zh))
    if problems:
        raise ScenarioError(problems)


def _outcome_complaints(root: Mapping) -> list[Problem]:
    """The outcomes of an experiment that nobody knows; without an experiment nothing more is imported."""
    from sfund_sim.scenario.experiment_points import EXPERIMENT

    if EXPERIMENT not in root.entries:
        return []
    from sfund_sim.experiments.sweeping import outcome_complaints

    return outcome_complaints(root)


def _told_of_lost(lost: tuple[str, ...], *, is_zh: bool) -> str:
    """A remark for those who meant to add to the base's timeline and have replaced it."""
    if is_zh:
        return f"  注意：policy 替换了上级文件中的 {len(lost)} 项变更（{'、'.join(lost)}）；要保留请写 policy_added"
    return (
        f"  note: 'policy' leaves out {len(lost)} dated changes of the base ({', '.join(lost)}); "
        "to keep them, write 'policy_added' instead"
    )


def _in_vain(loaded: LoadedScenario, file: str, overrides: Sequence[str]) -> dict[str, None]:
    """Changes and values of the file, its options, its experiment and its variants that come to nothing, each once."""
    from sfund_sim.scenario.cut_short import cut_short, files_cut_short, levers_cut_short
    from sfund_sim.scenario.layers import load_scenario
    from sfund_sim.scenario.too_late import too_late

    found = dict.fromkeys([
        *too_late(loaded), *files_cut_short(loaded), *cut_short(loaded), *levers_cut_short(loaded)
    ])  # fmt: skip
    for name in loaded.variants:
        varied = load_scenario(file, overrides, variant=name)
        remarks = [*too_late(varied), *cut_short(varied)]
        found |= {f"in {varied.scenario.name}: {one}": None for one in remarks if one not in found}
    return found


def _note_line(remark: str, *, is_zh: bool) -> str:
    from sfund_sim.report.warning_words import warning_text

    return f"  注意：{warning_text(remark, 'zh')}" if is_zh else f"  note: {remark}"


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option("--out", help="File to write (default: the terminal).")] = None,
    *,
    lang: LangOption = None,
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    import json

    from sfund_sim.experiments.single_files import write_named
    from sfund_sim.scenario.json_schema import scenario_schema
    from sfund_sim.scenario.model import Scenario

    text = json.dumps(scenario_schema(Scenario), indent=1, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_named(out, text)


def _list_shipped(spoken: Lang) -> None:
    from sfund_sim.scenario.nodes import plain
    from sfund_sim.scenario.reading import parse_file
    from sfund_sim.scenario.shipped import shipped_names

    names = shipped_names()
    width = max(map(len, names), default=0)
    for name in names:
        # Each shipped file has its own title: what it extends and what it means need not be read for that.
        root = parse_file(_shipped(name), name).root
        title = {} if root is None else plain(root).get("title", {})
        typer.echo(f"{name:<{width}}  {title.get(spoken.value, name)}")


def _shipped(name: str) -> Path:
    from sfund_sim.ground.errors import Problem, ScenarioError
    from sfund_sim.scenario.shipped import shipped_meant, shipped_names, shipped_path
    from sfund_sim.scenario.wording import did_you_mean

    path = shipped_path(name.removesuffix(".yaml"))
    if path is None:
        listed = ", ".join(shipped_names())
        meant, meant_zh = did_you_mean(shipped_meant(name))
        raise ScenarioError(
            [Problem(f"--from {name}", 0, 0, f"no shipped scenario has this name; allowed: {listed}{meant}",
                     f"没有此名称的自带情景；可用：{listed}{meant_zh}")]
        )  # fmt: skip
    return path
