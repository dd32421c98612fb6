"""The page that a referee can cite: what was checked, against which formula and source, and how far off it was."""

from __future__ import annotations

from collections.abc import Sequence

from sfund_sim.lab.case_items import LIMIT
from sfund_sim.lab.cases import CaseFile, FamilyText
from sfund_sim.lab.check import Checked

_HEAD = """# Verification

This page is written by `{command}`. Do not edit it.

{total} Each simulated case ran {replications:,} replications with seed {seed}, and is held to {limit:.0f}
standard errors, of the sample or, if larger, of the case; each computed one is held to the absolute tolerance of its
case (mostly 1e-8). With some three hundred simulated points, none beyond {limit:.0f} standard errors is to be expected
by chance.

Most families run parts that a market run uses. A01 to A19, B02, B04, E01 to E03, E05, F01, S01 and S05 hold auctions
with the formats of `venue/auctions`, the strategies of `investors/bidding`, the disclosure, floors and pre-emption of
`venue`, S07 clears each offer and each posted price by those formats, and E04 votes by `funds/extension`. S04 shares
out by `funds/waterfall`, S06 bargains by the rule and fees of a sale by agreement (`investors/pricing`,
`venue/settlement`). C04 runs the market's board on its diary; results of a
run do not read the board, but tests hold it, day by day, against the run's tables. D02 (before the last year) and S03
roll the market's Yale fund, S02 its companies; D03 finds its rate as `market/returns` finds that of a buyer, D04
values a share by `funds/holding_value`; D05 draws the growth of the Yale fund, D06 waits by the clock of the companies
(constant hazards), and D07 is the estimator of the measures (its median is R's, the middle of a flat
piece at one half; a report tells the first time at one half, and none where fewer than a tenth are at risk).

The rest checks functions of the library that no market run calls, for the lab and for research: optimal reserves and
reservation prices (`investors/reserves`: r\\* and R\\* of A04, B02 and B04; `investors/deadlines`: S07, whose seller
has a last day, while a seller of the market weighs holding on), equilibrium entry (`investors/entry`: A15, E05), bids
of two unequal bidders (`investors/unequal`: S05 where the winner pays its own), the timed period of an open auction
(A20), whole lives of a fund by years (`funds/takahashi`: D01, totals of D02, random growth of D05, which take their
rates and steps from the code of the Yale fund), ratios and public market equivalents (`funds/performance`: D03),
Weibull times and which of several comes first (`funds/hazards`: D06), and state occupancy (`outcomes/multistate`:
D08). The lab's own are the loops that list a share again (`lab/relisting`) and that end at a deadline
(`lab/deadline`), the adapters in `lab/families`, and the theory of `sfund lab auction`. What each command of the lab
answers, with its options, is in [lab.md](lab.md).

| family | what is checked | formula | source | points | largest \\|z\\| or error | verdict |
|---|---|---|---|---|---|---|
"""

