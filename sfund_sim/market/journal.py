"""What a replication leaves behind: columns of milestones, never the world itself.

Units: days from the scenario's start (day 0), money in fen, shares in units of 10,000 yuan of commitment.
Ids are row numbers of the replication's own tables (exit, listing) or slots of the world (fund, holding, investor).
Investors are numbered LPs first, then buyers. ``MISSING`` stands where a stage was not reached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from numpy.typing import NDArray

from sfund_sim.ground.columns import Columns
from sfund_sim.market.fund_quarters import FundQuarterRow


class ExitRow(NamedTuple):
    """One decision to sell, from the wish to the cash; ``ending`` OPEN (0) means censored at the horizon."""

    wish: int
    """Address of the wish: the same number in every scenario in which this LP has this wish, with the same chance."""
    holding: int
    fund: int
    lp: int
    lp_kind: int
    regime: int
    """State-asset regime that bound the seller on the day of the wish."""
    trigger: int
    wished: int
    decided: int
    filed: int
    """Day of the first listing filed at a venue, or of the signed agreement's start."""
    signed: int
    ended: int
    """Day the exit was over: cash received, or lapsed; the horizon's last day when censored."""
    route: int
    ending: int
    venue: int
    units: int
    price: int
    transferred: int
    """Day on which cash and title moved."""
    rest: int
    """Part of the price that is paid last, on the day on which the exit is over (fen)."""
    bought: int
    """Holding that the buyer got: one of its own where it was cut off."""
    price_worth_to_seller: int
    """To the seller on the day of title, at the rate by which it asks: less where a part comes later (fen)."""
    price_worth_to_buyer: int
    """The same to the one who buys, at the rate by which it bid (fen)."""
    prematched: int
    """1 when somebody stood ready to take the share at its appraised value as the seller's last talks began."""
    paid_in: int
    """Called on the units for sale until the title passed, or the exit ended (fen)."""
    distributed: int
    """Paid out on them until then."""
    nav: int
    """Newest published NAV of the units sold, rolled forward for cash flows since (fen)."""
    appraisal: int
    cost: int
    """Original cost of the units sold not yet recovered by distributions, at least 0 (fen)."""
    true_value: int
    hold_value: int
    reservation: int
    unfunded: int
    seller_costs: int
    buyer: int
    buyer_kind: int
    buyer_value: int
    buyer_fee: int
    invited: int
    ready: int
    bidders: int
    listings: int
    leaked: int
    loan: int
    """Lent on the share instead of a sale, or before it (fen); MISSING for no loan."""
    pledged: int
    loan_due: int
    loan_ended: int
    """Day on which the loan was paid back."""
    loan_paid: int
    """What was paid back, interest included (fen)."""
    defaulted: int
    """1 when the owner did not pay the loan back when it was due."""
    nav_change: int
    """By what published NAV of the units sold, a year after title and with distributions less calls since, exceeds that
    at the sale (fen); MISSING of a sale less than a year before the end."""
    rate: float
    """The seller's own discount rate a year, without the urgency of its wish."""
    rate_urgent: float
    """The rate by which it decided: with the urgency of its wish."""
    waiting_cost: float
    """What the price less costs is worth less to the seller than on the day of the decision (fen), at ``rate``."""
    fund_age_days: int
    buyer_irr: float
    buyer_multiple: float
    held_value: float
    """What the units would have brought the seller from the decision to the horizon had they been kept: PV of realised
    flows plus final true NAV, at ``rate`` (fen); for comparing a sale with holding on."""
    realised_value: float
    """PV at the decision, at the same rate, of what the exit brought (price less costs; or realised flows)."""
    waiting_cost_urgent: float
    """The same three at ``rate_urgent``."""
    held_value_urgent: float
    realised_value_urgent: float


class ListingRow(NamedTuple):
    """One round at a venue."""

    exit: int
    round: int
    venue: int
    filed: int
    published: int
    disclosed: int
    closed: int
    floor: int
    appraisal: int
    nav: int
    invited: int
    engaged: int
    due_diligence: int
    """What those who took the offer up paid for their due diligence, whether or not the round ended in a sale (fen)."""
    ready: int
    bidders: int
    ending: int
    winner: int
    """Of the bidding, whether or not the share became its own."""
    taker: int
    """The partner who took the share in the winner's place; MISSING for none."""
    price: int
    best_bid: int
    """The highest bid made, above the floor or below; MISSING for none."""
    runner_up: int
    efficient: int
    """1 when nobody who was ready, and no partner who looked at the notice, valued the share more than the one who got
    it, 0 when somebody did, MISSING when unsold."""
    leaked: int


