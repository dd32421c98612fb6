"""S02, S03, families of our own: the market's companies and its Yale fund, which no published case runs to the end."""

from __future__ import annotations

from pydantic import Field, field_validator

from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.families.funds import FundParameters
from sfund_sim.lab.portfolios import CompanyExits, yale_fund
from sfund_sim.lab.questions import Exact, Family, Parameters, Simulated, mean_of


class Clocks(Parameters):
    """Hazards a year of three ways out, and years after the quarter of the purchase."""

    listing: float = Field(default=0.0, ge=0)
    sale: float = Field(default=0.0, ge=0)
    buyback: float = Field(default=0.0, ge=0)
    t: float = Field(ge=0, le=100)

    @field_validator("t")
    @classmethod
    def _whole_quarters(cls, t: float) -> float:
        if t * QUARTERS_PER_YEAR % 1:
            raise RuleError("the market's companies leave at quarter ends", "市场中的企业只在季末退出")
        return t


def companies(asked: Clocks) -> CompanyExits:
    """The market's companies with these clocks."""
    quarters = round(asked.t * QUARTERS_PER_YEAR)
    return CompanyExits(listing=asked.listing, sale=asked.sale, buyback=asked.buyback, quarters=quarters)


def proceeds(asked: FundParameters, quarters: slice) -> float:
    """What the market's Yale fund pays out in some of its quarters."""
    return float(yale_fund(asked.spec, asked.CC).distributions[quarters].sum())


LAST_YEAR = slice(-QUARTERS_PER_YEAR, None)

FAMILIES: dict[str, Family] = {
    "S02": {
        "share listed by t": Simulated(Clocks, companies, mean_of("listed"), is_proportion=True),
        "share sold by t": Simulated(Clocks, companies, mean_of("sold"), is_proportion=True),
        "share bought back by t": Simulated(Clocks, companies, mean_of("bought_back"), is_proportion=True),
    },
    "S03": {
        "proceeds of the last year": Exact(FundParameters, lambda asked: proceeds(asked, LAST_YEAR)),
        "proceeds of the last quarter": Exact(FundParameters, lambda asked: proceeds(asked, slice(-1, None))),
        "total contributions": Exact(
            FundParameters, lambda asked: float(yale_fund(asked.spec, asked.CC).contributions.sum())
        ),
    },
}
