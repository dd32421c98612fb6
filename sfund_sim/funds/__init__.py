"""How a fund lives, as arrays: cash flows, marks, waterfall, fees, value of what is left, votes on its term."""
