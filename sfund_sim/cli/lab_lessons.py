"""``sfund lab fund | vote | timing``: a fund's life, votes to extend it, and the ways its companies leave."""

from __future__ import annotations

from itertools import chain, repeat
from math import isfinite
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from sfund_sim.cli.lab_options import (
    Flag,
    OutOption,
    SeedOption,
    is_given,
    print_measures,
    save_figure,
    wide,
    wrong_input,
)
from sfund_sim.cli.options import LangOption, language
from sfund_sim.cli.progress import progress
from sfund_sim.ground.errors import Language, RuleError

if TYPE_CHECKING:
    from sfund_sim.lab.other_lessons import FundTable
    from sfund_sim.lab.timing import ExitLaw


def fund(
    context: typer.Context,
    *,
    commitment: Annotated[float, Flag("--commitment", help="Commitment.")] = 100.0,
    calls: Annotated[
        str, Flag("--calls", help="Share of the unfunded called in year 1, 2, ...")
    ] = "0.25,0.333333333,0.5",
    life: Annotated[int, Flag("--life", min=1, max=100, help="Life in years.")] = 12,
    bow: Annotated[float, Flag("--bow", min=0, help="How late distributions come.")] = 2.5,
    growth: Annotated[float, Flag("--growth", help="Growth of NAV a year.")] = 0.13,
    yield_rate: Annotated[float, Flag("--yield", min=0, max=1, help="Least share of NAV paid out a year.")] = 0.0,
    required_irr: Annotated[str, Flag("--required-irr", help="IRRs that buyers require.")] = "0.15,0.18,0.25",
    out: OutOption = None,
    lang: LangOption = None,
) -> None:
    """Print the Takahashi-Alexander table of a fund, and its discount to NAV by age and required IRR."""
    with wrong_input(context):
        from sfund_sim.funds.takahashi import TakahashiSpec
        from sfund_sim.lab.other_lessons import fund_table

        spec = TakahashiSpec(
            rates_of_contribution=_numbers("--calls", calls),
            life_years=life,
            bow=bow,
            growth=growth,
            yield_rate=yield_rate,
        )
        table = fund_table(spec, commitment, _numbers("--required-irr", required_irr))
        speak: Language = language(lang).value
        _print_fund(table, speak)
    if out is not None:
        from sfund_sim.report.lab_figures import fund_figure
        from sfund_sim.report.lab_words import lab_words

        told = {"life": life, "bow": f"{bow:g}", "growth": f"{growth:.1%}"}
        run = lab_words("life {life}, bow {bow}, growth {growth}", speak, **told)
        save_figure(fund_figure(table, speak, run=run), out, speak)


def _numbers(option: str, text: str) -> tuple[float, ...]:
    try:
        numbers = tuple(float(number) for number in text.split(","))
    except ValueError:
        raise RuleError(
            f"{option} takes numbers with commas between them, not '{text}'",
            f"{option} 须为以逗号分隔的数，而非“{text}”",
        ) from None
    if not all(isfinite(number) for number in numbers):
        raise RuleError(f"{option} takes finite numbers, not '{text}'", f"{option} 须为有限的数，而非“{text}”")
    return numbers


def _print_fund(table: FundTable, lang: Language) -> None:
    from sfund_sim.report.lab_words import lab_words

    flows = table.flows
    rates = (lab_words("disc. {rate}", lang, rate=f"{rate:>5.0%}") for rate in table.required_irrs)
    heads = (lab_words(head, lang) for head in ("year", "contribution", "distribution", "NAV", "cum. net"))
    _print_year(*heads, *rates)
    rows = zip(table.years, flows.contributions, flows.distributions, flows.nav, table.cumulative_net, strict=True)
    for place, (year, paid, received, nav, net) in enumerate(rows):
        discounts = (f"{discount:.6f}" if isfinite(discount) else "–" for discount in table.discounts[:, place])
        _print_year(str(year), f"{paid:.6f}", f"{received:.6f}", f"{nav:.4f}", f"{net:.4f}", *discounts)
    note = "disc.: discount to NAV, as a fraction, at which a buyer earns that IRR; above 1 the buyer must be paid"
    typer.echo(lab_words(note, lang))


def _print_year(*cells: str) -> None:
    widths = chain((4, 12, 12, 8, 9), repeat(11))
    typer.echo("  ".join(wide(cell, width) for cell, width in zip(cells, widths, strict=False)))


