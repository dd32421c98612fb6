"""The market while it lives: everyone in it, the rules of the day, and the deeds by which the world changes."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass, field

import numpy as np

from sfund_sim.funds.extension import ExtensionRule
from sfund_sim.ground.calendar import Calendar
from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import Diary, Turn, Wake
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.ground.streams import Streams
from sfund_sim.investors.bidding import BiddingStrategy
from sfund_sim.investors.triggers import SellTrigger
from sfund_sim.market.board import Board
from sfund_sim.market.exits import Exit
from sfund_sim.market.flows import FundFlows
from sfund_sim.market.journal import Journal, RegisterRow, StageRow, Trail
from sfund_sim.market.quarter_clock import QuarterClock
from sfund_sim.market.valuation import Outlooks, outlooks
from sfund_sim.market.world import FEN_PER_UNIT, Accounts, Buyers, Floats, Funds, Holdings, Ints, Lps
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.population import LpMix
from sfund_sim.scenario.rules import RuleBook, Venue
from sfund_sim.scenario.timeline import Timeline
from sfund_sim.terms import BuyerKind, FundState, Purpose, RegisterEntry, Remark, Stage

_INVESTING, _LIQUIDATING = int(FundState.INVESTING), int(FundState.LIQUIDATING)


@dataclass(frozen=True)
class Purchase:
    """A holding bought second-hand: what the buyer's return is computed from."""

    exit: int
    holding: int
    fund: int
    units: int
    day: int
    paid: int
    """Price and buyer's fees, fen."""


