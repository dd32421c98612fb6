"""Funds and partners that the scenario tells itself, and the wishes that it prescribes to them."""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.money import YUAN_PER_UNIT
from sfund_sim.ground.streams import key_of_name
from sfund_sim.market.quarter_clock import QuarterClock
from sfund_sim.market.rosters import FundRoster, PartnerRoster
from sfund_sim.market.world import Ints
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.named import NamedFund, NamedPartner
from sfund_sim.terms import GpKind, LpKind, Strategy, Trigger


def told_funds(scenario: Scenario) -> list[NamedFund]:
    """Named funds in the order of their names."""
    return sorted(scenario.population.named_funds, key=lambda fund: fund.name)


def named_funds(scenario: Scenario, clock: QuarterClock) -> FundRoster:
    """Named funds; their extension rules come after the mixes' in the market's list."""
    told, venues, rules = told_funds(scenario), sorted(scenario.venues), len(scenario.population.funds.extension_rules)
    return FundRoster(
        key=np.array([key_of_name(f"fund {fund.name}") for fund in told], np.uint64),
        strategy=_ints([int(Strategy.of(fund.strategy)) for fund in told]),
        gp=_ints([int(GpKind.of(fund.gp)) for fund in told]),
        vintage=_ints([(fund.vintage - scenario.horizon.start).days for fund in told]),
        start_quarter=_ints([clock.of_date(fund.vintage) for fund in told]),
        companies=_ints([fund.companies for fund in told]),
        extension_rule=_ints([rules + number for number in range(len(told))]),
        venue=_ints([-1 if fund.venue is None else venues.index(fund.venue) for fund in told]),
        terms_number=np.arange(len(told)),
        name_number=np.arange(len(told)),
        terms=tuple(fund.terms for fund in told),
        told_names=tuple(fund.name for fund in told),
    )


def named_partners(scenario: Scenario, first_fund: int) -> PartnerRoster:
    """Partners of named funds, by fund, then by name; ``first_fund`` is the place of the first named fund."""
    rows = [(place, fund, partner) for place, fund in enumerate(told_funds(scenario)) for partner in _partners(fund)]
    people = sorted({(int(LpKind.of(partner.kind)), partner.lp) for _, _, partner in rows})
    code = {person: -1 - number for number, person in enumerate(people)}
    return PartnerRoster(
        key=np.array([key_of_name(f"{fund.name} / {partner.lp}") for _, fund, partner in rows], np.uint64),
        fund=_ints([first_fund + place for place, _, _ in rows]),
        lp_code=_ints([code[int(LpKind.of(partner.kind)), partner.lp] for _, _, partner in rows]),
        units=_ints([round(partner.commitment_cny / YUAN_PER_UNIT) for _, _, partner in rows]),
        drawn_wishes=np.array([partner.drawn_wishes for _, _, partner in rows], bool),
        told_people=tuple(people),
    )


def prescribed_wishes(
    scenario: Scenario, fund_names: list[str], lp_names: list[str], fund: Ints, owner: Ints
) -> list[tuple[int, int, int]]:
    """Wishes that the scenario tells: day, holding, trigger."""
    told = {
        (each.name, partner.lp): partner.wishes
        for each in scenario.population.named_funds
        for partner in each.partners
        if partner.wishes
    }
    if not told:
        return []
    holders = [(fund_names[f], lp_names[o]) for f, o in zip(fund.tolist(), owner.tolist(), strict=True)]
    return [
        ((wish.on - scenario.horizon.start).days, holding, int(Trigger.of(wish.trigger)))
        for holding, holder in enumerate(holders)
        for wish in told.get(holder, [])
    ]


def _partners(fund: NamedFund) -> list[NamedPartner]:
    return sorted(fund.partners, key=lambda partner: partner.lp)


def _ints(values: list[int]) -> Ints:
    return np.array(values, np.int64)
