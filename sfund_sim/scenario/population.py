"""Who is in the market: funds by strategy, LPs by kind, buyers by kind, and entities that a scenario names itself."""

from __future__ import annotations

from pydantic import Field, model_validator

from sfund_sim.funds.extension import ExtensionRule
from sfund_sim.ground.errors import RuleError, RuleErrors
from sfund_sim.investors.bidding import BiddingStrategy
from sfund_sim.investors.triggers import SellTrigger
from sfund_sim.scenario.base import Count, Days, Described, Rate, Share, Spread, Years, Yuan
from sfund_sim.scenario.named import BuyerKindName, FundTerms, LpKindName, NamedFund, StrategyName, TriggerName
from sfund_sim.scenario.named_checks import drawn_forms, kind_errors, name_errors

FIRST_YEAR, LAST_YEAR = 1950, 2100
"""Years in which anything may be founded."""


def _check_sum(shares: list[float], what: str, what_zh: str) -> None:
    """Shares of a mix from which somebody is drawn."""
    if not shares:
        raise RuleError(f"there is nothing here to draw {what} from", f"{what_zh}为空，无从抽取", (what,))
    if abs(sum(shares) - 1.0) > 1e-6:
        total = f"{sum(shares):.6g}"
        text, text_zh = f"the shares of {what} add up to {total}, not 1", f"{what_zh}的占比之和为 {total}，应为 1"
        raise RuleError(text, text_zh, (what,))


def _check_years(weights: dict[int, float], key: str, what: str, what_zh: str, *, needed: bool) -> None:
    """Weights of years; ``needed``: somebody is founded in one of them."""
    if wrong := [year for year in weights if not FIRST_YEAR <= year <= LAST_YEAR]:
        text, text_zh = (
            f"{wrong[0]} is no year from {FIRST_YEAR} to {LAST_YEAR}",
            f"{wrong[0]} 不在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间",
        )
        raise RuleError(text, text_zh, (key,))
    if any(weight < 0 for weight in weights.values()):
        raise RuleError(f"a {what} has a weight below 0", f"某一{what_zh}的权重小于 0", (key,))
    if needed and not any(weight > 0 for weight in weights.values()):
        raise RuleError(f"no {what} has a weight above 0", f"没有任何{what_zh}的权重大于 0", (key,))


def _check_order(least: float, most: float, keys: tuple[str, str]) -> None:
    if least > most:
        below, above = keys
        raise RuleError(f"{least:g} is more than {above}, {most:g}", f"{least:g} 大于 {above} 的 {most:g}", (below,))


class StrategyMix(Described):
    """Funds of one strategy."""

    share: Share
    """Share of all funds."""
    mean_commitment_cny: Yuan
    """Mean fund size, yuan."""
    commitment_log_sd: Spread
    """Standard deviation of the logarithm of fund size."""
    companies_mean: float = Field(ge=1, le=200, json_schema_extra={"unit": "count"})
    """Mean number of companies that a fund finances."""
    terms: FundTerms
    """Life and fees."""


class ExtensionMix(Described):
    """How many fund contracts extend by which rule."""

    rule: ExtensionRule
    """The rule of the vote."""
    share: Share
    """Share of funds with it."""


class FundStock(Described):
    """The stock of funds that the model draws."""

    count: Count
    """Funds founded from the first vintage to the last."""
    vintages: dict[int, float]
    """Weight of each founding year."""
    strategies: dict[StrategyName, StrategyMix]
    """Mix of strategies."""
    state_gp_share: Share
    """Share of funds that a state GP runs."""
    partners_mean: float = Field(ge=2, le=50, json_schema_extra={"unit": "count"})
    """Mean number of LPs in a fund (law: 2 to 50)."""
    partner_size_log_sd: Spread
    """Standard deviation of the logarithm of partners' commitments within a fund."""
    extension_rules: list[ExtensionMix]
    """Rules by which fund contracts are extended."""

    @model_validator(mode="after")
    def _shares(self) -> FundStock:
        if self.count:
            _check_sum([mix.share for mix in self.strategies.values()], "strategies", "基金策略")
            _check_sum([mix.share for mix in self.extension_rules], "extension_rules", "延期规则")
        _check_years(self.vintages, "vintages", "vintage", "成立年份", needed=self.count > 0)
        return self


class UsesOfProceeds(Described):
    """Where exit money goes."""

    early_stage: Share
    """Share that goes to new early-stage funds."""
    later_stage: Share
    """Share that goes to new later-stage funds."""
    treasury: Share
    """Share that goes to the owner or treasury."""
    idle: Share
    """Share that stays idle."""
    delay_days: Days
    """Days from the cash to its new use."""

    @model_validator(mode="after")
    def _whole(self) -> UsesOfProceeds:
        _check_sum([self.early_stage, self.later_stage, self.treasury, self.idle], "uses of proceeds", "资金去向")
        return self


class LpMix(Described):
    """LPs of one kind."""

    share: Share
    """Share of all holdings."""
    holdings_mean: float = Field(ge=1, le=1000, json_schema_extra={"unit": "count"})
    """Mean number of holdings of one LP."""
    discount_rate: Rate
    """Discount rate a year at which it values a holding that it need not sell."""
    approval_days: Days
    """Median working days from the wish to sell to its own decision."""
    patience_days: Days
    """Days after which it gives the wish up, unless the trigger still binds."""
    part_sale_share: Share
    """Share of its exits that sell only half of the holding; a guidance fund that must leave its fund sells all."""
    triggers: dict[TriggerName, SellTrigger]
    """What makes it want out."""
    proceeds: UsesOfProceeds
    """Where its exit money goes."""


