"""Made-up journals for the tests of tables, measures, figures and reports: shaped like a run, drawn from a seed."""

from __future__ import annotations

from datetime import date

import numpy as np

from sfund_sim.ground.columns import MISSING, Columns
from sfund_sim.market.fund_quarters import FundQuarterRow
from sfund_sim.market.journal import (
    BidRow,
    ExitRow,
    FundRow,
    HoldingRow,
    Journal,
    ListingRow,
    RecyclingRow,
    StageRow,
    VoteRow,
)
from sfund_sim.outcomes.run_info import Names, Period, ReplicationRecord, RunInfo
from sfund_sim.terms import BuyerKind, Ending, FundState, ListingEnding, LpKind, Regime, Route, Stage

HORIZON = 3652
FUNDS, LPS, BUYERS = 40, 60, 12
VENUE_DAY = 1207


def made_up_info() -> RunInfo:
    """The facts of a run of six replications."""
    names = Names(
        funds=tuple(f"Fund {slot:02d}" for slot in range(FUNDS)),
        lps=tuple(f"LP {slot:02d}, 有限合伙人" for slot in range(LPS)),
        lp_kinds=tuple(LpKind(slot % 8) for slot in range(LPS)),
        buyers=tuple(f'Buyer "{slot:02d}"' for slot in range(BUYERS)),
        buyer_kinds=tuple(list(BuyerKind)[slot % 6] for slot in range(BUYERS)),
        venues=("beijing", "shanghai"),
    )
    periods = (
        Period("before_opening", 0),
        Period("since_opening", VENUE_DAY),
    )
    return RunInfo(
        scenario_id="made_up", title="A made-up market", title_zh="虚构市场", scenario_hash="0123456789abcdef" * 4,
        seed=1, replications=6, version="0.1.0", start_date=date(2018, 1, 1), horizon_days=HORIZON, names=names,
        venue_open_days=(HORIZON - VENUE_DAY, 0), any_venue_open_days=HORIZON - VENUE_DAY, periods=periods,
        state_regimes=("appraisal", "full"),
    )  # fmt: skip


def made_up_record(replication: int, *, exits: int) -> ReplicationRecord:
    """One replication with this many exits; everything is drawn from the replication's number."""
    generator = np.random.default_rng(replication)
    journal = Journal(replication, fund_quarters=Columns(FundQuarterRow))
    market = generator.normal(0, 0.06)
    for number in range(exits):
        _one_exit(journal, number, generator, market)
    for fund in range(FUNDS):
        _one_fund(journal, fund, generator)
    return ReplicationRecord(replication, journal.arrays())


def _one_exit(journal: Journal, number: int, generator: np.random.Generator, market: float) -> None:
    kind = LpKind(int(generator.integers(8)))
    wished = int(generator.integers(0, HORIZON - 10))
    route = Route.VENUE if wished > VENUE_DAY and generator.random() < 0.6 else Route.AGREEMENT
    ending = _ending(route, generator)
    wait = int(generator.gamma(2.0, 260 if kind.is_state else 130)) + 5
    if wished + wait >= HORIZON:
        ending, wait = Ending.OPEN, HORIZON - 1 - wished
    borrows = number % 7 == 0
    if borrows and ending == Ending.LAPSED:
        ending = Ending.LOAN_REPAID
    if ending == Ending.LIQUIDATED:
        route = Route.LIQUIDATION
    regime = (Regime.FULL if wished > VENUE_DAY else Regime.APPRAISAL) if kind.is_state else Regime.NONE
    nav = int(np.exp(generator.normal(17, 1)) * 100)
    bidders = int(generator.poisson(1.3)) if route == Route.VENUE else 0
    bidders = 1 if ending == Ending.SOLD_TO_SOLE_BIDDER else max(bidders, 2) if ending == Ending.SOLD_BY_BIDDING else 0
    ratio = 0.72 + 0.05 * bidders + 0.06 * kind.is_state + market + generator.normal(0, 0.08)
    paid = ending.is_sale or ending == Ending.LIQUIDATED
    price = int(nav * max(ratio, 0.1)) if paid else MISSING
    decided = wished + min(20, wait - 1)
    filed = wished + min(30, wait - 1) if route == Route.VENUE else MISSING
    journal.exits.append(
        ExitRow(
            wish=number, holding=number, fund=int(generator.integers(FUNDS)), lp=number % LPS, lp_kind=kind,
            regime=regime, trigger=int(generator.integers(6)), paid_in=nav, distributed=nav // 4,
            wished=wished, decided=decided, filed=filed,
            signed=wished + wait - 3 if ending.is_sale else MISSING, ended=wished + wait, route=route, ending=ending,
            venue=0 if route == Route.VENUE else MISSING, units=500, price=price,
            transferred=wished + wait if ending.is_sale else MISSING, rest=0,
            bought=number if ending.is_sale else MISSING, rate=0.08, rate_urgent=0.12,
            price_worth_to_seller=price - 3_000_00 if paid else MISSING,
            price_worth_to_buyer=price - 7_000_00 if paid else MISSING, nav=nav,
            prematched=int(kind.is_state and ending == Ending.SOLD_BY_AGREEMENT),
            appraisal=int(nav * 0.98) if kind.is_state else MISSING, cost=int(nav * generator.uniform(0.5, 1.2)),
            true_value=int(nav * generator.uniform(0.6, 1.3)), hold_value=int(nav * 0.7), reservation=int(nav * 0.8),
            unfunded=0, seller_costs=5_000_00 if paid else MISSING,
            buyer=LPS + int(generator.integers(BUYERS)) if ending.is_sale else MISSING,
            buyer_kind=int(generator.integers(6)) if ending.is_sale else MISSING,
            buyer_value=int(nav * 1.02) if ending.is_sale else MISSING,
            buyer_fee=2_000_00 if ending.is_sale else MISSING, invited=20 if filed != MISSING else 0,
            ready=bidders, bidders=bidders, listings=int(filed != MISSING), leaked=int(generator.random() < 0.03),
            **_loan(nav, decided, wished + wait, ending) if borrows else _NO_LOAN,
            fund_age_days=int(generator.integers(300, 3600)),
            buyer_irr=float(generator.normal(0.15, 0.1)) if ending.is_sale else np.nan,
            buyer_multiple=float(generator.lognormal(0.3, 0.3)) if ending.is_sale else np.nan,
            nav_change=int(nav * generator.normal(0.02, 0.1)) if ending.is_sale else MISSING,
            waiting_cost=float(price) * 0.1 if ending.is_sale else np.nan,
            held_value=float(nav * generator.uniform(0.5, 1.1)), realised_value=float(price if paid else np.nan),
            waiting_cost_urgent=float(price) * 0.2 if ending.is_sale else np.nan, held_value_urgent=float(nav * 0.6),
            realised_value_urgent=float(price * 0.9 if paid else np.nan),
        )
    )  # fmt: skip
    if filed != MISSING:
        _one_listing(journal, number, generator)
    _stages(journal, number)
    if paid:
        for use, share in enumerate((0.3, 0.2, 0.4, 0.1)):
            journal.recycling.append(
                RecyclingRow(number, number % LPS, kind, wished + wait + 30, int(price * share), use, 0.4 * (use < 2))
            )


