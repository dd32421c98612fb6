"""The deeds by which the market changes: who pays whom, whose share becomes whose, which exits begin and end."""

from __future__ import annotations

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.errors import BrokenInvariant
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.purchases import Purchase
from sfund_sim.market.world import Ints
from sfund_sim.scenario.pledges import Pledges
from sfund_sim.terms import Ending, Purpose, RegisterEntry, Remark, Route


def charge_seller(market: Market, exit: Exit, fen: int) -> None:
    """The seller pays somebody outside (venue, valuer, lawyers)."""
    if fen:
        market.accounts.pay_out(exit.lp, fen)
        exit.costs += fen
        market.note(RegisterEntry.FEE, exit, giver=exit.lp, fen=fen)


def charge_buyer(market: Market, buyer: int, fen: int, free: int) -> int:
    """A buyer pays somebody outside, as far as its ``free`` cash goes; returns what it paid."""
    paid = fen if fen <= free else max(free, 0)
    market.accounts.pay_out(market.first_buyer + buyer, paid)
    return paid


def transfer(market: Market, exit: Exit, investor: int, fee: int) -> None:
    """Title, unfunded commitment and the buyer's claim move to an investor today; a part-sale cuts the holding.

    The buyer has paid the price and a ``fee``, but for the exit's ``rest``.
    """
    holding = exit.holding
    if exit.units < int(market.holdings.units[holding]):
        holding = market.holdings.split(holding, exit.units)
        # A key of its own: the part's later wishes must not repeat the draws of the holding it was cut off.
        market.holdings.key[holding] = market.streams.bits(Purpose.PART_SALE, exit.key, 1)[0]
        _record_move(market, RegisterEntry.SPLIT, exit, holding, exit.lp)
    _record_move(market, RegisterEntry.TRANSFER, exit, holding, investor)
    holdings, fund = market.holdings, exit.fund
    holdings.owner[holding] = investor
    holdings.basis[holding] = exit.price / exit.units
    holdings.acquired[holding] = market.today
    holdings.paid_in_before[holding] = market.funds.paid_in[fund]
    holdings.distributed_before[holding] = market.funds.distributed[fund]
    holdings.sales[holding] += 1
    holdings.on_sale[holding], holdings.exit[holding], holdings.wish[holding] = False, -1, -1
    _no_longer_selling(market, exit)
    if investor >= market.first_buyer:
        buyer = investor - market.first_buyer
        market.buyers.cells.obligations[buyer] += market.unfunded_of(exit)
        market.buyers.cells.purchases[buyer] += 1
    market.moves[fund] = market.moves.get(fund, 0) + 1
    exit.transferred = market.today
    paid = exit.price - exit.rest + fee
    market.purchases.append(Purchase(exit.number, fund, holding, exit.units, market.today, paid))


def begin_exit(market: Market, exit: Exit) -> None:
    """A wish to sell is under way."""
    market.exits.append(exit)
    market.selling[exit.number] = exit
    holdings, holding = market.holdings, exit.holding
    holdings.on_sale[holding], holdings.exit[holding], holdings.wish[holding] = True, exit.number, exit.trigger
    _note_news(market, exit.fund)


def conclude_exit(market: Market, exit: Exit, ending: Ending) -> None:
    """The exit is over today."""
    exit.end(ending, market.today)
    _no_longer_selling(market, exit)


def close_exit_by_fund(market: Market, exit: Exit) -> None:
    """The fund ended before the exit was made: the seller had its money from the fund."""
    forced = bool(market.funds.forced[exit.fund])
    exit.route = int(Route.LIQUIDATION if forced else Route.HOLD)
    exit.end(Ending.LIQUIDATED if forced else Ending.FUND_ENDED, int(market.funds.ended[exit.fund]))
    _no_longer_selling(market, exit)
    if forced:
        first = int(market.funds.liquidation_start[exit.fund])
        exit.price = int(market.flows.distributed[exit.fund, first:].sum()) * exit.units
    market.remark(exit, Remark.FUND_LIQUIDATING if forced else Remark.FUND_ENDED, exit.price)
    if exit.owes:  # The pledge ends with the share.
        _pay_back(market, exit, exit.ended)