class BuyerMix(Described):
    """Buyers of one kind."""

    count: Count
    """How many there are over the whole run."""
    founded_years: dict[int, float]
    """Weight of each founding year; capital comes in then."""
    mean_capital_cny: Yuan
    """Mean capital, yuan."""
    capital_log_sd: Spread
    """Standard deviation of the logarithm of capital."""
    raising_rate: float = Field(ge=0, le=10, json_schema_extra={"unit": "1/year"})
    """New money raised a year, as a share of first capital, at unit pace and results."""
    raising_response: float = Field(ge=0, le=10, json_schema_extra={"unit": "per unit of multiple"})
    """How strongly fund-raising follows the multiple on what was bought before."""
    reinvest_share: Share
    """Share of distributions received that may buy again; the rest goes back to its own investors."""
    required_irr: Rate
    """Mean required return a year."""
    required_irr_sd: float = Field(ge=0, le=1, json_schema_extra={"unit": "1/year"})
    """Standard deviation of it across buyers."""
    ticket_min_cny: Yuan
    """Smallest NAV that it looks at, and free cash below which it looks at none, yuan; the price may be lower."""
    ticket_max_cny: Yuan
    """Highest price that it pays, yuan; it looks at shares of up to twice that NAV."""
    concentration_share: Share
    """Most of the capital raised that one fund may take: purchases of its shares, fees and unfunded included."""
    strategies: list[StrategyName]
    """Strategies it buys."""
    age_min_years: Years
    """Youngest fund it buys."""
    age_max_years: Years
    """Oldest fund it buys."""
    state_gp_only_share: Share
    """Share of such buyers that buy only from funds of state GPs."""
    due_diligence_slots: int = Field(ge=1, le=1000, json_schema_extra={"unit": "count"})
    """Deals it can look at at once."""
    due_diligence_days: Days
    """Median working days to be ready to bid."""
    due_diligence_log_sd: Spread
    """Standard deviation of the logarithm of them."""
    due_diligence_cost_cny: Yuan
    """Cost of one due diligence, yuan."""
    engagement_probability: Share
    """Chance that it takes up an invitation which fits its mandate."""
    signal_log_sd: Spread
    """Standard deviation of the logarithm of its estimate of true NAV after due diligence."""
    cost_cap: float | None = Field(default=None, ge=0, le=10, json_schema_extra={"unit": "multiple"})
    """Most it may pay as a multiple of original cost; empty for none."""
    institution: bool
    """Is it an institution (not a natural person)?"""
    net_assets_cny: Yuan
    """Median net assets, yuan; the same spread as capital."""
    financial_assets_cny: Yuan
    """Median financial assets, yuan; the same spread as capital."""
    bidding: BiddingStrategy
    """How it bids."""

    @model_validator(mode="after")
    def _can_buy(self) -> BuyerMix:
        _check_years(self.founded_years, "founded_years", "founding year", "设立年份", needed=self.count > 0)
        _check_order(self.ticket_min_cny, self.ticket_max_cny, ("ticket_min_cny", "ticket_max_cny"))
        _check_order(self.age_min_years, self.age_max_years, ("age_min_years", "age_max_years"))
        return self


class CoPartners(Described):
    """Partners of the same fund as buyers (pre-emption, and as known counterparties)."""

    required_irr: Rate
    """Return that a co-partner requires on more of the same fund."""
    required_irr_sd: float = Field(ge=0, le=1, json_schema_extra={"unit": "1/year"})
    """Standard deviation of it."""
    signal_log_sd: Spread
    """Standard deviation of the logarithm of its estimate of true NAV; it knows the fund."""
    counterparty_share: Share
    """Share of known counterparties that are partners of the same fund."""


class Population(Described):
    """Everyone in the market."""

    funds: FundStock
    """Funds that the model draws."""
    named_funds: list[NamedFund] = Field(default_factory=list)
    """Funds that the scenario tells itself."""
    lps: dict[LpKindName, LpMix]
    """LPs by kind."""
    wish_scale: float = Field(default=1.0, ge=0, le=1000, json_schema_extra={"unit": "multiple"})
    """Multiplies the hazards of all triggers: one lever for how much is traded."""
    buyers: dict[BuyerKindName, BuyerMix]
    """Buyers by kind."""
    co_partners: CoPartners
    """Partners of the same fund as buyers."""

    @model_validator(mode="after")
    def _consistent(self) -> Population:
        if self.funds.count:
            _check_sum([mix.share for mix in self.lps.values()], "lps", "有限合伙人")
        buyers = [kind for kind, mix in self.buyers.items() if mix.count]
        if wrong := list(name_errors(self.named_funds, drawn_forms(funds=self.funds.count > 0, buyers=buyers))):
            raise RuleErrors([error.below("named_funds") for error in wrong])
        if lost := list(kind_errors(self.named_funds, list(self.lps))):
            raise RuleErrors([error.below("named_funds") for error in lost])
        if not self.funds.count and not self.named_funds:
            raise RuleError(
                "there are no funds: set funds.count or named_funds", "没有任何基金：请设置 funds.count 或 named_funds"
            )
        return self
