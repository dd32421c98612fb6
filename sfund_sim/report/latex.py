"""Tables for LaTeX in the manner of the booktabs package."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

_ESCAPED = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "–": "--",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}  # fmt: skip


def escaped(text: str) -> str:
    """Text as LaTeX sets it: no sign of it is a command."""
    return "".join(_ESCAPED.get(sign, sign) for sign in text)


def booktabs(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str, note: str, breaks: Sequence[int] = ()
) -> str:
    r"""A ``table`` with ``\toprule``, ``\midrule`` and ``\bottomrule``; ``breaks`` are rows before which a line goes.

    The first column is set left, the others right. Lines of a cell stand one below the other, with some room after the
    row. It needs ``\usepackage{booktabs}``.
    """
    lines = [_row(headings), r"\midrule"]
    for number, row in enumerate(rows):
        if number in breaks:
            lines.append(r"\midrule")
        stacked = zip_longest(*(cell.split("\n") for cell in row), fillvalue="")
        lines += map(_row, stacked)
        if any("\n" in cell for cell in row):
            lines.append(r"\addlinespace")
    return "\n".join([
        r"\begin{table}[htbp]", r"\centering", rf"\caption{{{escaped(caption)}}}",
        rf"\begin{{tabular}}{{l{'r' * (len(headings) - 1)}}}", r"\toprule", *lines, r"\bottomrule", r"\end{tabular}",
        rf"\par\smallskip{{\footnotesize {escaped(note)}}}", r"\end{table}", "",
    ])  # fmt: skip


def _row(cells: Sequence[str]) -> str:
    return " & ".join(map(escaped, cells)) + r" \\"
