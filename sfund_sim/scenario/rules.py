"""The rule book: everything that law, venue and policy set, and that a dated change may set anew."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from sfund_sim.ground.errors import RuleError
from sfund_sim.scenario.base import Days, Described, Hazard, Rate, Share, Spread, Yuan, check_names
from sfund_sim.scenario.pledges import Pledges
from sfund_sim.scenario.state_assets import StateAssets
from sfund_sim.venue.auctions import AuctionFormat
from sfund_sim.venue.disclosure import DisclosureRule
from sfund_sim.venue.floors import FloorRule
from sfund_sim.venue.preemption import Preemption
from sfund_sim.venue.settlement import Fees, SettlementTerms

WindowName = Literal["open", "tight", "shut"]


class IpoWindow(Described):
    """The window for initial public offerings: its state, and what each state means."""

    state: WindowName
    """State of the window; the real history is a list of dated changes."""
    open_hazard: Hazard = Field(json_schema_extra={"unit": "1/year"})
    """Hazard of an offering for an IPO-ready company while the window is open."""
    tight_hazard: Hazard = Field(json_schema_extra={"unit": "1/year"})
    """The same while it is tight."""
    shut_hazard: Hazard = Field(json_schema_extra={"unit": "1/year"})
    """The same while it is shut."""
    tight_closure: Share
    """How far shut a tight window is, for marks and for buyers' view of exit delays (0 open, 1 shut)."""

    def hazard(self) -> float:
        """Hazard of an offering in the present state, a year."""
        return {"open": self.open_hazard, "tight": self.tight_hazard, "shut": self.shut_hazard}[self.state]

    def closure(self) -> float:
        """How far the window is shut in the present state, 0 to 1."""
        return {"open": 0.0, "tight": self.tight_closure, "shut": 1.0}[self.state]


class Partnership(Described):
    """Partnership law and the usual fund contract."""

    partner_cap: int = Field(ge=2, le=200)
    """Most partners that a fund may have after a transfer."""
    preemption: Preemption
    """Notice to co-partners of a transfer to an outsider, and their right to buy first on equal terms."""
    preemption_interest_probability: Share
    """Chance that a co-partner has the cash and the wish to look at a pre-emptive purchase."""
    gp_consent_days: Days
    """Working days in which the GP answers a request to transfer."""
    state_gp_consent_probability: Share
    """Chance that a state GP consents."""
    private_gp_consent_probability: Share
    """Chance that a private GP consents."""
    guidance_leaves_without_consent: bool = False
    """Need a guidance fund that must leave (policy goal met, or term near) not ask the GP?"""
    vote_to_extend_guidance: bool
    """May a guidance fund that wants out (policy goal met, or term near) vote to extend the fund's term?"""
    forced_sale_discount: Share
    """What a forced liquidation loses of the true value of the companies left."""

    def consent_probability(self, *, by_state: bool) -> float:
        """Chance that a state GP, or a private one, consents."""
        return self.state_gp_consent_probability if by_state else self.private_gp_consent_probability


class Suitability(Described):
    """Who may buy at a venue."""

    institutions_only: bool
    """Are natural persons barred? Not from the pre-emptive right, which the law gives to every partner of the fund."""
    net_assets_cny: Yuan
    """Least net assets of a buyer, yuan."""
    financial_assets_cny: Yuan
    """Least financial assets of a buyer, yuan."""
    ticket_cny: Yuan
    """Least commitment that may be bought in one fund, yuan."""


class Disclosure(Described):
    """Directed disclosure 定向披露: who is shown the offer, how long, and what they see."""

    days: Days
    """Working days for which the invited may look and register a bid."""
    rule: str
    """How the invited are chosen: the kind of a disclosure rule."""
    invited: int = Field(ge=0, le=100_000)
    """How many are invited (rules that take a size)."""
    probability: Share
    """Chance of each to be invited (the rule each_with_probability)."""
    data_room_noise: float = Field(ge=0, le=10, json_schema_extra={"unit": "multiple"})
    """Multiplies the standard deviation of buyers' signals: below 1 for a rich data room, above 1 for a poor one."""
    leak_probability: Share
    """Chance that one investor who was shown the offer lets it out."""
    leak_cost_share: Share
    """What a leak costs the seller, as a share of the published NAV."""

    @field_validator("rule")
    @classmethod
    def _known(cls, rule: str) -> str:
        if rule not in DisclosureRule.members:
            raise PydanticCustomError(
                "part_kind_unknown", "there is no {family} '{given}'; allowed: {allowed}",
                {"family": DisclosureRule.family, "given": rule, "allowed": ", ".join(sorted(DisclosureRule.members))},
            )  # fmt: skip
        return rule

    def chooser(self) -> DisclosureRule:
        """The disclosure rule with its size."""
        member = DisclosureRule.members[self.rule]
        given = {"invited": self.invited, "probability": self.probability}
        return member(**{k: v for k, v in given.items() if k in member.model_fields})  # type: ignore[return-value]


_ACCESS = frozenset({"open", "funds_share", "buyers_share", "visitors_share", "linked", "state_funds_from_open"})
"""What says when a venue may be used and by whom, not how it deals."""