@dataclass
class Market:
    """One replication's world with its chance, rules and records."""

    scenario: Scenario
    streams: Streams
    calendar: Calendar
    clock: QuarterClock
    timeline: Timeline
    funds: Funds
    holdings: Holdings
    lps: Lps
    buyers: Buyers
    accounts: Accounts
    flows: FundFlows
    journal: Journal
    diary: Diary
    venue_names: list[str]
    boards: list[Board]
    """Of each venue."""
    bidding: list[BiddingStrategy]
    extension_rules: list[ExtensionRule]
    triggers: list[list[SellTrigger | None]]
    """[LP kind][trigger]; None where the kind does not know the trigger."""
    urgency: Floats
    """[LP kinds, triggers] what a trigger adds to a seller's discount rate."""
    lp_mixes: list[LpMix]
    """By LP kind; a kind that the scenario does not know stands as the first it does."""
    typical_lives: tuple[int, ...]
    """Term in quarters of a usual fund, by strategy: the scale of everyone's projections."""
    typical_extension: int
    """Quarters of a usual extension."""
    exits: list[Exit] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    _outlooks: dict[int, Outlooks] = field(default_factory=dict)
    """By the identity of a rule book: all live as long as the timeline."""

    # -- what anyone may look up ------------------------------------------------------------------------------------

    @property
    def today(self) -> int:
        """The day it is; 0 is the scenario's start."""
        return self.diary.today

    @property
    def horizon(self) -> int:
        """Number of simulated days."""
        return self.scenario.horizon.days

    def rules(self) -> RuleBook:
        """The rules in force today."""
        return self.timeline.on(self.today)

    def venue_rules(self, venue: int, rules: RuleBook) -> Venue:
        """A venue under these rules."""
        return rules.venues[self.venue_names[venue]]

    def outlooks(self, rules: RuleBook) -> Outlooks:
        """Value factors under these rules."""
        known = self._outlooks.get(id(rules))
        if known is None:
            known = outlooks(self.scenario.expectations, rules, self.typical_lives, self.typical_extension)
            self._outlooks[id(rules)] = known
        return known

    def remaining_quarters(self, fund: int) -> int:
        """Quarters from the last quarter end to the end of the fund's present term, at least 1."""
        return max(int(self.funds.term_end[fund]) - self.clock.last_ended(self.today), 1)

    def is_investing(self, fund: int) -> bool:
        """Is the fund in its investment period?"""
        return bool(self.funds.state[fund] == _INVESTING)

    def nav_of(self, fund: int, units: int) -> float:
        """Published NAV of so many units, rolled forward, fen."""
        return float(self.funds.nav_published[fund]) * units * FEN_PER_YUAN

    def cost_of(self, holding: int, units: int) -> int:
        """Cost of so many units not yet recovered, at least 0, fen; a second-hand owner's cost is its price."""
        funds, holdings, fund = self.funds, self.holdings, int(self.holdings.fund[holding])
        paid = int(funds.paid_in[fund]) - int(holdings.paid_in_before[holding])
        received = int(funds.distributed[fund]) - int(holdings.distributed_before[holding])
        bought = float(holdings.basis[holding])
        return max(0, round((paid - received + (0.0 if np.isnan(bought) else bought)) * units))

    def unfunded_of(self, exit: Exit) -> int:
        """Commitment not yet called of the units for sale, fen."""
        return (FEN_PER_UNIT - int(self.funds.paid_in[exit.fund])) * exit.units

    def true_value(self, exit: Exit) -> int:
        """True NAV net of carry of the units for sale at the last quarter end, fen; no agent sees it."""
        return round(float(self.funds.nav_true[exit.fund]) * exit.units * FEN_PER_YUAN)

    def funds_ended_on(self, fund: int) -> int | None:
        """Day of a fund's last distribution; None while it lives."""
        day = int(self.funds.ended[fund])
        return None if day == MISSING else day

    def next_report_day(self) -> int:
        """Day on which the next quarter's NAV is published."""
        lag = self.scenario.portfolio.report_lag_days
        place = int(np.searchsorted(self.clock.ends, self.today - lag, side="right"))
        return int(self.clock.ends[place]) + lag if place < self.clock.count else self.today + 92

    def next_review_day(self) -> int:
        """Day on which sellers think again: when the next NAV is published or the next rule changes."""
        changes = self.timeline.starts
        place = bisect.bisect_right(changes, self.today)
        return min(self.next_report_day(), changes[place] if place < len(changes) else self.horizon + 1)

    def free_cash(self) -> Floats:
        """What each buyer may still spend, fen: cash less open bids, contracts and unfunded commitments."""
        cash = self.accounts.cash[len(self.lps) :]
        return np.asarray(cash - self.buyers.reserved - self.buyers.obligations, np.float64)

    def is_gone(self, exit: Exit) -> bool:
        """Has the fund ended, or is it being liquidated, so that there is no share to sell?"""
        return bool(self.funds.state[exit.fund] >= _LIQUIDATING)

    def partners_in(self, fund: int) -> Ints:
        """Distinct owners of a fund's shares, in the order of their numbers."""
        return np.unique(self.holdings.owner[self.holdings.in_fund(fund)])

    def is_partner(self, fund: int, investor: int) -> bool:
        """Does an investor hold a share of the fund?"""
        return bool((self.holdings.owner[self.holdings.in_fund(fund)] == investor).any())

    def would_exceed_cap(self, exit: Exit, investor: int, cap: int) -> bool:
        """Would the fund have more partners than allowed if this investor bought what is for sale?"""
        rows = self.holdings.in_fund(exit.fund)
        if rows.size < cap:
            return False
        owners = self.holdings.owner[rows]
        whole = exit.units == int(self.holdings.units[exit.holding])
        leaves = whole and int((owners == exit.lp).sum()) == 1
        comes = not (owners == investor).any()
        return bool(np.unique(owners).size - leaves + comes > cap)

    def within_cap(self, exit: Exit, who: Ints, rules: RuleBook) -> Ints:
        """Those of these buyers whose purchase would not give the fund too many partners."""
        cap, first = rules.partnership.partner_cap, len(self.lps)
        return np.array([b for b in who.tolist() if not self.would_exceed_cap(exit, first + b, cap)], np.int64)

    def buyer_kind(self, investor: int) -> int:
        """Kind of buyer of an investor; an LP that buys is a co-LP."""
        return int(self.buyers.kind[investor - len(self.lps)]) if investor >= len(self.lps) else int(BuyerKind.CO_LP)

    # -- waiting --------------------------------------------------------------------------------------------------

    def after_working_days(self, days: int, turn: Turn) -> Wake:
        """Wake after so many working days."""
        return Wake(self.calendar.add_working_days(self.today, days), turn)

    def delayed(self, exit: Exit, median_days: int, log_sd: float, purpose_number: int) -> int:
        """A length in working days: lognormal about its median, drawn by exit, listing round and purpose."""
        if median_days == 0 or log_sd == 0:
            return median_days
        draw = self.streams.draw_normal(Purpose.STAGE_DELAY, exit.key, exit.listings, purpose_number)
        return max(1, round(median_days * math.exp(log_sd * draw)))

    # -- records --------------------------------------------------------------------------------------------------

    def remark(self, exit: Exit, remark: Remark, a: int = MISSING, b: int = MISSING, c: int = MISSING) -> None:
        """Note a turn of an exit's story."""
        self.journal.trail.append(Trail(exit.number, self.today, int(remark), a, b, c))

    def spend_stage(self, exit: Exit, stage: Stage, entered: int, left: int) -> None:
        """Note that an exit is in a stage from day ``entered`` to day ``left``, if that comes before the horizon."""
        known = left if left < self.horizon else MISSING
        self.journal.stages.append(StageRow(exit.number, exit.listings, stage, entered, known))

    def note(
        self, entry: RegisterEntry, exit: Exit, *, giver: int = MISSING, taker: int = MISSING, fen: int = 0
    ) -> None:
        """Write a record about an exit's holding into the venue's register."""
        row = RegisterRow(self.today, int(entry), exit.number, exit.holding, exit.fund, giver, taker, exit.units, fen)
        self.journal.register.append(row)

    def note_disclosure(self, exit: Exit, investors: list[int]) -> None:
        """Write who was shown the offer of an exit's holding into the register."""
        today, entry, units = self.today, int(RegisterEntry.DISCLOSE), exit.units
        number, holding, fund = exit.number, exit.holding, exit.fund
        self.journal.register.extend(
            [RegisterRow(today, entry, number, holding, fund, MISSING, who, units, 0) for who in investors]
        )

    def register_shares(self, entry: RegisterEntry, funds: Ints) -> None:
        """Issue or cancel all shares of these funds (in ascending order) in the register, partner by partner."""
        rows = self.holdings.in_funds(funds)
        owner, issued = self.holdings.owner[rows], entry == RegisterEntry.ISSUE
        self.journal.register.extend_columns(
            rows.size,
            day=self.today,
            entry=int(entry),
            deal=MISSING,
            holding=rows,
            fund=self.holdings.fund[rows],
            giver=MISSING if issued else owner,
            taker=owner if issued else MISSING,
            units=self.holdings.units[rows],
            fen=0,
        )
