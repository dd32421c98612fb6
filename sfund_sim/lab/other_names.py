"""Names that families' formulas and the field have for quantities, besides those under which they are entered."""

from __future__ import annotations

OTHER_NAMES: dict[str, dict[str, str]] = {
    "A01": {"E[max value]": "efficient surplus E[max value] (efficiency = 1)"},
    "A03": {"bid b(v)": "equilibrium bid b(v)", "first-price bid b(v)": "equilibrium bid b(v)"},
    "A04": {
        "gross surplus": "realised gross surplus E[max; max>=r]",
        "mean revenue at the optimal reserve": "mean revenue at r*",
    },
    "A10": {
        "vhat": "threshold type vhat",
        "threshold type": "threshold type vhat",
        "threshold vhat": "threshold type vhat",
    },
    "A15": {
        "entry probability": "equilibrium entry probability",
        "equilibrium entry probability p*": "equilibrium entry probability",
    },
    "A17": {"mean number of bidders reached": "mean number reached"},
    "A19": {
        "P(tie at the top)": "probability of a tie",
        "P(winner has the highest value)": "probability that the highest value wins",
    },
    "B02": {
        "reservation price R*": "optimal reservation price",
        "value of search": "optimal reservation price",
        "mean number of offers until sale at R": "mean number of offers at R",
        "mean number of offers until sale at R*": "mean number of offers at R*",
    },
    "B04": {"mean number of listings at r*": "mean number of listings", "value at r*": "seller value at r*"},
    "C04": {
        "mean number of open listings": "mean number open",
        "P(none open)": "P(no listing open)",
        "P(exactly k listings open)": "P(k listings open)",
        "P(no listing open) at t from empty": "transient P(no listing open) at t from empty",
        "P(k listings open) at t from empty": "transient P(k listings open) at t from empty",
        "P(at least k listings open) at t from empty": "transient P(at least k listings open) at t from empty",
        "mean number open at t from empty": "transient mean number open at t from empty",
        "variance of number open at t from empty": "transient variance of number open at t from empty",
    },
    "D01": {
        "capital call in year t": "contribution in year t",
        "cum. net in year t": "cumulative net cash flow in year t",
        "NAV at end of year t": "NAV in year t",
        "cumulative contributions at end of year t": "cumulative contributions in year t",
        "cumulative distributions at end of year t": "cumulative distributions in year t",
        "unfunded commitment at end of year t": "unfunded commitment in year t",
        "paid-in capital at end of year t": "cumulative contributions in year t",
    },
    "D02": {
        "total contributions": "quarterly total contributions",
        "total distributions": "quarterly total distributions",
    },
    "D03": {
        "IRR including terminal NAV": "IRR",
        "PME": "KS-PME",
        "PME at constant index return m": "KS-PME",
        "PME at year t": "KS-PME at year t",
    },
    "D04": {"discount at age t": "discount to NAV at age t"},
    "D05": {
        "P(NAV_t>=K)": "P(NAV_t>K)",
        "undiscounted call on NAV": "E[(NAV_t-K)+] (undiscounted call on NAV)",
        "undiscounted put on NAV": "E[(K-NAV_t)+] (undiscounted put on NAV)",
    },
    "D06": {
        f"{other}, {law}": f"P(no exit by t), {law}"
        for other in ("overall survival", "survival S(t)", "P(still held at t)")
        for law in ("exponential", "Weibull")
    },
    "D07": {"KM S(t)": "KM survival S(t)"},
    "D08": {"occupancy probability": "state occupancy p_state(t)"},
    "E01": {"price gain from one more bidder": "E[price(n+1)-price(n)] (>0; pathwise >=0 with common draws)"},
    "E02": {
        "P(no acceptable bid)": "probability unsold",
        "P(exactly one acceptable bid)": "P(price equals the floor), second-price",
        "P(>=1 bid)": "P(at least one acceptable bid)",
        "P(at least one bid)": "P(at least one acceptable bid)",
    },
    "E03": {
        "mean elapsed time": "mean time to sale",
        "mean time until sale": "mean time to sale",
        "P_fail": "P(listing fails)",
    },
    "E04": {
        "mean number of extensions": "mean number of consecutive extensions",
        "P(at least m of n consent)": "P(at least m consent)",
    },
    "F01": {
        "Corr(price_n, price_{n+1}) under CRN": "correlation under CRN",
        "correlation of prices under CRN": "correlation under CRN",
        "covariance under CRN": "Cov(price_n, price_{n+1}) under CRN",
    },
}
"""By family: another name, and the quantity's own. A name that is right in one family alone stands here, not among the
synonyms of ``wording``."""