_NO_LOAN = dict.fromkeys(("loan", "pledged", "loan_due", "loan_ended", "loan_paid", "defaulted"), MISSING)


def _loan(nav: int, pledged: int, ended: int, ending: Ending) -> dict[str, int]:
    """A loan that was due on the day after it was made, and is paid back late unless the need passed by then."""
    lent = _NO_LOAN | {"loan": int(nav * 0.4), "pledged": pledged, "loan_due": pledged + 1}
    lent["defaulted"] = int(ending != Ending.LOAN_REPAID)
    return lent if ending == Ending.OPEN else lent | {"loan_ended": ended, "loan_paid": int(nav * 0.45)}


def _ending(route: Route, generator: np.random.Generator) -> Ending:
    if generator.random() < 0.25:
        return [Ending.LIQUIDATED, Ending.FUND_ENDED, Ending.LAPSED][int(generator.integers(3))]
    if route == Route.AGREEMENT:
        return Ending.SOLD_BY_AGREEMENT
    return [Ending.SOLD_TO_SOLE_BIDDER, Ending.SOLD_BY_BIDDING, Ending.SOLD_TO_PARTNER][int(generator.integers(3))]


def _one_listing(journal: Journal, number: int, generator: np.random.Generator) -> None:
    of = journal.exits[number]
    sold = Ending(of.ending).is_sale
    listing = journal.listings.append(
        ListingRow(
            exit=number, round=1, venue=0, filed=of.filed, published=min(of.filed + 3, of.ended),
            disclosed=min(of.filed + 5, of.ended), closed=of.ended, floor=int(of.nav * 0.8), appraisal=of.appraisal,
            nav=of.nav, invited=20, engaged=6, due_diligence=6 * 20_000_000, ready=of.bidders, bidders=of.bidders,
            ending=ListingEnding.SOLD if sold else ListingEnding.NO_BID, winner=of.buyer, taker=MISSING,
            price=of.price if sold else MISSING, best_bid=int(of.nav * 0.9) if of.bidders else MISSING,
            runner_up=MISSING,
            efficient=int(generator.random() < 0.9) if sold else MISSING, leaked=of.leaked,
        )
    )  # fmt: skip
    for bidder in range(of.bidders):
        journal.bids.append(
            BidRow(listing, LPS + bidder, of.ended, int(of.nav * 0.95), int(of.nav * 0.9), int(bidder == 0))
        )


def _stages(journal: Journal, number: int) -> None:
    of = journal.exits[number]
    cuts = np.linspace(of.wished, of.ended, len(Stage) + 1).astype(int)
    last = len(Stage) if of.route == Route.VENUE else 2
    for stage in range(last):
        open_end = of.ending == Ending.OPEN and stage == last - 1
        journal.stages.append(
            StageRow(number, 0, stage, int(cuts[stage]), MISSING if open_end else int(cuts[stage + 1]))
        )


def _one_fund(journal: Journal, fund: int, generator: np.random.Generator) -> None:
    vintage = int(generator.integers(-2500, 1000))
    ended = int(generator.random() < 0.3)
    journal.funds.append(
        FundRow(
            fund=fund, strategy=fund % 4, gp_kind=fund % 2, venue=0, vintage=vintage, term_end=vintage + 2557,
            ended=vintage + 2557 if ended else MISSING, state=FundState.ENDED if ended else FundState.EXITING,
            commitment=10**11, paid_in=8 * 10**10, distributed=3 * 10**10, nav_true=6 * 10**10, nav_reported=7 * 10**10,
            extensions=0, forced=ended, partners=12, companies=15, ipos=2, trade_sales=3, buybacks=1, write_offs=4,
        )
    )  # fmt: skip
    journal.holdings.append(HoldingRow(fund, fund, fund % (LPS + BUYERS), 10_000, 8 * 10**9, 3 * 10**9))
    assert journal.fund_quarters is not None
    journal.fund_quarters.append(FundQuarterRow(fund, 89, 1, 12_000, 0, 800_000, 300_000, 6_000.0, 7_000.0, 149))
    journal.votes.append(VoteRow(fund, max(vintage + 2500, 0), 2 / 3, 9, 12, 1, int(generator.random() < 0.5)))
