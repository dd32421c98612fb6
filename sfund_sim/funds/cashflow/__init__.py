"""Cash-flow models: one file a model; adding a file adds a model."""

from sfund_sim.funds.cashflow.columns import EconomyPath, FundColumns, FundPaths, QuarterGrid
from sfund_sim.funds.cashflow.family import CashFlowModel
from sfund_sim.ground.parts import import_beside

__all__ = ["CashFlowModel", "EconomyPath", "FundColumns", "FundPaths", "QuarterGrid"]

import_beside(__name__, list(__path__))
