"""``sfund expectations``: do sellers expect what they meet? Look, set their expectations anew, and write them down."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sfund_sim.cli.options import Lang, LangOption, PartOption, SetOption, VariantOption, language
from sfund_sim.cli.progress import progress

if TYPE_CHECKING:
    from sfund_sim.experiments.expecting import Settled
    from sfund_sim.scenario.layers import LoadedScenario

app = typer.Typer()


@app.command()
def expectations(
    scenario: Annotated[str, typer.Argument(help="Scenario file, or name of a shipped scenario.")],
    *,
    reps: Annotated[int | None, typer.Option("--reps", min=2, help="Replications (default: the scenario's).")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed (default: the scenario's).")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=1024, help="Processes (default: one a processor).")
    ] = None,
    rounds: Annotated[
        int | None, typer.Option("--rounds", min=0, max=100, help="Times to set them anew at most; 0: only look.")
    ] = None,
    overrides: SetOption = None,
    parts: PartOption = None,
    variant: VariantOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Scenario file to write: the scenario with these expectations.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    lang: LangOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Hold sellers' expectations against what the market makes of them, and set them anew until both agree."""
    from sfund_sim.experiments.expecting import settle
    from sfund_sim.experiments.single_files import write_named
    from sfund_sim.scenario.layers import load_scenario

    spoken = language(lang)
    loaded = load_scenario(scenario, overrides or (), variant=variant or "")
    _check(loaded, out, force=force)
    with progress("重复运行" if spoken is Lang.ZH else "replications", None) as told:
        settled = settle(loaded, replications=reps, seed=seed, workers=workers, rounds=rounds, told=told)
    if as_json:
        from sfund_sim.report.expectations_terminal import expectations_json

        typer.echo(json.dumps(expectations_json(settled), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        _show(settled, loaded, spoken)
    if out is not None:
        write_named(out, _layer(loaded, settled, out), overwrite=force)
        if not as_json:
            typer.echo(f"已写入 {out}" if spoken is Lang.ZH else f"wrote {out}")


def _check(loaded: LoadedScenario, out: Path | None, *, force: bool) -> None:
    """Refuse before the work what could not be written after it."""
    from sfund_sim.experiments.single_files import refuse_if_there
    from sfund_sim.ground.errors import Problem, ScenarioError

    if out is None:
        return
    if loaded.overrides or loaded.variant:
        message = "--set and --variant would be lost in it: write their values into a file first, or copy the numbers"
        message_zh = "--set 与 --variant 不会写入该文件：请先把取值写入情景文件，或自行抄录数值"
        raise ScenarioError([Problem("--out", 0, 0, message, message_zh)])
    if not force:
        refuse_if_there(out)


def _show(settled: Settled, loaded: LoadedScenario, spoken: Lang) -> None:
    from rich.console import Console

    from sfund_sim.report.expectations_terminal import print_expectations

    print_expectations(settled, loaded.scenario.name, language=spoken.value, console=Console())


def _layer(loaded: LoadedScenario, settled: Settled, out: Path) -> str:
    """A scenario file that extends this one by its settled expectations, each with what it rests on."""
    from sfund_sim.experiments.expecting import FOUND_BY

    base, name = loaded.files[-1], f"{loaded.scenario.name[:52]}_settled"
    basis = f"{FOUND_BY} {base.name}: {settled.replications} replications, seed {settled.seed}"
    state = "settled" if settled.is_settled else f"not settled: {', '.join(settled.looks[-1].off)}"
    title, expected = loaded.scenario.title, settled.set_anew.items()
    lines = [
        f"# {base.name} with the expectations that its own market bears out, as sfund expectations found them.",
        f"extends: {_text(_extended(base, out))}",
        "schema_version: 1",
        f"name: {name}",
        f"title: {{en: {_text(f'{title.en}, expectations settled')}, zh: {_text(f'{title.zh}（预期已重设）')}}}",
        "",
        "expectations:",
        f"  _source: {{status: derived, source: {_text(f'{basis}, {state}')}}}",
        *(f"  {field}: {value:g}" for field, value in expected),
    ]
    return "\n".join(lines) + "\n"


def _extended(base: Path, out: Path) -> str:
    """How a file that is written there names the scenario: a shipped one by name, any other by its way from there."""
    from sfund_sim.scenario.shipped import SHIPPED, shipped_folder

    if base.resolve().is_relative_to(shipped_folder().resolve()):
        return SHIPPED + base.resolve().relative_to(shipped_folder().resolve()).with_suffix("").as_posix()
    return Path(os.path.relpath(base.resolve(), out.parent.resolve())).as_posix()


def _text(text: str) -> str:
    """A text as YAML takes it, whatever signs it has."""
    return json.dumps(text, ensure_ascii=False)