def vote(
    context: typer.Context,
    *,
    partners: Annotated[int, Flag("--partners", min=1, max=1000, help="Partners, with equal commitments.")] = 10,
    refusal: Annotated[float, Flag("--refusal", min=0, max=1, help="Chance that a partner refuses.")] = 0.05,
    rule: Annotated[str, Flag("--rule", help="unanimous, two_thirds, at_least:M or gp_alone.")] = "unanimous",
    reps: Annotated[int, Flag("--reps", min=2, help="Votes.")] = 200_000,
    seed: SeedOption = 1,
    out: OutOption = None,
    lang: LangOption = None,
) -> None:
    """Vote on extending a fund: how often it is carried, and how many times in a row."""
    with wrong_input(context):
        from sfund_sim.funds.extension import ExtensionRule
        from sfund_sim.lab.chance import Chance
        from sfund_sim.lab.lesson import part_of
        from sfund_sim.lab.other_lessons import vote_table
        from sfund_sim.report.lab_words import lab_words

        speak: Language = language(lang).value
        chosen = part_of(ExtensionRule.members, rule)
        with progress(lab_words("votes", speak), 2 * reps) as told:
            table = vote_table(
                chosen, partners=partners, refusal=refusal, chance=Chance(seed), replications=reps, told=told
            )
        print_measures(table, speak)
    if out is not None:
        from sfund_sim.lab.other_lessons import by_partners
        from sfund_sim.report.lab_figures import vote_figure

        numbers = np.arange(1, max(2 * partners, 20) + 1)
        carried = by_partners(refusal, numbers.tolist())
        save_figure(vote_figure(numbers, carried, speak, refusal=refusal), out, speak)


def timing(
    context: typer.Context,
    *,
    hazards: Annotated[str, Flag("--hazards", help="Constant hazards of the ways out, a year.")] = "0.08,0.12",
    weibull: Annotated[str | None, Flag("--weibull", help="Weibull laws instead: SHAPE,SCALE;SHAPE,SCALE;...")] = None,
    horizon: Annotated[float, Flag("--horizon", min=0, help="Years of observation.")] = 5.0,
    censoring: Annotated[float, Flag("--censoring", min=0, help="Rate at which companies are lost from sight.")] = 0.05,
    companies: Annotated[int, Flag("--companies", min=2, max=200_000, help="Companies followed.")] = 5_000,
    seed: SeedOption = 1,
    out: OutOption = None,
    lang: LangOption = None,
) -> None:
    """Let ways out compete: their incidence by Aalen-Johansen, the truth, and what 1 - Kaplan-Meier would claim."""
    with wrong_input(context):
        from sfund_sim.lab.chance import Chance
        from sfund_sim.lab.other_lessons import exit_curves, exit_table
        from sfund_sim.lab.timing import CompetingExits, ExitLaw

        if weibull is not None and is_given(context, "hazards"):
            raise RuleError("give --hazards or --weibull, not both", "--hazards 与 --weibull 只能选其一")
        laws = (
            [ExitLaw.of_hazard(hazard) for hazard in _numbers("--hazards", hazards)]
            if weibull is None
            else _laws(weibull)
        )
        exits = CompetingExits(ways=tuple(laws))
        curves = exit_curves(exits, horizon=horizon, censoring=censoring, chance=Chance(seed), companies=companies)
        speak: Language = language(lang).value
        print_measures(exit_table(curves), speak)
    if out is not None:
        from sfund_sim.report.lab_figures import timing_figure
        from sfund_sim.report.lab_words import lab_words

        run = lab_words("{companies} companies, seed {seed}", speak, companies=f"{companies:,}", seed=seed)
        save_figure(timing_figure(curves, speak, run=run), out, speak)


def _laws(text: str) -> list[ExitLaw]:
    from sfund_sim.lab.timing import ExitLaw

    pairs = [_numbers("--weibull", pair) for pair in text.split(";")]
    if any(len(pair) != 2 or min(pair) <= 0 or not 0.01 <= pair[0] <= 100 for pair in pairs):
        raise RuleError(
            "--weibull takes SHAPE,SCALE (both above 0, SHAPE from 0.01 to 100) for each way out, with ; between them",
            "--weibull 须为各退出方式写“形状,尺度”（均大于 0，形状为 0.01 至 100），以 ; 分隔",
        )
    return [ExitLaw(*pair) for pair in pairs]
