"""Every fen in the model and whose it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from sfund_sim.ground.errors import BrokenInvariant
from sfund_sim.market.world import Ints


@dataclass
class Accounts:
    """Every fen in the model: investors' cash, funds' undistributed cash, the world outside; the sum never moves."""

    cash: Ints
    """[investors]: buyers' money; of LPs, what deals brought and cost them (their own treasuries stand behind it)."""
    in_funds: Ints
    """[funds]: cash that a fund has not yet distributed (less than one fen a unit)."""
    lps: int = 0
    """What funds have paid to LPs less what these have paid in, of all LPs together: nobody asks whose it was."""
    outside: int = 0
    """Companies, managers, venues, lawyers, buyers' own investors: the counterpart of everything else."""
    of: memoryview[int] = field(init=False)
    """One investor's cash at a time, to look at or to change: the memory of ``cash``, which is never replaced."""

    def __post_init__(self) -> None:
        self.of = self.cash.data

    def pay(self, giver: int, taker: int, fen: int) -> None:
        """One investor pays another."""
        if fen < 0:
            raise BrokenInvariant(f"a payment of {fen} fen from investor {giver} to {taker}")
        self.of[giver] -= fen
        self.of[taker] += fen

    def pay_out(self, giver: int, fen: int) -> None:
        """An investor pays somebody outside the model."""
        if fen < 0:
            raise BrokenInvariant(f"a payment of {fen} fen from investor {giver} to the outside")
        self.of[giver] -= fen
        self.outside += fen

    def pay_in(self, taker: int, fen: int) -> None:
        """Somebody outside the model pays an investor."""
        if fen < 0:
            raise BrokenInvariant(f"a payment of {fen} fen from the outside to investor {taker}")
        self.outside -= fen
        self.of[taker] += fen

    def total(self) -> int:
        """Sum of all money; constant from the first day to the last."""
        return int(self.cash.sum()) + int(self.in_funds.sum()) + self.lps + self.outside
