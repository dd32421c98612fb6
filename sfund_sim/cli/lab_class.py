"""``sfund lab class``: people in a class bid live, on their phones, in the venue's own auctions."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sfund_sim.cli.lab_options import Flag, SeedOption, wrong_input
from sfund_sim.cli.options import LangOption, PartOption, language
from sfund_sim.ground.errors import Language, RuleError
from sfund_sim.ground.refusals import refusal

if TYPE_CHECKING:
    from sfund_sim.classroom.dealing import Stakes

_TOP_PORT = 65_535


def class_(
    context: typer.Context,
    *,
    values: Annotated[
        str | None, Flag("--values", help="uniform:0,1 (default), exponential:1 or lognormal:MU,SIGMA.")
    ] = None,
    common: Annotated[
        str | None, Flag("--common", help="Common value instead: wallet or uniform_error:E; phones show signals.")
    ] = None,
    format: Annotated[str, Flag("--format", help="Format that the teacher's form begins with.")] = "ascending",
    reserve: Annotated[float, Flag("--reserve", min=0, help="Floor price that the form begins with.")] = 0.0,
    seconds: Annotated[float, Flag("--seconds", min=5, max=3600, help="Timed period that the form begins with.")] = 60,
    port: Annotated[int, Flag("--port", min=1, max=_TOP_PORT, help="Port of the address that phones type.")] = 8000,
    address: Annotated[
        str | None, Flag("--address", help="This laptop's address in the phones' network (default: found).")
    ] = None,
    parts: PartOption = None,
    seed: SeedOption = 1,
    out: Annotated[
        Path | None, Flag("--out", help="Folder for the tables of rounds and bids (default: a new one in results).")
    ] = None,
    lang: LangOption = None,
) -> None:
    """Let a class bid live: phones in the same Wi-Fi join a page that this laptop serves; no internet is needed."""
    with wrong_input(context):
        speak: Language = language(lang).value
        stakes = _stakes(values, common, seed)
        first = _first_terms(stakes, format, reserve, seconds)
        _check_address(address)
        folder = _folder(out)
    _serve(stakes, first, folder, partial(_addresses, address, port), port, speak)


def _stakes(values: str | None, common: str | None, seed: int) -> Stakes:
    from sfund_sim.classroom.dealing import Stakes
    from sfund_sim.investors.bidding.information import InformationModel
    from sfund_sim.investors.laws import Uniform, ValueLaw
    from sfund_sim.lab.lesson import part_of

    if values is not None and common is not None:
        raise RuleError("give --values or --common, not both", "--values 与 --common 只能选其一")
    law = Uniform() if values is None else part_of(ValueLaw.members, values)
    information = None if common is None else part_of(InformationModel.members, common)
    return Stakes(law=law, information=information, seed=seed)


def _first_terms(stakes: Stakes, format: str, reserve: float, seconds: float) -> dict[str, Any]:
    """What the teacher's form shows first; RuleError for terms that no round can have."""
    from sfund_sim.classroom.dealing import RoundTerms, class_formats

    terms = RoundTerms(format=format, reserve=reserve, seconds=seconds)
    stakes.lesson(terms, 2)
    money, a_hundredth = stakes.money(2), stakes.spread() / 100.0
    shown = {"reserve": f"{reserve:g}", "increment": money.show(a_hundredth), "seconds": f"{seconds:g}"}
    return {"format": terms.format, "formats": class_formats(), **shown}


def _folder(out: Path | None) -> Path:
    """Where the tables go: the folder named, which holds none yet, or a new one."""
    if out is not None:
        if (out / "rounds.csv").exists() or (out.exists() and not out.is_dir()):
            raise RuleError(
                f"{out} holds another class's tables, or is no folder; choose another name",
                f"{out} 中已有其他课堂的数据，或不是文件夹；请换一个名称",
            )
        return out
    from datetime import datetime

    return Path("results") / "class" / f"{datetime.now():%Y-%m-%d_%H%M%S}"


def _check_address(given: str | None) -> None:
    if given is not None and not re.fullmatch(r"[A-Za-z0-9.-]{1,60}", given):
        raise RuleError(
            f"--address takes an IPv4 address or a name without http:// and port, not '{given}'",
            f"--address 须为 IPv4 地址或主机名，不带 http:// 与端口，而非“{given}”",
        )


def _addresses(given: str | None, port: int) -> tuple[str, ...]:
    from sfund_sim.classroom.addresses import local_addresses

    found = local_addresses()
    hosts = found if given is None else [given, *(one for one in found if one != given)]
    return tuple(f"http://{host}:{port}/" for host in hosts)


def _serve(
    stakes: Stakes,
    first: dict[str, Any],
    folder: Path,
    addresses: Callable[[], Sequence[str]],
    port: int,
    speak: Language,
) -> None:
    from sfund_sim.classroom.room import Room
    from sfund_sim.classroom.server import Setup, serve_class

    room, setup = Room(stakes), Setup(speak, addresses, folder, first)
    try:
        serve_class(
            room,
            setup,
            port,
            lambda line: typer.echo(f"sfund lab class: {line}", err=True),
            lambda token, found: _greet(found, port, token, folder, speak),
        )
    except OSError as error:
        _tell_port(error, port, speak)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        done = sum(each.reckoning is not None for each in room.rounds)
        if speak == "zh":
            typer.echo(f"\n课堂竞价已结束：共 {done} 轮" + (f"，数据在 {folder}" if done else ""))
        else:
            rounds = "1 round" if done == 1 else f"{done} rounds"
            typer.echo(f"\nthe class is over: {rounds}" + (f", kept in {folder}" if done else ""))


def _greet(addresses: Sequence[str], port: int, token: str, folder: Path, speak: Language) -> None:
    wall = f"http://127.0.0.1:{port}/teach#{token}"
    others = "  ".join(addresses[1:])
    if speak == "zh":
        lines = [f"投影页面（含教师口令，请勿展示本窗口）：  {wall}", f"学生手机输入：  {addresses[0]}"]
        lines += [f"若无法打开，可试：  {others}"] if others else []
        lines += [f"每轮结束后保存于：  {folder}", "按 Ctrl-C 结束"]
    else:
        lines = [f"projector page (holds the teacher's token: keep this window off the wall):  {wall}"]
        lines += [f"phones type:  {addresses[0]}"]
        lines += [f"if that does not open:  {others}"] if others else []
        lines += [f"kept after each round in:  {folder}", "Ctrl-C ends the class"]
    typer.echo("\n".join(lines))


def _tell_port(error: OSError, port: int, speak: Language) -> None:
    if error.errno == errno.EADDRINUSE:
        why = "another program uses it", "已被其他程序占用"
    elif error.errno == errno.EACCES:
        why = "only the machine's administrator may use it", "仅系统管理员可以使用"
    else:
        why = refusal(error, "en"), refusal(error, "zh")
    told = f"{why[0]}; choose another one with --port", f"{why[1]}；请用 --port 另选端口"
    if speak == "zh":
        typer.echo(f"sfund lab：端口 {port}：{told[1]}", err=True)
    else:
        typer.echo(f"sfund lab: port {port}: {told[0]}", err=True)
