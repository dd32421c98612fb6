"""Funds that a scenario tells itself, partner by partner; and the names of kinds that scenario files use."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from sfund_sim.funds.extension import ExtensionRule
from sfund_sim.ground.errors import RuleError
from sfund_sim.scenario.base import Described, Name, Share, Years, Yuan

StrategyName = Literal["angel", "vc", "growth", "buyout"]
LpKindName = Literal[
    "central_soe",
    "local_soe",
    "guidance_fund",
    "fund_of_funds",
    "bank_or_insurer",
    "company",
    "private_institution",
    "individual",
]
BuyerKindName = Literal["market_s_fund", "state_s_fund", "fund_of_funds", "insurer", "company"]
TriggerName = Literal[
    "strategic_shift", "policy_goal_met", "liquidity_shock", "allocation_limit", "term_near", "loss_of_trust"
]


class FundTerms(Described):
    """Life and fees of a fund."""

    investment_years: Years
    """Investment period 投资期."""
    exit_years: Years
    """Exit period 退出期; the term is both together."""
    extension_years: Years
    """How long one extension lasts."""
    management_fee_rate: Share
    """Management fee a year: of commitment while investing, then of invested capital."""
    investable_share: Share
    """Share of the commitment that is put into companies; the rest pays fees."""
    hurdle_rate: Share
    """Preferred return to LPs a year, compounding, before the GP's carry."""
    catch_up_share: Share
    """Share of what comes after the hurdle that goes to the GP until it has caught up."""
    carry_share: float = Field(ge=0, lt=1)
    """GP's share of profit."""


class Wish(Described):
    """A dated decision that a story prescribes: this partner wants out from this day on."""

    on: date
    """The day."""
    trigger: TriggerName
    """Why."""


class NamedPartner(Described):
    """One partner of a named fund."""

    lp: Name
    """Its name; the same name in two funds is the same LP."""
    kind: LpKindName
    """Its kind."""
    commitment_cny: Yuan
    """Its commitment, in whole 10,000 yuan."""
    wishes: list[Wish] = Field(default_factory=list)
    """Dated wishes to sell; a partner with none follows the triggers of its kind only if ``drawn_wishes``."""
    drawn_wishes: bool = False
    """Do the triggers of its kind apply as well?"""

    @field_validator("commitment_cny")
    @classmethod
    def _whole_units(cls, value: float) -> float:
        if value < 10_000 or value % 10_000:
            raise RuleError("a commitment must be a positive multiple of 10,000 yuan", "认缴出资须为 1 万元的正整数倍")
        return value


class NamedFund(Described):
    """One fund that a scenario tells itself, partner by partner."""

    name: Name
    """Its name."""
    strategy: StrategyName
    """What it invests in."""
    vintage: date
    """Day it was founded."""
    gp: Literal["state", "private"]
    """Who runs it."""
    companies: int = Field(ge=1, le=200)
    """Companies it finances."""
    terms: FundTerms
    """Life and fees."""
    extension: ExtensionRule
    """Rule by which it is extended."""
    partners: list[NamedPartner] = Field(min_length=2, max_length=50)
    """Its LPs (law: 2 to 50)."""
    venue: str | None = None
    """Home venue by name; empty for none."""

    @field_validator("partners")
    @classmethod
    def _distinct(cls, partners: list[NamedPartner]) -> list[NamedPartner]:
        names = [partner.lp for partner in partners]
        twice = [(number, name) for number, name in enumerate(names) if name in names[:number]]
        if twice:
            (number, name) = twice[0]
            raise RuleError(f"partner named twice in one fund: {name}", f"同一基金内合伙人重名：{name}", (number, "lp"))
        return partners
