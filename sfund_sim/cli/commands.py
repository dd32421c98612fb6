"""The table of commands, each with the module that is imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command as typer_command

from sfund_sim.ground.errors import Language
from sfund_sim.scenario.remedies import nearest

_SCENARIO = "sfund_sim.cli.scenario_commands"
_RUN = "sfund_sim.cli.run_commands"
_EXPORT = "sfund_sim.cli.export_commands"


class _Known(NamedTuple):
    """A command: the module whose ``app`` holds it, and its line in the help."""

    module: str
    purpose: str


COMMANDS = {
    "new": _Known(_SCENARIO, "Write a commented scenario to begin with, or copy a shipped one."),
    "validate": _Known(_SCENARIO, "Check scenario files: every mistake with file, line and column."),
    "schema": _Known(_SCENARIO, "Print the JSON Schema of scenario files, for editors."),
    "explain": _Known("sfund_sim.cli.explain_commands", "Explain a scenario, its sources, or one exit of a run."),
    "run": _Known(_RUN, "Run a scenario: tables, figures and a report in a new folder."),
    "sweep": _Known("sfund_sim.cli.sweep_command", "Run a designed experiment: what do levers and uncertainties do?"),
    "compare": _Known("sfund_sim.cli.compare_command", "Compare scenarios or variants: paired differences, verdicts."),
    "expectations": _Known(
        "sfund_sim.cli.expectations_command", "Do sellers expect what they meet? Look, and set expectations anew."
    ),
    "audit": _Known(_RUN, "Check a results folder: ledger, conservation of cash and shares, file hashes."),
    "replay": _Known(_RUN, "Run a results folder again and compare every hash."),
    "merge": _Known(_EXPORT, "Join the shares of an experiment that were run apart (--shard)."),
    "export": _Known(_EXPORT, "Write a run's tables for Excel, Stata, R or Parquet readers, labels in both languages."),
    "bundle": _Known(_EXPORT, "Make a replication folder for a journal out of a run."),
    "lab": _Known("sfund_sim.cli.lab", "Study one mechanism alone, against theory."),
}
"""Commands by name, in the order of the help."""


class HelpfulGroup(TyperGroup):
    """Commands of which a name nearly right is told, also of those that are not imported yet."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command to run, its name, and the arguments after it."""
        names = self.list_commands(ctx)
        if args[0] not in names and (close := nearest(args[0], names)):
            ctx.fail(f"No such command '{args[0]}'. Did you mean '{close}'?")
        return super().resolve_command(ctx, args)


class LazyGroup(HelpfulGroup):
    """Commands that are imported when they are called, not when they are listed."""

    language: Language = "en"
    _is_listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name; None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        known = COMMANDS[cmd_name]
        if self._is_listing:
            return TyperCommand(cmd_name, help=known.purpose)
        found = command_of(import_module(known.module).app, cmd_name)
        if self.language == "zh":
            from sfund_sim.cli.chinese import in_chinese

            in_chinese(found)
        return found

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Take the options before the command; ScenarioError for one that only commands have: it stands behind them."""
        option = args[0].partition("=")[0] if args else ""
        if option.startswith("-") and not any(option in one.opts for one in self.get_params(ctx)):
            from sfund_sim.ground.errors import Problem, ScenarioError

            message = f"options stand behind the command: sfund COMMAND ... {option}"
            raise ScenarioError([Problem(option, 0, 0, message, f"选项写在命令之后：sfund 命令 … {option}")])
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help, from the table alone."""
        self._is_listing = True
        try:
            if self.language == "zh":
                from sfund_sim.cli.chinese import write_help

                write_help(self, ctx, formatter)
            else:
                super().format_help(ctx, formatter)
        finally:
            self._is_listing = False

    def invoke(self, ctx: Any) -> Any:
        """Run the command; Ctrl-C leaves as ``Interrupted``, for the framework would end it in its own words."""
        from sfund_sim.cli import Interrupted

        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            raise Interrupted(*stop.args) from None


def command_of(module_app: typer.Typer, name: str) -> Any:
    """The command of that name in a module's ``app``, or the whole ``app`` as a group of that name."""
    holder = typer.Typer(add_completion=False)
    holder.add_typer(module_app, name=name)
    group: Any = typer_command(holder)
    whole = group.commands[name]
    return _with_bare_flags(whole.commands.get(name, whole))


def _with_bare_flags(of: Any) -> Any:
    """The command; its help, and that of each it holds, shows flags without a type, for they take no value."""
    show = of.format_help

    def format_help(context: Any, formatter: Any) -> None:
        for parameter in of.get_params(context):
            if getattr(parameter, "is_flag", False):
                parameter.metavar = ""
        show(context, formatter)

    of.format_help = format_help
    for each in getattr(of, "commands", {}).values():
        _with_bare_flags(each)
    return of


def command(language: Language = "en") -> Any:
    """The whole command line as one command, whose help is in that language."""
    whole: Any = typer_command(app)
    whole.language = language
    return _with_bare_flags(whole)


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    help="Simulate the market where investors sell shares in private funds: when do they get out, and at what price?",
)


def _print_version(asked: bool) -> None:
    if asked:
        from sfund_sim import __version__

        typer.echo(f"sfund_sim {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True, callback=_print_version),
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an internal error."),
) -> None: ...
