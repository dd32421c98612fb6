"""How values of a holding are spread over the bidders who might want it: laws of value, one file a law.

A new law is one new file here: a subclass of ``ValueLaw`` with a ``kind`` and what its family asks for.
"""

from sfund_sim.ground.parts import import_beside
from sfund_sim.investors.laws.exponential import Exponential
from sfund_sim.investors.laws.family import FloatArray, ValueLaw
from sfund_sim.investors.laws.lognormal import Lognormal
from sfund_sim.investors.laws.uniform import Uniform

__all__ = ["Exponential", "FloatArray", "Lognormal", "Uniform", "ValueLaw"]

import_beside(__name__, __path__)
