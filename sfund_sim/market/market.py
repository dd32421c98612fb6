"""The market while it lives: everyone in it, the rules of the day, waiting, and records; it changes by ``deeds``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sfund_sim.funds.extension import ExtensionRule
from sfund_sim.ground.calendar import Calendar
from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import Diary, Turn, Wake
from sfund_sim.ground.streams import Streams
from sfund_sim.investors.bidding import BiddingStrategy
from sfund_sim.investors.triggers import SellTrigger
from sfund_sim.market.accounts import Accounts
from sfund_sim.market.board import Board
from sfund_sim.market.buyers import Buyers
from sfund_sim.market.chances import RoundChances, delayed
from sfund_sim.market.exits import Exit
from sfund_sim.market.flows import FundFlows
from sfund_sim.market.journal import Journal, Trail
from sfund_sim.market.listings import Listing
from sfund_sim.market.lookers import BuyersAsLookers
from sfund_sim.market.mandates import Mandates
from sfund_sim.market.memberships import Memberships
from sfund_sim.market.purchases import Purchase
from sfund_sim.market.quarter_clock import QuarterClock
from sfund_sim.market.report_days import ReportDays, stretches
from sfund_sim.market.valuation import Outlooks, outlooks
from sfund_sim.market.world import FEN_PER_UNIT, INVESTING, LIQUIDATING, Flags, Floats, Funds, Holdings, Ints, Lps
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.population import LpMix
from sfund_sim.scenario.rules import RuleBook, Venue
from sfund_sim.scenario.timeline import Timeline
from sfund_sim.terms import RegisterEntry, Remark, Stage

if TYPE_CHECKING:
    from sfund_sim.market.dockets import Dockets
    from sfund_sim.market.hopes import Hopes
    from sfund_sim.market.partners import Partners
    from sfund_sim.market.sheet import Sheet


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
    """[LP kinds, triggers + 1] what a trigger adds to an LP's discount rate; last, nothing for one without a wish."""
    lp_mixes: list[LpMix]
    """By LP kind; a kind that the scenario does not know stands as the first it does."""
    typical_lives: tuple[int, ...]
    """Term in quarters of a usual fund, by strategy: the scale of everyone's projections."""
    typical_extension: int
    """Quarters of a usual extension."""
    narrated: bool = True
    """Are remarks kept, so that each exit's story can be told?"""
    hopes: Hopes | None = None
    """Where is noted what sellers hope for; None to note nothing."""
    exits: list[Exit] = field(default_factory=list)
    selling: dict[int, Exit] = field(default_factory=dict)
    """Those whose share still is the seller's, by number."""
    waiting: dict[int, bool] = field(default_factory=dict)
    """Those of them who hold on, by number: do they heed changes of rules, or reports only (``waiting``)?"""
    listings: list[Listing] = field(default_factory=list)
    sheet: Sheet = field(init=False)
    dockets: Dockets = field(init=False)
    chances: RoundChances = field(init=False)
    mandates: Mandates = field(init=False)
    memberships: Memberships = field(init=False)
    lookers: BuyersAsLookers = field(init=False)
    typical_irr: float = field(init=False)
    """Mean of the returns that the buyers ask, a year: what everybody knows of them."""
    rates: Floats = field(init=False)
    """[LP kinds, triggers + 1] an LP's discount rate, the urgency of its wish included; last, of one without a wish."""
    rate_of: list[list[float]] = field(init=False)
    """The same, to look up one."""
    purchases: list[Purchase] = field(default_factory=list)
    moves: dict[int, int] = field(default_factory=dict)
    """How often a share of a fund has changed hands, by fund."""
    news: dict[int, int] = field(default_factory=dict)
    """How often a partner of a fund has come, left, or begun or ceased to sell, by fund."""
    partners: dict[int, Partners] = field(default_factory=dict)
    """Who holds shares of a fund, by fund."""
    _outlooks: dict[int, Outlooks] = field(default_factory=dict)
    """By the identity of a rule book: all live as long as the timeline."""
    _alike: dict[int, list[int]] = field(default_factory=dict)
    """The same."""
    gone: bytes = b""
    """By fund: has it ended, or is it being liquidated? Told anew at each quarter's end (``look_who_is_gone``)."""
    first_buyer: int = field(init=False)
    """Number of the first buyer among investors: LPs come before."""
    horizon: int = field(init=False)
    """Number of simulated days."""
    reports: ReportDays = field(init=False)
    stretches: list[int] = field(init=False)
    """Number, by day, of the stretch in which neither NAV nor rules nor funds' states change."""
    _working: list[int] = field(init=False)
    _wakes: list[list[Wake | None]] = field(init=False)
    """By turn of the day, on each working day; made when first asked for."""
    _passed: list[int] = field(init=False)
    _epochs: list[int] = field(init=False)
    """Number of the rules' epoch by day."""

    def __post_init__(self) -> None:
        self.first_buyer, self.horizon = len(self.lps), self.scenario.horizon.days
        self._working, self._passed = self.calendar.lists()
        self._wakes = [[None] * len(self._working) for _ in Turn]
        self._epochs = self.timeline.numbers(np.arange(self.horizon)).tolist()
        self.rates = np.array([mix.discount_rate for mix in self.lp_mixes])[:, None] + self.urgency
        self.rate_of = self.rates.tolist()
        self.typical_irr = float(self.buyers.required_irr.mean()) if len(self.buyers) else 0.0
        self.look_who_is_gone()
        lag, changes = self.scenario.portfolio.report_lag_days, list(self.timeline.starts)
        self.reports = ReportDays(self.clock.ends.tolist(), lag, changes)
        self.stretches = stretches(self.clock.ends, lag, changes, self.horizon)
        self.chances = RoundChances(self.streams, self.exits)
        self.mandates = Mandates(self.funds, self.buyers)
        self.memberships = Memberships(self.scenario.venues, self.streams, self.buyers.key)
        self.lookers = BuyersAsLookers(self.buyers, self.scenario.expectations.mark_bias_log_sd)

    def break_up(self) -> None:
        """Let go of all that still waits, which knows the market as the market knows it, so that both can be freed."""
        self.diary.close()
        del self.sheet, self.dockets

    # -- what anyone may look up ------------------------------------------------------------------------------------

    @property
    def today(self) -> int:
        """The day it is; 0 is the scenario's start."""
        return self.diary.today

    def rules(self) -> RuleBook:
        """The rules in force today."""
        return self.timeline.epochs[self._epochs[self.diary.today]].book

    def venue_rules(self, venue: int, rules: RuleBook) -> Venue:
        """A venue under these rules."""
        return rules.venues[self.venue_names[venue]]

    def alike(self, rules: RuleBook) -> list[int]:
        """By venue the first that deals by the same rules, so that matters of all of these are reckoned together."""
        known = self._alike.get(id(rules))
        if known is None:
            venues = [rules.venues[name] for name in self.venue_names]
            known = [next(i for i, other in enumerate(venues) if other.deals_like(venue)) for venue in venues]
            self._alike[id(rules)] = known
        return known

    def rules_today(self, listing: Listing) -> RuleBook:
        """The rules that bind a listing today: those of its filing day, with later changes for open listings."""
        if self._epochs[listing.filed] == self._epochs[self.diary.today]:
            return listing.rules
        return self.timeline.for_listing(listing.filed, self.diary.today)

    def dealing(self, listing: Listing, rules: RuleBook) -> Venue:
        """How a listing is dealt with under the rules that bind it: by its venue's, or the first's that deals alike."""
        return self.venue_rules(self.alike(rules)[listing.exit.venue], rules)

    def dealing_today(self, listing: Listing) -> Venue:
        """The same under the rules that bind it today."""
        return self.dealing(listing, self.rules_today(listing))

    def outlooks(self, rules: RuleBook) -> Outlooks:
        """Value factors under these rules."""
        known = self._outlooks.get(id(rules))
        if known is None:
            known = outlooks(self.scenario.expectations, rules, self.typical_lives, self.typical_extension)
            self._outlooks[id(rules)] = known
        return known

    def remaining_quarters(self, funds: Ints) -> Ints:
        """Quarters from the last quarter end to the end of each fund's present term, at least 1."""
        return np.maximum(self.funds.term_end[funds] - self.clock.last_ended(self.today), 1)

    def are_investing(self, funds: Ints) -> Flags:
        """Is each of these funds in its investment period?"""
        return np.asarray(self.funds.state[funds] == INVESTING)

    def costs_of(self, holding: Ints, units: Ints) -> Floats:
        """Cost of so many units not yet recovered, at least 0, fen [holdings]; a second-hand owner's is its price."""
        funds, holdings, fund = self.funds, self.holdings, self.holdings.fund[holding]
        paid = funds.paid_in[fund] - holdings.paid_in_before[holding]
        received = funds.distributed[fund] - holdings.distributed_before[holding]
        bought = holdings.basis[holding]
        bought[np.isnan(bought)] = 0.0
        return np.maximum(np.rint((paid - received + bought) * units), 0.0)

    def unfunded_of(self, exit: Exit) -> int:
        """Commitment not yet called of the units for sale, fen."""
        return (FEN_PER_UNIT - self.funds.cells.paid_in[exit.fund]) * exit.units

    def funds_ended_on(self, fund: int) -> int | None:
        """Day of a fund's last distribution; None while it lives."""
        day = self.funds.cells.ended[fund]
        return None if day == MISSING else day

    def free_cash(self) -> Floats:
        """What each buyer may still spend, fen: cash less open bids, contracts and unfunded commitments."""
        cash = self.accounts.cash[self.first_buyer :]
        return np.asarray(cash - self.buyers.reserved - self.buyers.obligations, np.float64)

    def free_cash_of(self, buyer: int) -> int:
        """The same of one buyer."""
        cells = self.buyers.cells
        return self.accounts.of[self.first_buyer + buyer] - cells.reserved[buyer] - cells.obligations[buyer]

    def hear_from_buyers(self) -> None:
        """Buyers tell what they can spend and how much they have bought; one not yet founded, its first capital."""
        buyers = self.buyers
        buyers.told_cash[:] = np.where(buyers.raised > 0, np.maximum(self.free_cash(), 0.0), buyers.capital)
        buyers.told_purchases[:] = buyers.purchases

    def look_who_is_gone(self) -> None:
        """Funds have moved along their lives."""
        self.gone = (self.funds.state >= LIQUIDATING).tobytes()

    def is_gone(self, exit: Exit) -> bool:
        """Has the fund ended, or is it being liquidated, so that there is no share to sell?"""
        return self.gone[exit.fund] != 0

    # -- waiting --------------------------------------------------------------------------------------------------

    def after_working_days(self, days: int, turn: Turn = Turn.FILING, since: int | None = None) -> Wake:
        """Wake so many working days after today, or after day ``since``."""
        today = self.diary.today if since is None else since
        if days > 0:
            # As ``Calendar.working_day_after`` says, looked up without a call: sales ask this a dozen times each.
            place, wakes = self._passed[today] + days - 1, self._wakes[turn]
            if place < len(wakes):
                wake = wakes[place] = wakes[place] or Wake(self._working[place], turn)
                return wake
        return Wake(self.calendar.working_day_after(today, days), turn)

    def delayed(self, exit: Exit, median_days: int, log_sd: float, stage: Stage) -> int:
        """How long a stage of the exit's present talks, or round, takes, working days: longer or shorter by chance."""
        draw = self.chances.of_talks(exit, stage) if exit.talks else self.draws_of_round(exit)[stage]
        return delayed(median_days, log_sd, draw)

    def draws_of_round(self, exit: Exit) -> Sequence[float]:
        """What chance has in store for the exit's present listing round (``RoundChances``)."""
        if exit.drawn_round != exit.listings:
            exit.drawn_round, exit.draws = exit.listings, self.chances.of(exit)
        return exit.draws

    def keeps_rules_until(self, day: int) -> bool:
        """May a story pass over a day because the rules are then as today? A told one may not."""
        return not self.narrated and day < self.horizon and self._epochs[day] == self._epochs[self.today]

    def keeps_funds_until(self, day: int) -> bool:
        """The same because no quarter ends until then: no fund ends, or begins to be liquidated."""
        ended = self.clock.last_ended
        return not self.narrated and day < self.horizon and ended(day) == ended(self.today)

    # -- records --------------------------------------------------------------------------------------------------

    def remark(self, exit: Exit, remark: Remark, a: float = MISSING, b: float = MISSING, c: float = MISSING) -> None:
        """Note a turn of an exit's story, with up to three whole numbers (rounded here)."""
        if self.narrated:
            self.journal.trail.append(Trail(exit.number, self.today, remark, round(a), round(b), round(c)))

    def spend_stage(self, exit: Exit, stage: Stage, left: int, since: int | None = None) -> None:
        """Note that an exit is in a stage from today, or day ``since``, to day ``left``, as far as the run goes."""
        entered = self.diary.today if since is None else since
        if entered < self.horizon:
            table = self.journal.stages
            table.add(table.row(exit.number, exit.listings, stage, entered, left if left < self.horizon else MISSING))

    def note(
        self, entry: RegisterEntry, exit: Exit, *, giver: int = MISSING, taker: int = MISSING, fen: int = 0
    ) -> None:
        """Write a record about an exit's holding into the venue's register."""
        table, today = self.journal.register, self.diary.today
        table.add(table.row(today, entry, exit.number, exit.holding, exit.fund, giver, taker, exit.units, fen))