def lend(market: Market, exit: Exit, terms: Pledges, fen: int) -> None:
    """Somebody outside lends on the share today; its pledge is registered, and what that costs paid."""
    exit.lender, exit.loan, exit.pledged = terms, fen, market.today
    exit.loan_due = market.today + terms.term_days
    market.accounts.pay_in(exit.lp, fen)
    market.note(RegisterEntry.PLEDGE, exit, taker=exit.lp, fen=fen)
    charge_seller(market, exit, terms.cost)


def repay(market: Market, exit: Exit) -> None:
    """The owner pays what it owes on the share today, and the pledge is struck off."""
    _pay_back(market, exit, market.today)
    market.note(RegisterEntry.RELEASE, exit, giver=exit.lp, fen=exit.loan_paid)


def _pay_back(market: Market, exit: Exit, day: int) -> None:
    exit.loan_paid, exit.loan_ended = exit.owed_on(day), day
    market.accounts.pay_out(exit.lp, exit.loan_paid)
    market.remark(exit, Remark.LOAN_SETTLED, exit.loan_paid)


def register_shares(market: Market, entry: RegisterEntry, funds: Ints) -> None:
    """Issue or cancel all shares of these funds (in ascending order) in the register, partner by partner."""
    rows = market.holdings.in_funds(funds)
    owner, issued = market.holdings.owner[rows], entry == RegisterEntry.ISSUE
    market.journal.register.extend_columns(
        rows.size,
        day=market.today,
        entry=int(entry),
        deal=MISSING,
        holding=rows,
        fund=market.holdings.fund[rows],
        giver=MISSING if issued else owner,
        taker=owner if issued else MISSING,
        units=market.holdings.units[rows],
        fen=0,
    )


def show(market: Market, exit: Exit, investors: Ints) -> None:
    """Write who is shown the offer of an exit's holding today into the register; nothing when nobody is."""
    if investors.size:
        market.note(RegisterEntry.DISCLOSE, exit)
        market.journal.shown.add_for_each("investor", investors, len(market.journal.register) - 1, MISSING)


def check_accounts(market: Market, expected: int) -> None:
    """Money neither appears nor vanishes, and no buyer spends what it has not."""
    if market.accounts.total() != expected:
        raise BrokenInvariant(f"day {market.today}: accounts sum to {market.accounts.total()} fen, not {expected}")
    if len(market.buyers) and int(market.accounts.cash[market.first_buyer :].min()) < 0:
        raise BrokenInvariant(f"day {market.today}: a buyer's cash is below 0")


def _no_longer_selling(market: Market, exit: Exit) -> None:
    """From title on, not only from the last payment: the next owner may wish to sell while the rest is due."""
    holdings, holding = market.holdings, exit.holding
    if exit.paid_in == MISSING:
        exit.paid_in = int(market.funds.paid_in[exit.fund]) * exit.units
        exit.distributed = int(market.funds.distributed[exit.fund]) * exit.units
    market.selling.pop(exit.number, None)
    if holdings.exit[holding] == exit.number:
        holdings.on_sale[holding], holdings.exit[holding], holdings.wish[holding] = False, -1, -1
    _note_news(market, exit.fund)


def _note_news(market: Market, fund: int) -> None:
    """What was found out about the partners of a fund counts no more."""
    market.news[fund] = market.news.get(fund, 0) + 1


def _record_move(market: Market, entry: RegisterEntry, exit: Exit, holding: int, taker: int) -> None:
    table = market.journal.register
    table.add(table.row(market.today, entry, exit.number, holding, exit.fund, exit.lp, taker, exit.units, 0))