_TAIL = """
For a family of computed cases the largest absolute error is given instead of |z|. The tests in `tests/lab` prove that
the set can fail: a first price paid as a second one, a floor that is ignored, a tie broken by row, a soft close that
does not extend, disclosure that leaks, a Yale fund that pays out half, companies that wait three times as long, a
waterfall without hurdle or catch-up, a bargain that swaps the shares and a random stream that repeats itself each make
at least one case fail.

## A case file of your own

`sfund lab check FILE` answers cases of yours. A case file is JSON in UTF-8, an object with a list `cases` or the bare
list. It may also have `families`, a `title`, `formula` and `source` by the family's code, which stand in this page's
table.

```json
{"cases": [{"id": "X1", "family": "A04", "quantity": "probability of sale",
            "params": {"n": 2, "reserve": 0.5, "dist": "uniform"}, "expected": 0.75}]}
```

A case says

- `id`: its name in the answers; of several with the same id the second is told as `X1 (2)`;
- `family`: the code; it may be left out where the id begins with it, as in `A04-101`;
- `quantity`: what is asked, in the words of the published set (`sfund_sim/lab/cases.json`) or of the further quantities
  of its families (`sfund_sim/lab/families`); how words are understood is told below. Beside most means, "mean price",
  stand "variance of price" and "standard deviation of price";
- `params`: parameters by name; one that is missing, out of range or unknown is refused, and `null` is as good as not
  given. A letter of the family's formula stands for its parameter (`r` for `reserve`, `w` for `budget` or `window`).
  `dist` is `uniform` (on 0 to 1, the default, or from `lowest` to `highest`), `exponential` (mean 1, or `mean`) or
  `lognormal` with `mu` and `sigma`. Funds of D01 to D05 may be named: `"set": "classic"` or `"buyout10"`;
- `expected`: the number that is held to be right; a fraction may be text, `"3/4"`;

and may say

- `kind`: `deterministic` (or `exact`) if the answer must be computed, `monte-carlo` (or `simulation`) if it may be
  simulated. What the lab simulates is computed only where theory knows the mean of the experiment;
- `tolerance`: absolute for a computed answer (1e-8 if none is given), 4 standard errors at 100,000 replications for a
  simulated one;
- `sd_per_replication`: the standard deviation of one replication's answer; or `se_at_100k`, the standard error at
  100,000 replications;
- remarks, which are not read: `note`, `source`, `title`, `name`, `description`, `comment`, `reference`, `tags`, `alt`,
  `source_status`.

Words are understood thus. Capitals, articles, "mean" or "expected", the order of words and the field's synonyms ("P"
for "probability", "fails" and "no sale" for "unsold", "Vickrey" for "second-price") make no difference, nor does it if
a name's own remark in parentheses is left out; the order counts where one thing is taken from another, divided by it
or compared with it. If no quantity has just these words, or these with "price" for "revenue", the one is meant of
which only words of the qualifier are missing (what follows its first comma, formula, or "at", "by", "from", "in",
"over", "under" or "with") and whose parameters the case gives; if two are left, the case is refused and they are
listed. A word that a quantity has not is never passed over, nor is one missing that turns it into another ("no",
"without", "naive", "first-price", "minus"). Numbers in the words are parameters in D04: a mean discount of `13.8%`,
`ages 4-9`.

Any other item is refused, so that no misspelt tolerance is passed over; a case that cannot be read is refused alone,
and the others are answered. A simulated answer is judged by the larger of two standard errors: that of the sample (for
a probability, that of the expected one), and that which the case states by `sd_per_replication`, else `se_at_100k`,
else `tolerance`. The second matters where what is rare or far out decides, as for the variance of a heavy-tailed NAV:
a sample that misses it is too sure of itself. A probability of which a sample shows fewer than ten events is held to
the computed one as well, to a millionth of it, where theory knows it.

A case is *ok*, *FAILED*, or *refused* with the reason: there is no such question, number or experiment; a quantity that
the lab simulates is to be held to an absolute tolerance (`kind: deterministic`); or every replication gave the same,
the case states no error, and what it expects may come of events too rare to have been seen. The exit code is 1 if a
case fails, 2 if none fails but some are refused, else 0.
"""


def verification_page(verdicts: Sequence[Checked], sets: Sequence[CaseFile], *, replications: int, seed: int) -> str:
    """The page in Markdown."""
    texts = {code: text for given in sets for code, text in given.families.items()}
    passed = sum(verdict.passed for verdict in verdicts)
    refused = sum(verdict.refusal is not None for verdict in verdicts)
    total = f"{passed} of {len(verdicts)} cases in {len({verdict.case.family for verdict in verdicts})} families pass."
    total += f" {refused} were refused: the lab cannot answer them." if refused else ""
    own = "--own " if len(sets) > 1 else ""
    command = f"sfund lab check {own}--reps {replications} --seed {seed} --page docs/verification.md"
    head = _HEAD.format(command=command, total=total, replications=replications, seed=seed, limit=LIMIT)
    families = dict.fromkeys(verdict.case.family for verdict in verdicts)
    rows = [_row(family, texts.get(family, FamilyText()), verdicts) for family in families]
    return head + "".join(rows) + _refusals(verdicts) + _TAIL


def _refusals(verdicts: Sequence[Checked]) -> str:
    """A list of the refused cases and the reasons; nothing if there are none."""
    refused = [verdict.refusal for verdict in verdicts if verdict.refusal is not None]
    return "\nRefused:\n\n" + "".join(f"- {_cell(refusal.text())}\n" for refusal in refused) if refused else ""


def _row(family: str, text: FamilyText, verdicts: Sequence[Checked]) -> str:
    own = [verdict for verdict in verdicts if verdict.case.family == family]
    off = [abs(verdict.z) for verdict in own if verdict.z is not None]
    answered = [verdict for verdict in own if verdict.refusal is None]
    errors = [abs(verdict.found - verdict.case.expected) for verdict in answered if verdict.z is None]
    largest = [f"{max(off):.2f}"] if off else []
    if errors:
        largest.append(f"{max(errors):.1e}")
    words = ["FAIL"] if any(one.failed for one in own) else ["pass"] if answered else []
    words += [f"{len(own) - len(answered)} refused"] if len(own) > len(answered) else []
    cells = (family, text.title, text.formula, text.source, str(len(own)), "; ".join(largest), "; ".join(words))
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |\n"


def _cell(text: str) -> str:
    """Text for a table cell: no line ends, no column marks, no asterisk taken for emphasis."""
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*")
