"""The laws by which portfolio companies move and leave, one set a strategy: data with sources."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CompanyLaw(BaseModel):
    """How the companies of one strategy grow, list, are sold, bought back or written off.

    A company's *multiple* is its value over what was paid for it. Log multiple moves a quarter by
    drift + beta x market log return + volatility x normal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    market_beta: float = 1.4
    """Sensitivity of log value to the public market's log return. Source: 1.37 for venture capital in 2010-22 (sourced,
    A-MAR; Cochrane 2005 has 1.7, A-COC); buyout 1.2-1.4 (Driessen et al. 2012, recalled)."""
    log_drift_per_year: float
    """Drift of log value a year at an unchanged market. Calibrated (docs/calibration/companies.py)."""
    volatility_per_year: float = Field(ge=0)
    """Idiosyncratic volatility of log value a year. Calibrated (docs/calibration/companies.py); for venture capital
    between the 0.40 of A-MAR and the 0.89 of Cochrane (2005)."""
    ready_multiple: float = Field(gt=0)
    """Multiple from which a company is ready for an IPO. Assumption; IPOs bring 3-5 times cost (domain 2f, P-HL)."""
    ready_age_years: float = Field(ge=0)
    """Years after its financing before which a company cannot list. Assumption."""
    listing_step_up: float = Field(default=1.1, gt=0)
    """Price after listing over value before. Assumption."""
    listed_beta: float = 1.0
    """Market beta of a listed, locked-up share. Assumption."""
    listed_volatility_per_year: float = Field(default=0.40, ge=0)
    """Idiosyncratic volatility of a listed share. Assumption, near the 40 % of A-MAR."""
    trade_sale_hazard_per_year: float = Field(ge=0)
    """Chance a year of an offer for the company, once old enough. Calibrated."""
    trade_sale_age_years: float = Field(default=2.0, ge=0)
    """Years after its financing before which nobody offers. Assumption."""
    trade_sale_least_multiple: float = Field(default=0.3, ge=0)
    """Multiple below which an offer comes to nothing. Assumption."""
    buyback_hazard_per_year: float = Field(ge=0)
    """Rate a year at which buyback claims on founders fall due, once old enough. Calibrated."""
    buyback_age_years: float = Field(default=4.0, ge=0)
    """Years after its financing before which no claim falls due. Assumption (usual clause: no IPO within 4-6 years)."""
    buyback_interest_per_year: float = Field(default=0.08, ge=0)
    """Interest on cost in a buyback claim, compounded. Assumption (usual clauses 6-10 %)."""
    buyback_capacity: float = Field(default=1.5, ge=1)
    """Most that a founder can pay, as a multiple of the stake's value. Assumption."""
    buyback_least_multiple: float = Field(default=0.2, ge=0)
    """Multiple below which the founder cannot pay at all. Assumption."""
    collapse_multiple: float = Field(default=0.03, gt=0)
    """Multiple at which a company may begin to be written off. Calibrated: formal write-offs are rare."""
    collapse_depth: float = Field(default=1.0, ge=0)
    """Mean further fall of log value before it is: the deeper the fall, the surer the write-off. Calibrated."""


ANGEL = CompanyLaw(
    log_drift_per_year=-0.17,
    volatility_per_year=0.55,
    ready_multiple=4.0,
    ready_age_years=6.0,
    trade_sale_hazard_per_year=0.021,
    buyback_hazard_per_year=0.016,
)
"""Angel and seed: outcomes near those of all venture financings, exits mostly by sale (stage split 2020, P-HL)."""

VC = CompanyLaw(
    log_drift_per_year=-0.17,
    volatility_per_year=0.54,
    ready_multiple=2.8,
    ready_age_years=3.0,
    trade_sale_hazard_per_year=0.011,
    buyback_hazard_per_year=0.012,
)
"""Venture capital: outcomes of Correlation Ventures (P-CORR), exits mostly by IPO (stage split 2020, P-HL)."""

GROWTH = CompanyLaw(
    market_beta=1.3,
    log_drift_per_year=-0.08,
    volatility_per_year=0.35,
    ready_multiple=1.8,
    ready_age_years=3.0,
    trade_sale_hazard_per_year=0.015,
    buyback_hazard_per_year=0.015,
    collapse_multiple=0.05,
)
"""Growth: a narrower law than venture capital (assumption)."""

BUYOUT = CompanyLaw(
    market_beta=1.2,
    log_drift_per_year=-0.03,
    volatility_per_year=0.25,
    ready_multiple=2.0,
    ready_age_years=3.0,
    trade_sale_hazard_per_year=0.05,
    buyback_hazard_per_year=0.01,
    collapse_multiple=0.05,
)
"""Buyout: the narrowest law (assumption); companies are sold rather than listed."""
