"""Every option of the command line stands on a page, and what the lab's page says of its options is so."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import ROOT, pages

from sfund_sim.cli import main
from sfund_sim.cli.commands import command

LAB = ROOT / "docs" / "lab.md"
PACE_OR_FILE = re.compile(r"a second$|^wrote |^$")
"""Lines that the page leaves out: how fast it went, and which picture was written."""

VALUES = {
    "--poisson": "", "--values": "exponential:1", "--reserve": "0.4", "--budget": "0.7", "--budgets": "uniform:0,1",
    "--risk": "0.5", "--entry-cost": "0.02", "--common": "uniform_error:0.2", "--increment": "0.05",
    "--disclose-to": "2", "--disclose-probability": "0.5", "--preemption": "", "--relist": "", "--bid-rate": "0.2",
    "--naive": "", "--signal-error": "0.2", "--relist-cost": "0.02", "--holding-cost": "0.02", "--discount": "0.9",
    "--window": "4", "--hard-close": "",
}  # fmt: skip
"""A value of each option of an auction that is not its default."""
OWN_BID = "--format first_price"


def options(of: Any, *path: str) -> Iterator[tuple[str, str]]:
    """(command, long option) of a command and all below it."""
    for parameter in of.params:
        for name in (*parameter.opts, *parameter.secondary_opts):
            if name.startswith("--"):
                yield " ".join(path), name
    for name in getattr(of, "list_commands", lambda _: [])(None):
        yield from options(of.get_command(None, name), *path, name)


def stands(option: str, text: str) -> bool:
    return re.search(rf"{option}(?![\w-])", text) is not None


def test_every_long_option_stands_on_a_page() -> None:
    text = "\n".join(page.read_text("utf-8") for page in pages() if page.name != "CHANGELOG.md")
    known = set(options(command()))
    assert len(known) > 100
    assert sorted(f"{of}: {option}" for of, option in known if not stands(option, text)) == []


def test_every_option_of_the_lab_stands_in_the_section_of_its_command() -> None:
    head, *sections = re.split(r"^## ", LAB.read_text("utf-8"), flags=re.MULTILINE)
    for of, option in options(command()):
        if of.startswith("lab "):
            own = [text for text in sections if text.lower().startswith(of.removeprefix("lab "))]
            assert own, f"sfund {of} has no section"
            assert any(stands(option, text) for text in [*own, head]), f"{option} of sfund {of}"


def shown() -> list[tuple[str, str]]:
    """(command, what the page says that it prints)."""
    text = LAB.read_text("utf-8")
    return re.findall(r"^```bash runs\n(sfund [^\n]+)\n```\n\n```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("line", "printed"), shown(), ids=[line for line, _ in shown()])
def test_the_lab_prints_what_its_page_shows(
    line: str, printed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SFUND_LANG", "en")
    assert main(shlex.split(line)[1:]) == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    found = [line.split() for line in lines if not PACE_OR_FILE.search(line)]
    expected = [line.split() for line in printed.splitlines() if line]
    assert [len(words) for words in found] == [len(words) for words in expected]
    assert all(map(are_alike, itertools.chain(*found), itertools.chain(*expected)))


def are_alike(found: str, expected: str) -> bool:
    """The same word, or a number that differs by no more than one in the last digit shown."""
    if found == expected or not re.fullmatch(r"-?\d+\.\d+", expected):
        return found == expected
    return abs(float(found) - float(expected)) < 1.5 * 0.1 ** len(expected.partition(".")[2])


def table() -> list[tuple[list[str], str, str]]:
    """Rows of the table of options that go together: options, what they need, what they do not go with."""
    section = LAB.read_text("utf-8").partition("## Auction: which options go together")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if "| `--" in line]
    return [(re.findall(r"`(--[\w-]+)`", own), needs, without) for own, needs, without in rows]


def is_refused(*words: str) -> bool:
    given = [word for each in words for word in f"{each} {VALUES.get(each, '')}".split()]
    return main(["lab", "auction", "--reps", "2", *given]) == 2


def test_the_lab_refuses_an_option_without_the_one_that_it_needs() -> None:
    needing = {option: needs.strip("`") for own, needs, _ in table() for option in own if needs}
    for option, needed in needing.items():
        alone = [OWN_BID] if needed.startswith("--format") else []
        assert is_refused(*alone, option), f"{option} without {needed}"
        whole = {"--common lognormal_error": "--common lognormal_error:0.3"}.get(needed, needed)
        assert not is_refused(whole, option), f"{option} with {needed}"
    free = [option for option in VALUES if option not in needing]
    assert [option for option in free if is_refused(option)] == []


def test_the_lab_refuses_just_the_pairs_that_its_page_names() -> None:
    rows = [(own[0], re.findall(r"`(--[\w-]+)( wallet)?`", without)) for own, needs, without in table() if not needs]
    refused = {frozenset((own, other)) for own, others in rows[:-1] for other, kind in others if not kind}
    needing = {option for own, needs, _ in table() for option in own if needs and not needs.startswith("`--format")}
    pairs = map(frozenset, itertools.combinations([option for option in VALUES if option not in needing], 2))
    assert {pair for pair in pairs if is_refused(*pair)} == refused
    assert is_refused("--disclose-to", "--common wallet")

    partner, others = rows[-1]
    assert partner == "--preemption"
    free = set(VALUES) - needing - {"--preemption", "--increment", "--bid-rate", "--common"}
    assert {other for other in free if is_refused(OWN_BID, partner, other)} == {other for other, _ in others}
    assert not is_refused(OWN_BID, partner, "--values uniform:0,2")


def test_a_relisting_with_a_floor_and_a_common_value_is_refused() -> None:
    assert is_refused("--relist", "--common", "--reserve")
    assert not is_refused("--relist", "--common")
