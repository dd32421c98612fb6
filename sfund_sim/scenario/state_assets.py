"""State-asset rules: what binds a state seller, as a dated change may set it anew."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sfund_sim.scenario.base import Days, Described, Share, Spread, Yuan
from sfund_sim.venue.floors import FloorRule


class StateAssets(Described):
    """What binds a state seller."""

    regime: Literal["none", "appraisal", "full"]
    """none: sells like a private LP; appraisal: must appraise, no floor; full: floor at the appraised value as well."""
    appraisal_days: Days
    """Working days from the commission to the filed appraisal."""
    appraisal_cost_cny: Yuan
    """Cost of an appraisal, yuan."""
    appraisal_cost_share: Share
    """Further cost of an appraisal as a share of the published NAV."""
    appraisal_validity_days: Days
    """Days from the appraisal's base date for which it may be used."""
    appraisal_log_sd: Spread
    """Standard deviation of the logarithm of appraised value over what the appraiser aims at."""
    appraisal_mark_weight: Share
    """Weight of the published NAV in what the appraiser aims at; the rest is true value."""
    floor: FloorRule
    """Floor price of a state seller's listing under the full regime."""
    approval_days: Days
    """Working days for the approval of a price below the free share of the appraisal."""
    approval_probability: Share
    """Chance that this approval is given."""
    agreement: Literal["refused", "at_venue", "free"]
    """May a state seller sell by agreement: not at all, only through a venue (at its fees), or freely, without one?"""
    agreement_needs_appraised_value: bool
    """Must the agreed price reach the appraised value?"""
    charter_price_share: Share = 0.0
    """Share of guidance funds' holdings whose fund's charter names the price of their exit 章程约定的退出价格."""
    charter_interest_rate: float = Field(default=0.0435, ge=0, le=1, json_schema_extra={"unit": "1/year"})
    """Interest a year in that price: on what was paid in and is not back yet."""
    blame_weight: float = Field(ge=0, le=100, json_schema_extra={"unit": "yuan per yuan"})
    """Weight (lambda) that the official puts on a yuan of cost not recovered by the price."""
    exempt_share: Share
    """Share of the blame that due-diligence exemption takes away, whatever the route."""
    exempt_at_venue_share: Share
    """Further share of the blame that is taken away when the price was made by bidding at a venue."""
