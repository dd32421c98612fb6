"""Write the parameter tables of the ODD protocol from the scenario schema: ``python docs/odd_parameters.py``."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import sfund_sim as sf
from sfund_sim.scenario.sources import Parameter, parameters, written

PAGE = Path(__file__).with_name("odd_parameters.md")

_HEAD = """# Parameters (ODD, element 7)

Generated from the scenario schema and the shipped scenarios by `python docs/odd_parameters.py`; a test fails when this
page is not what that command writes. The protocol itself is in [odd.md](odd.md), the sources are in
[sources.md](sources.md).

Status: *sourced* seen in the cited text; *mirror* seen on a mirror or marketing page, a prior and no evidence;
*derived* arithmetic on sourced numbers, or set to agree with the model's own results; *recalled* quoted from memory of
a named document; *assumption* a modelling choice. The same list for any scenario:
`sfund explain scenario FILE --sources`.
"""

_COLUMNS = "| parameter | value | unit | status | source | meaning |\n|---|---|---|---|---|---|\n"


def section(one: Parameter) -> str:
    """The table that a parameter stands in: its first name, and below ``population`` the second too."""
    steps = one.path.split(".")
    return ".".join(steps[:2]) if steps[0] in ("population", "venues") else steps[0]


def tables(listed: Iterable[Parameter]) -> str:
    """One table a section, in the order of the schema."""
    parts = []
    for name, group in groupby(listed, key=section):
        parts.append(f"\n### `{name}`\n\n{_COLUMNS}" + "".join(_row(one) for one in group))
    return "".join(parts)


def page() -> str:
    """The whole page: the base of all Chinese scenarios, then what the pilot adds to it."""
    base, pilot = (parameters(sf.load_scenario(name)) for name in ("base_china", "beijing_pilot"))
    known = {(one.path, str(one.value)) for one in base}
    added = [one for one in pilot if (one.path, str(one.value)) not in known]
    count = f"{len(base)} parameters in the base, {len(added)} that the pilot adds or changes."
    return (
        f"{_HEAD}\n{count}\n\n## The base: `base_china`\n{tables(base)}\n"
        f"## The pilot: what `beijing_pilot` adds or changes\n{tables(added)}"
    )


def _row(one: Parameter) -> str:
    cells = (f"`{one.path}`", written(one.value), one.unit, one.status.value, one.basis, one.meaning)
    return "| " + " | ".join(_cell(text) for text in cells) + " |\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(PAGE)
