"""The scenario: one frozen object that says everything about a run except the replication number."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from sfund_sim.funds.cashflow import CashFlowModel
from sfund_sim.ground.errors import RuleError, RuleErrors
from sfund_sim.scenario.base import Days, Described, Growth, Share, Spread, Volatility
from sfund_sim.scenario.experiment import Experiment
from sfund_sim.scenario.population import Population
from sfund_sim.scenario.references import reference_errors
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.scenario.timeline import PolicyChange, Timeline


class Title(Described):
    """A name in two languages."""

    en: str
    """English."""
    zh: str
    """Chinese."""


class Horizon(Described):
    """First and last day of the simulated time."""

    start: date
    """First day; time is counted in days from it."""
    end: date
    """Last day; an exit that is not over by then is censored."""

    @model_validator(mode="after")
    def _ordered(self) -> Horizon:
        if self.end <= self.start:
            raise RuleError(
                f"end {self.end} is not after start {self.start}", f"结束日 {self.end} 不晚于开始日 {self.start}"
            )
        if (self.end - self.start).days > 366 * 50:
            raise RuleError("the horizon is longer than 50 years", "模拟期超过 50 年")
        if self.start.year < 1990 or self.end.year > 2100:
            raise RuleError("the horizon must lie between 1990 and 2100", "模拟期须在 1990 年至 2100 年之间")
        return self

    @property
    def days(self) -> int:
        """Number of days, both ends counted."""
        return (self.end - self.start).days + 1


class Economy(Described):
    """The public market, which all funds and all LPs share."""

    market_expected_return: Growth = Field(json_schema_extra={"unit": "1/year"})
    """Expected log return of the public market a year."""
    market_volatility: Volatility = Field(json_schema_extra={"unit": "1/year"})
    """Volatility of the public market a year."""


class Portfolio(Described):
    """How funds earn and report."""

    model: CashFlowModel
    """Cash-flow model of every fund."""
    report_lag_days: Days
    """Days from a quarter's end to the publication of its NAV."""


class Expectations(Described):
    """What agents expect of a holding: the Takahashi-Alexander projection that everyone values with."""

    growth_rate: Growth
    """Expected growth of NAV a year while the IPO window is open."""
    shut_growth_penalty: Share
    """What a shut window takes off that growth, a year."""
    shut_delay_years: float = Field(ge=0, le=20, json_schema_extra={"unit": "years"})
    """By how many years a shut window delays the exits that agents expect."""
    bow: float = Field(ge=0, le=20, json_schema_extra={"unit": "exponent"})
    """Takahashi and Alexander's bow: the higher, the later the distributions."""
    contribution_rate: Share
    """Share of the unfunded commitment called in a year while the fund invests."""
    extension_probability: Share
    """Believed chance that a fund is extended at the end of its term rather than liquidated."""
    mark_bias_open: float = Field(ge=-1, le=2, json_schema_extra={"unit": "log"})
    """What buyers believe log(reported over true NAV) to be on average while the window is open."""
    mark_bias_shut: float = Field(ge=-1, le=2, json_schema_extra={"unit": "log"})
    """The same while it is shut."""
    mark_bias_log_sd: Spread
    """How unsure buyers are of that bias before due diligence (standard deviation of its logarithm)."""
    venue_bid_to_exposure: float = Field(gt=0, le=5, json_schema_extra={"unit": "multiple"})
    """Sellers' expectation of what the best bid at a venue costs its bidder (with the fee, and what is paid later at
    its worth to the usual buyer) and the unfunded commitment that goes with the share, over published NAV and unfunded
    commitment (median of first rounds)."""
    venue_bid_log_sd: Spread
    """How far below that the best bid may be (standard deviation of the logarithm of the lower half)."""
    venue_bid_log_sd_above: Spread
    """How far above it may be: bids that are far above are rarer than those far below."""
    venue_interest: Share
    """Sellers' expectation of the chance that anybody at all is ready to bid."""
    venue_rival: Share
    """Sellers' expectation of the chance that, where a bid reaches the floor, another one does too."""
    venue_next_bid: Share
    """What sellers expect the next best bid to be above the floor, as a part of what the best one is."""
    failure_learning: Share
    """Factor on a seller's believed chance of a sale after each round of its own that drew no good enough bid."""
    agreement_value_to_exposure: float = Field(gt=0, le=5, json_schema_extra={"unit": "multiple"})
    """Sellers' expectation of what the price that somebody whom they talk to can pay costs it (as above), and what it
    takes over unfunded, over published NAV and unfunded commitment (median)."""
    agreement_value_log_sd: Spread
    """How far below that it may be (standard deviation of the logarithm of the lower half)."""
    agreement_value_log_sd_above: Spread
    """How far above it may be."""
    agreement_interest: Share
    """Sellers' expectation of the chance that talks lead to somebody whom the share suits."""


