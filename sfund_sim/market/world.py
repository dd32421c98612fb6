"""The state of the market: funds, holdings and investors as columns of one length, money as whole fen.

Shares are counted in units of 10,000 yuan of commitment, so everything that a fund calls or distributes is a whole
number of fen *a unit*: what a holding has paid in is units x the fund's paid-in per unit, exactly, whoever owned it.
Only ``sfund_sim/market`` changes the world, by methods named for the deed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.errors import BrokenInvariant
from sfund_sim.ground.money import FEN_PER_YUAN, YUAN_PER_UNIT
from sfund_sim.ground.streams import key_of_name
from sfund_sim.market.cells import Cells
from sfund_sim.market.holding_index import HoldingIndex
from sfund_sim.terms import FundState

FEN_PER_UNIT = YUAN_PER_UNIT * FEN_PER_YUAN
LEAST_UNITS = 100
"""1 m yuan, the least that a qualified investor may put into one fund (CSRC Order 105 of 2014)."""

UNBORN, INVESTING, EXITING, EXTENDED, LIQUIDATING, ENDED = (int(state) for state in FundState)
"""States of a fund as plain numbers, which NumPy compares with a column far faster than a term."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Keys = NDArray[np.uint64]


@dataclass
class FundCells(Cells):
    """One fund's number at a time."""

    gp: memoryview[int]
    venue: memoryview[int]
    ended: memoryview[int]
    paid_in: memoryview[int]


@dataclass
class Funds:
    """All funds, in the order of their founding; arrays [funds] unless said."""

    key: NDArray[np.uint64]
    """Address in the random streams."""
    names: list[str]
    strategy: Ints
    gp: Ints
    vintage: Ints
    """Founding day; negative before the scenario's start."""
    start_quarter: Ints
    units: Ints
    """Commitment of all partners in units."""
    companies: Ints
    investment_quarters: Ints
    term_quarters: Ints
    extension_quarters: Ints
    extension_rule: Ints
    """Number of the rule in ``Market.extension_rules``."""
    venue: Ints
    """Home venue; -1 for none."""
    fee_rate: Floats
    investable_share: Floats
    hurdle_rate: Floats
    catch_up_share: Floats
    carry_share: Floats
    state: Ints = field(init=False)
    term_end: Ints = field(init=False)
    """Grid quarter at whose end the present term ends."""
    ended: Ints = field(init=False)
    """Day of the last distribution; MISSING while alive."""
    extensions: Ints = field(init=False)
    forced: Ints = field(init=False)
    liquidation_start: Ints = field(init=False)
    """Grid quarter in which liquidation began; MISSING when none did."""
    paid_in: Ints = field(init=False)
    """Called so far, fen a unit."""
    distributed: Ints = field(init=False)
    """Distributed to LPs so far, fen a unit."""
    nav_true: Floats = field(init=False)
    """True NAV net of carry at the last quarter end, yuan a unit."""
    nav_published: Floats = field(init=False)
    """Newest published NAV rolled forward for cash flows since, yuan a unit: what everyone sees."""
    cells: FundCells = field(init=False)

    def __post_init__(self) -> None:
        size = self.units.size
        self.state = np.full(size, UNBORN)
        self.term_end = self.start_quarter + self.term_quarters - 1
        self.ended = np.full(size, MISSING)
        self.extensions, self.forced = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self.liquidation_start = np.full(size, MISSING)
        self.paid_in, self.distributed = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self.nav_true, self.nav_published = np.zeros(size), np.zeros(size)
        self.cells = FundCells.of(self)

    def __len__(self) -> int:
        return self.units.size

    def first(self, funds: int) -> Funds:
        """The first funds, as views: what changes there changes here."""
        if funds == len(self):
            return self
        some = Funds.__new__(Funds)
        some.__dict__ = {
            name: column[:funds] if isinstance(column, np.ndarray) else column for name, column in vars(self).items()
        }
        return some

    def founded_by(self, quarter: int) -> int:
        """How many funds, the first ones, were founded by the end of a quarter."""
        return int(self.start_quarter.searchsorted(quarter, side="right"))

    @property
    def commitment_yuan(self) -> Floats:
        """Commitment of all partners, yuan."""
        return self.units.astype(np.float64) * YUAN_PER_UNIT

    @property
    def unfunded(self) -> Ints:
        """Commitment not yet called, fen a unit."""
        return FEN_PER_UNIT - self.paid_in

    @property
    def is_open(self) -> Flags:
        """Is the fund alive, so that its shares can be sold?"""
        return (self.state >= INVESTING) & (self.state <= EXTENDED)


