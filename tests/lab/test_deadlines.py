"""Sales with a deadline: closed forms for uniform and exponential values, and a recursion by hand for the rest."""

from math import e, exp, log

from scipy.integrate import quad
from scipy.optimize import brentq, minimize_scalar

from sfund_sim.lab.case_items import Case
from sfund_sim.lab.check import check

TERMS = {"beta": 0.9, "cost": 0.05, "salvage": 0.2}
FLOW = {"lam": 3, "T": 2, "rho": 0.08, "h": 0.02, "salvage": 0.1}


def found(quantity, params, expected=0.0, **said):
    case = Case(id="own", family="S07", quantity=quantity, params=params, expected=expected, **said)
    return check([case], replications=20_000, seed=5)[0]


def both(quantity, params, expected):
    """Is it right by computing and by simulating?"""
    return all(found(quantity, params, expected, kind=kind).passed for kind in ("deterministic", "monte-carlo"))


def values(periods, of_refusing):
    """Worth with 0, 1, ... offers to come, of one that is refused given."""
    worth = [TERMS["salvage"]]
    for _ in range(periods):
        unsold = TERMS["beta"] * worth[-1] - TERMS["cost"]
        worth.append(unsold + of_refusing(unsold))
    return worth


OFFERS = values(5, lambda unsold: (1 - unsold) ** 2 / 2)
POSTED = values(5, lambda unsold: ((1 - unsold) / 2) ** 2)


def of_offers(t, lam=3):
    """Worth of a share with time t left to offers uniform on (0, 1): V' = lam (1 - V)^2 / 2."""
    return lam * t / (2 + lam * t)


def test_the_last_offers_are_taken_for_less():
    assert found("reservation price with k offers to come", {"k": 0}, 0.0).passed
    assert found("reservation price with k offers to come", {"k": 2}, 5 / 8).passed
    with_costs = {**TERMS, "k": 4}
    assert found("reservation price with k offers to come", with_costs, 0.9 * OFFERS[4] - 0.05).passed
    assert found("reservation price with time t left", {"lam": 3, "t": 0.7}, of_offers(0.7)).passed
    assert found("reservation price with time t left", {"lam": 3, "t": 0, "salvage": 0.4}, 0.4).passed


def test_one_offer_a_period():
    asked = {**TERMS, "periods": 5}
    assert both("seller value, one offer a period", asked, OFFERS[5])
    alive, price, came = 1.0, 0.0, 0.0
    for to_come in range(4, -1, -1):
        least = 0.9 * OFFERS[to_come] - 0.05
        came += alive
        price += alive * (1 - least**2) / 2
        alive *= least
    assert found("P(unsold at the deadline), one offer a period", asked, alive).passed
    assert found("mean sale price if sold, one offer a period", asked, price / (1 - alive)).passed
    assert found("mean number of buyers who came, one offer a period", asked, came).passed


def test_posted_prices_fall_towards_the_deadline():
    asked = {**TERMS, "k": 3}
    assert found("best posted price with k buyers to come", asked, (1 + 0.9 * POSTED[3] - 0.05) / 2).passed
    assert both("seller value, best posted prices, one buyer a period", {**TERMS, "periods": 5}, POSTED[5])
    assert found("best posted price with time t left", {"lam": 3, "t": 1}, (1 + 3 / 7) / 2).passed
    exponential = {"lam": 5, "T": 2, "dist": "exponential"}
    assert both("seller value, best posted prices, Poisson buyers", exponential, log(1 + 10 / e))
    sold = 1 - (4 / (4 + 6)) ** 2
    assert found("P(sold by the deadline), best posted prices, Poisson buyers", {"lam": 3, "T": 2}, sold).passed


def test_offers_at_random_times():
    asked, alive = {"lam": 3, "T": 2}, lambda t: ((2 + 3 * t) / (2 + 3 * 2)) ** 2
    assert both("seller value, Poisson offers", asked, 0.75)
    assert found("P(unsold at the deadline), Poisson offers", asked, alive(0)).passed
    on_market = quad(alive, 0, 2)[0]
    assert found("mean time on the market, Poisson offers", asked, on_market).passed
    till_sold = (on_market - 2 * alive(0)) / (1 - alive(0))
    assert found("mean time to sale if sold, Poisson offers", asked, till_sold).passed
    paid = quad(lambda t: alive(t) * 3 * (1 - of_offers(t) ** 2) / 2, 0, 2)[0]
    assert found("mean sale price if sold, Poisson offers", asked, paid / (1 - alive(0))).passed
    assert both("seller value, Poisson offers", {"lam": 3, "T": 2, "dist": "exponential"}, log(7))


def at_price(price):
    leaving = 3 * (1 - price) + 0.08
    return (3 * (1 - price) * price - 0.02) * (1 - exp(-leaving * 2)) / leaving + 0.1 * exp(-leaving * 2)


def test_a_price_that_stays_the_same():
    assert both("seller value, constant posted price, Poisson buyers", {**FLOW, "price": 0.7}, at_price(0.7))
    unsold = "P(unsold at the deadline), constant posted price, Poisson buyers"
    assert found(unsold, {**FLOW, "price": 0.7}, exp(-1.8)).passed
    assert found(unsold, {**FLOW, "price": 1.2}, 1.0).passed
    best = minimize_scalar(lambda price: -at_price(price), bounds=(0.3, 0.95), method="bounded").x
    assert found("best constant posted price", FLOW, best, tolerance=1e-4).passed
    at_once = brentq(lambda p: 1 - exp(-6 * (1 - p)) - 6 * p * exp(-6 * (1 - p)), 0.1, 0.99, xtol=1e-14)
    assert found("best constant posted price", {"lam": 3, "deadline": 2}, at_once).passed


def test_a_share_worth_more_kept_than_to_any_buyer_asks_for_the_most_that_one_might_pay():
    """Of a law without a top: next to nobody pays, so the price is that of one buyer, the worth and the mean above."""
    asked = {"lam": 3, "T": 2}
    for salvage in (1.0, 1.5, 40.0):
        assert found("best constant posted price", {**asked, "salvage": salvage}, 1.0).passed
    assert found("best constant posted price", {**asked, "salvage": 30.0, "dist": "exponential"}, 31.0).passed


def test_nobody_comes_in_no_time():
    assert both("seller value, Poisson offers", {"lam": 3, "T": 0, "salvage": 0.3}, 0.3)
    assert both("seller value, one offer a period", {"periods": 0, "salvage": 0.3}, 0.3)


def test_two_forms_that_fit_are_listed_and_too_many_buyers_refused():
    assert "one of several" in str(found("seller value", {"lam": 3, "T": 2}).refusal)
    assert found("seller value", {"lam": 3, "T": 2, "price": 0.7}, 0.0).refusal is None
    assert "at most 1,000" in str(found("seller value, Poisson offers", {"lam": 1e6, "T": 2}).refusal)