class Recycling(Described):
    """What new commitments do."""

    early_stage_ticket_cny: float = Field(gt=0, le=1e12, json_schema_extra={"unit": "CNY"})
    """Money that one early-stage company receives, yuan."""
    later_stage_ticket_cny: float = Field(gt=0, le=1e12, json_schema_extra={"unit": "CNY"})
    """Money that one later-stage company receives, yuan."""
    founding_days: Days
    """Days from a new commitment to the first investment of the new fund."""
    investment_years: float = Field(gt=0, le=20, json_schema_extra={"unit": "years"})
    """Years over which the new fund invests."""
    investable_share: Share
    """Share of the commitment that reaches companies."""


class Scenario(RuleBook):
    """Everything about a run: the market's parameters, its rules on the first day, and the dated changes to them."""

    schema_version: Literal[1]
    """Version of the form of scenario files."""
    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    """Name of the scenario: lower-case letters, digits, underscores."""
    title: Title
    """Title for reports."""
    horizon: Horizon
    """Simulated time."""
    replications: int = Field(ge=1, le=1_000_000)
    """Replications when the command does not say."""
    seed: int = Field(ge=0, lt=2**63)
    """Seed when the command does not say."""
    economy: Economy
    """Public market."""
    portfolio: Portfolio
    """How funds earn and report."""
    expectations: Expectations
    """What agents expect."""
    recycling: Recycling
    """What exit money finances."""
    population: Population
    """Everyone in the market."""
    policy: list[PolicyChange] = Field(default_factory=list)
    """Dated changes to the rules."""
    policy_dropped: list[str] = Field(default_factory=list)
    """Names of changes that do not happen: the counterfactual."""
    policy_moved: dict[str, date] = Field(default_factory=dict)
    """Names of changes that happen on another day."""
    experiment: Experiment | None = None
    """What ``sfund sweep`` varies and measures; a plain run takes no notice of it."""

    @field_validator("schema_version", mode="before")
    @classmethod
    def _the_number_itself(cls, value: Any) -> Any:
        if type(value) is not int or value != 1:
            raise RuleError(
                "scenario files have version 1 of their form: write schema_version: 1, a whole number without quotes",
                "目前情景文件格式只有版本 1：请写 schema_version: 1（整数，不加引号）",
            )
        return value

    @model_validator(mode="after")
    def _references(self) -> Scenario:
        if wrong := list(reference_errors(self)):
            raise RuleErrors(wrong)
        self.timeline().check_open_listings(self.horizon.days)
        return self

    def rule_book(self) -> RuleBook:
        """The rules on the first day."""
        return RuleBook(**{name: getattr(self, name) for name in RuleBook.model_fields})

    def changes(self) -> list[PolicyChange]:
        """The dated changes that happen, on the days on which they happen here."""
        return list(self.happening().values())

    def happening(self) -> dict[int, PolicyChange]:
        """The same by the place at which each stands in ``policy``."""
        kept = {place: c for place, c in enumerate(self.policy) if c.name not in self.policy_dropped}
        moved = self.policy_moved
        return {p: c.model_copy(update={"on": moved[c.name]}) if c.name in moved else c for p, c in kept.items()}

    def timeline(self) -> Timeline:
        """The rules over time; raises RuleError when a dated change does not fit the rule book."""
        happening = self.happening()
        return Timeline.replay(self.rule_book(), [*happening.values()], self.horizon.start, [*happening])

    def canonical(self) -> dict[str, Any]:
        """The whole scenario as plain JSON data, in the order of its fields."""
        return self.model_dump(mode="json")