class BidRow(NamedTuple):
    """One bid of one buyer in one listing."""

    listing: int
    buyer: int
    day: int
    value: int
    bid: int
    won: int


class StageRow(NamedTuple):
    """One stage of one exit: when it was entered and left (MISSING while still in it)."""

    exit: int
    round: int
    stage: int
    entered: int
    left: int


class VoteRow(NamedTuple):
    """One vote on extending a fund's term."""

    fund: int
    day: int
    rule_share: float
    """Share of the fund's units whose owners are in favour."""
    in_favour: int
    partners: int
    barred: int
    """Partners that could not vote to extend (a guidance fund whose policy goal is met)."""
    carried: int


class FundRow(NamedTuple):
    """One fund at the horizon."""

    fund: int
    strategy: int
    gp_kind: int
    venue: int
    """Home venue; MISSING for none."""
    vintage: int
    term_end: int
    ended: int
    state: int
    commitment: int
    paid_in: int
    distributed: int
    nav_true: int
    nav_reported: int
    extensions: int
    forced: int
    """1 when a failed vote forced its liquidation."""
    partners: int
    companies: int
    ipos: int
    trade_sales: int
    buybacks: int
    write_offs: int


class HoldingRow(NamedTuple):
    """One holding at the horizon, as the market's own columns have it; the audit rebuilds it from the register."""

    holding: int
    fund: int
    owner: int
    units: int
    paid_in: int
    distributed: int


class RecyclingRow(NamedTuple):
    """One use of one exit's money."""

    exit: int
    lp: int
    lp_kind: int
    day: int
    amount: int
    use: int
    companies: float
    """Companies financed by the horizon with this money (expected number, by the pace of new funds)."""


class RegisterRow(NamedTuple):
    """One record of the venue's register, numbered by its place; the records of one decision to sell share ``deal``."""

    day: int
    entry: int
    deal: int
    holding: int
    fund: int
    giver: int
    """Investor who gives (cash or units); MISSING for none."""
    taker: int
    units: int
    fen: int


class ShownRow(NamedTuple):
    """One investor who was shown an offer's data, by the record of the register that says so."""

    record: int
    """Row of the register, whose entry is DISCLOSE and whose taker is MISSING."""
    investor: int


class Trail(NamedTuple):
    """One remark of the story of an exit, for ``sfund explain exit``: a code and up to three numbers."""

    exit: int
    day: int
    remark: int
    a: int
    b: int
    c: int


@dataclass
class Journal:
    """All tables of one replication."""

    replication: int
    exits: Columns[ExitRow] = field(default_factory=lambda: Columns(ExitRow))
    listings: Columns[ListingRow] = field(default_factory=lambda: Columns(ListingRow))
    bids: Columns[BidRow] = field(default_factory=lambda: Columns(BidRow))
    stages: Columns[StageRow] = field(default_factory=lambda: Columns(StageRow))
    votes: Columns[VoteRow] = field(default_factory=lambda: Columns(VoteRow))
    funds: Columns[FundRow] = field(default_factory=lambda: Columns(FundRow))
    holdings: Columns[HoldingRow] = field(default_factory=lambda: Columns(HoldingRow))
    recycling: Columns[RecyclingRow] = field(default_factory=lambda: Columns(RecyclingRow))
    register: Columns[RegisterRow] = field(default_factory=lambda: Columns(RegisterRow))
    shown: Columns[ShownRow] = field(default_factory=lambda: Columns(ShownRow))
    trail: Columns[Trail] = field(default_factory=lambda: Columns(Trail))
    fund_quarters: Columns[FundQuarterRow] | None = None
    """None unless asked for."""
    names: dict[str, list[str]] = field(default_factory=dict)
    """Names by slot: ``funds``, ``lps``, ``buyers``, ``venues``; slots differ from replication to replication."""
    kinds: dict[str, list[int]] = field(default_factory=dict)
    """Codes by slot: ``lps`` (LpKind), ``buyers`` (BuyerKind)."""

    TABLES = ("exits", "listings", "bids", "stages", "votes", "funds", "holdings", "recycling", "register", "shown",
              "trail")  # fmt: skip

    def settle(self) -> None:
        """Keep what is written down in passing as columns."""
        for table in (self.bids, self.stages, self.register, self.shown, self.trail):
            table.settle()

    def arrays(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Every table as columns: what a worker sends home."""
        tables = {name: getattr(self, name).arrays() for name in self.TABLES}
        return tables if self.fund_quarters is None else tables | {"fund_quarters": self.fund_quarters.arrays()}
