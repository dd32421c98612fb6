"""``sfund explain``: the rules of a scenario over time, its parameters and their sources, and the story of one exit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sfund_sim.cli.commands import HelpfulGroup
from sfund_sim.cli.options import Lang, LangOption, PartOption, SetOption, language
from sfund_sim.scenario.nodes import Status
from sfund_sim.scenario.remedies import nearest

if TYPE_CHECKING:
    from sfund_sim.scenario.layers import LoadedScenario

_DEFAULT, _EXIT = "scenario", "exit"


class _ScenarioUnlessNamed(HelpfulGroup):
    """``sfund explain FILE`` means ``sfund explain scenario FILE``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command in front when no command is named, nor one nearly right with arguments behind it."""
        if args and args[0] not in (*self.list_commands(ctx), "--help", "-h") and not self._is_misspelt(args, ctx):
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def _is_misspelt(self, args: list[str], ctx: Any) -> bool:
        """A scenario alone has options behind it at most, and may be called much like a command."""
        return len(args) > 1 and not args[1].startswith("-") and bool(nearest(args[0], self.list_commands(ctx)))

    def list_commands(self, ctx: Any) -> list[str]:
        """The scenario's explanation, and the one of an exit, which lives with the commands on runs."""
        return [_DEFAULT, _EXIT]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name; None when there is none."""
        if cmd_name != _EXIT:
            return super().get_command(ctx, cmd_name)
        from sfund_sim.cli.commands import command_of
        from sfund_sim.cli.run_commands import app as run_app

        return command_of(run_app, _EXIT)


app = typer.Typer(cls=_ScenarioUnlessNamed, no_args_is_help=True)


@app.callback()
def _explain() -> None:
    """Explain a scenario (its dated rules, its parameters with --sources), or one exit of a run."""


@app.command(_DEFAULT)
def explain_scenario(
    file: Annotated[str, typer.Argument(help="Scenario file, or name of a shipped scenario.")],
    *,
    sources: Annotated[bool, typer.Option("--sources", help="List parameters with their sources.")] = False,
    status: Annotated[list[Status] | None, typer.Option("--status", help="Only these; may be repeated.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the list to this CSV file.")] = None,
    overrides: SetOption = None,
    parts: PartOption = None,
    lang: LangOption = None,
) -> None:
    """Show the rule book over time; with --sources, list every parameter with value, unit, source and status."""
    from sfund_sim.scenario.layers import load_scenario

    loaded = load_scenario(file, overrides or ())
    if sources or status or csv:
        _explain_sources(loaded, status or list(Status), csv, language(lang))
    else:
        _explain_rules(loaded, language(lang))


def _explain_sources(loaded: LoadedScenario, status: list[Status], csv: Path | None, spoken: Lang) -> None:
    from sfund_sim.cli import parameter_tables
    from sfund_sim.scenario.sources import parameters

    listed = [parameter for parameter in parameters(loaded) if parameter.status in status]
    if csv is None:
        parameter_tables.show(listed, spoken)
    else:
        parameter_tables.write(listed, csv, spoken)
        typer.echo(f"已写入 {csv}（{len(listed)} 个参数）" if spoken is Lang.ZH
                   else f"wrote {csv} ({len(listed)} parameters)")  # fmt: skip


def _explain_rules(loaded: LoadedScenario, spoken: Lang) -> None:
    from sfund_sim.cli.rule_history import history_lines

    for line in history_lines(loaded.scenario, spoken):
        typer.echo(line)