class Venue(Described):
    """One venue: its stages, gates, prices and terms."""

    open: bool
    """Does the venue take new business?"""
    funds_share: Share
    """Share of the funds whose home venue this is."""
    buyers_share: Share = 0.0
    """Share of the buyers that are at home here, and so members, who see its offers; of the first day, once for all."""
    visitors_share: Share = 1.0
    """Chance that a buyer that is not at home here is a member all the same; 1 for a venue that all buyers know."""
    linked: bool = False
    """Do members of the other linked venues that are open see its offers too, and its members theirs?"""
    state_funds_from_open: bool = True
    """May state sellers use the venue as soon as it is open? A dated change may open it to them later."""
    custody_days: Days
    """Working days to register the holding and take it into custody 权益登记托管."""
    intent_days: Days
    """Working days to register the intent to transfer 转让意向登记."""
    publication_days: Days
    """Working days to publish the basic information 发布转让基础信息."""
    account_days: Days
    """Working days to open qualified investors' accounts 合格投资者账户开立."""
    bidding_days: Days
    """Working days for quotes and one-way bidding 单向竞价 after disclosure ends."""
    signing_days: Days
    """Working days to sign 组织转让签约."""
    distributed_registration_days: Days
    """Median working days to change the registration on a distributed ledger."""
    paper_registration_days: Days
    """Median working days to change the registration on paper."""
    ledger: Literal["distributed", "paper"]
    """How the register is kept."""
    delay_log_sd: Spread
    """Standard deviation of the logarithm of each stage's length (the tail of paperwork)."""
    payment_failure_probability: Share
    """Chance that the winner does not pay, loses its deposit and the share stays with the seller."""
    deposit_share: Share
    """Bid deposit 交易保证金 as a share of the floor."""
    disclosure: Disclosure
    """Directed disclosure."""
    auction: AuctionFormat
    """Bidding method when two or more bid."""
    private_floor: FloorRule
    """Floor price of a private seller's listing."""
    sole_bidder_share: Share
    """How far above the floor, towards its own bid, a sole bidder quotes."""
    extension_days: Days
    """Working days by which an unsuccessful disclosure is extended."""
    extensions: int = Field(ge=0, le=50)
    """How often it may be extended before the listing ends."""
    relist_wait_days: Days
    """Working days before the share is listed again."""
    relists: int = Field(ge=0, le=50)
    """How often at most a share is listed again, where the venue stays the best way out, before the seller waits."""
    fees: Fees
    """Venue's fees to both sides."""
    seller_cost_cny: Yuan
    """Seller's fixed costs of one listing (lawyers, data room), yuan."""
    settlement: SettlementTerms
    """When the price is paid."""
    resale_gap_days: Days
    """Working days before the same share may be sold again."""
    suitability: Suitability
    """Who may buy."""

    def deals_like(self, other: Venue) -> bool:
        """Does another venue deal by the same rules? Whether it is open, and to whom, is another matter."""
        return all(getattr(self, name) == getattr(other, name) for name in Venue.model_fields if name not in _ACCESS)

    def registration_days(self) -> int:
        """Median working days to change the registration, by how the register is kept."""
        return self.distributed_registration_days if self.ledger == "distributed" else self.paper_registration_days

    def pays_on_title(self) -> bool:
        """Does the money wait for the change of registration, as where the register is kept on paper (assumption)?"""
        return self.ledger == "paper"

    @model_validator(mode="after")
    def _fee_within_the_first_payment(self) -> Venue:
        if self.fees.seller_share >= self.settlement.first_share:
            raise RuleError(
                "fees.seller_share must be below settlement.first_share: the fee is taken from the first payment",
                "fees.seller_share 须小于 settlement.first_share：费用从首期价款中扣除",
                ("fees", "seller_share"),
            )
        return self


class Agreement(Described):
    """Sale by agreement 协议转让 with a counterparty that the seller knows."""

    known_counterparty_probability: Share
    """Chance, in each quarter between two reports, that an LP who wants out knows a counterparty that would talk."""
    prematched_share: Share = 0.0
    """Share of state sellers to whom a state-owned body stands ready to pay the appraised value 手拉手转让."""
    negotiation_days: Days
    """Median working days from first talk to signature, due diligence included."""
    registration_days: Days
    """Median working days to change the business registration after an agreement outside a venue."""
    delay_log_sd: Spread
    """Standard deviation of the logarithm of both, and of the days that an LP's own approval takes."""
    seller_bargaining_share: Share
    """Share of the surplus (buyer's value less reservation) that goes to the seller (Nash bargaining weight)."""
    cost_cny: Yuan
    """Seller's costs, yuan; the other side's are not modelled."""
    lone_buyer_irr: Rate
    """What a counterparty that faces no rival adds to its required return."""


class FundRaising(Described):
    """How fast buyers raise new money."""

    market_pace: float = Field(ge=0, le=10, json_schema_extra={"unit": "multiple"})
    """Multiplies what market buyers raise."""
    state_pace: float = Field(ge=0, le=10, json_schema_extra={"unit": "multiple"})
    """Multiplies what state-linked buyers raise."""


class RuleBook(Described):
    """All rules in force on one day."""

    ipo_window: IpoWindow
    """The IPO window: a state of the market, by which everybody values from the day of a change."""
    partnership: Partnership
    """Partnership law and fund contracts."""
    state_assets: StateAssets
    """State-asset rules."""
    agreement: Agreement
    """Sale by agreement."""
    fundraising: FundRaising
    """Pace of buyers' fund-raising."""
    pledges: Pledges = Field(default_factory=Pledges)
    """Loans on fund shares."""
    venues: dict[str, Venue]
    """Venues by name."""

    @field_validator("venues")
    @classmethod
    def _named(cls, venues: dict[str, Venue]) -> dict[str, Venue]:
        check_names(venues)
        return venues