def _with_room(column: NDArray[Any]) -> NDArray[Any]:
    """A copy with room for a tenth more."""
    return np.concatenate([column, np.zeros(64 + column.size // 10, column.dtype)])


@dataclass
class Holdings:
    """All holdings; arrays [holdings], the funds' first partners in the order of funds, later ones behind."""

    key: NDArray[np.uint64]
    fund: Ints
    owner: Ints
    """Investor: LPs first, then buyers."""
    units: Ints
    drawn_wishes: Flags
    """Do the triggers of the owner's kind apply?"""
    basis: Floats = field(init=False)
    """What the present owner paid for it second-hand, fen a unit; NaN for a first owner."""
    acquired: Ints = field(init=False)
    """Day on which the present owner got it second-hand; MISSING for a first owner."""
    paid_in_before: Ints = field(init=False)
    """Fund's paid-in, fen a unit, when the present owner got it."""
    distributed_before: Ints = field(init=False)
    sales: Ints = field(init=False)
    """How often it has changed hands."""
    on_sale: Flags = field(init=False)
    """Is its owner's wish to sell under way?"""
    exit: Ints = field(init=False)
    """Number of the exit under way; -1 when none is."""
    wish: Ints = field(init=False)
    """Trigger of the exit under way; -1 when none is."""
    index: HoldingIndex = field(init=False)
    room: dict[str, NDArray[Any]] = field(init=False)
    """The columns with room for more, once a holding was cut; by name."""

    def __post_init__(self) -> None:
        size = self.units.size
        self.basis = np.full(size, np.nan)
        self.acquired = np.full(size, MISSING)
        self.paid_in_before, self.distributed_before = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self.sales = np.zeros(size, np.int64)
        self.on_sale = np.zeros(size, bool)
        self.exit, self.wish = np.full(size, -1), np.full(size, -1)
        self.index, self.room = HoldingIndex.of(self.fund), {}

    def __len__(self) -> int:
        return self.units.size

    def split(self, holding: int, units: int) -> int:
        """Cut ``units`` off a holding into a new one of the same owner and return its slot.

        The columns have room for some more, so that a cut does not copy them; they are views of what is in use.
        """
        if not 0 < units < self.units[holding]:
            raise BrokenInvariant(f"holding {holding} of {self.units[holding]} units cannot give up {units}")
        new = len(self)
        for name in self._columns():
            column = getattr(self, name)
            if name not in self.room or self.room[name].size <= new:
                self.room[name] = _with_room(column)
            self.room[name][new] = column[holding]
            setattr(self, name, self.room[name][: new + 1])
        self.units[holding] -= units
        self.units[new] = units
        self.index.add(int(self.fund[holding]), new)
        return new

    def _columns(self) -> list[str]:
        return [name for name, column in vars(self).items() if isinstance(column, np.ndarray)]

    def in_funds(self, funds: Ints) -> Ints:
        """Holdings of some funds (told in ascending order), in ascending order."""
        return self.index.rows_of(funds, self.fund)


@dataclass
class Lps:
    """All limited partners; arrays [LPs]."""

    names: list[str]
    kind: Ints
    _keys: Keys = field(init=False)
    """0 for an LP that was never asked for."""

    def __post_init__(self) -> None:
        self._keys = np.zeros(len(self), np.uint64)

    def __len__(self) -> int:
        return self.kind.size

    def keys(self, who: Ints) -> Keys:
        """Addresses of some LPs in the random streams, by kind and name, made when an LP is first asked for."""
        for lp in who[self._keys[who] == 0].tolist():
            self._keys[lp] = key_of_name(f"{int(self.kind[lp])} {self.names[lp]}")
        return self._keys[who]
