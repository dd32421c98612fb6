"""The field's words as numbers: every code that the market writes in a column, with its English and Chinese name."""

from __future__ import annotations

from enum import IntEnum


class Term(IntEnum):
    """A word of the market: an integer in columns, a lower-case name in tables."""

    @property
    def label(self) -> str:
        """Name as it stands in tables and scenario files, for example ``central_soe``."""
        return self.name.lower()

    @classmethod
    def labels(cls) -> list[str]:
        """All names in code order (codes start at 0 and have no gaps)."""
        return [member.label for member in cls]

    @classmethod
    def of(cls, label: str) -> Term:
        """Return the term with this label; KeyError when there is none."""
        return cls[label.upper()]


class LpKind(Term):
    """Kinds of limited partner 有限合伙人 (model.md section 3)."""

    CENTRAL_SOE = 0
    LOCAL_SOE = 1
    GUIDANCE_FUND = 2
    FUND_OF_FUNDS = 3
    BANK_OR_INSURER = 4
    COMPANY = 5
    PRIVATE_INSTITUTION = 6
    INDIVIDUAL = 7

    @property
    def is_state(self) -> bool:
        """Does state-asset law govern this LP's sales?"""
        return self in (LpKind.CENTRAL_SOE, LpKind.LOCAL_SOE, LpKind.GUIDANCE_FUND)


class BuyerKind(Term):
    """Kinds of buyer 受让方 (model.md section 4)."""

    MARKET_S_FUND = 0
    STATE_S_FUND = 1
    FUND_OF_FUNDS = 2
    CO_LP = 3
    INSURER = 4
    COMPANY = 5
    RELATED_STATE = 6
    """State-owned enterprise of the seller's own group, in a pre-matched sale."""


class Strategy(Term):
    """What a fund invests in."""

    ANGEL = 0
    VC = 1
    GROWTH = 2
    BUYOUT = 3


class GpKind(Term):
    """Who runs the fund."""

    STATE = 0
    PRIVATE = 1


class Trigger(Term):
    """Why an LP wants out (model.md section 3)."""

    STRATEGIC_SHIFT = 0
    POLICY_GOAL_MET = 1
    LIQUIDITY_SHOCK = 2
    ALLOCATION_LIMIT = 3
    TERM_NEAR = 4
    LOSS_OF_TRUST = 5


class Route(Term):
    """How an exit was made, or was being made when the run ended."""

    HOLD = 0
    AGREEMENT = 1
    VENUE = 2
    LIQUIDATION = 3
    OPEN_LISTING = 4
    PLEDGE = 5
    """No exit: a loan on the share instead."""


class Regime(Term):
    """What state-asset rules ask of a seller (model.md section 3)."""

    NONE = 0
    APPRAISAL = 1
    FULL = 2


class Ending(Term):
    """How a decision to sell ended; OPEN is a censored exit."""

    OPEN = 0
    SOLD_BY_AGREEMENT = 1
    SOLD_TO_SOLE_BIDDER = 2
    SOLD_BY_BIDDING = 3
    SOLD_TO_PARTNER = 4
    LIQUIDATED = 5
    FUND_ENDED = 6
    LAPSED = 7
    LOAN_REPAID = 8
    """The need for money was bridged by a loan on the share, and has passed."""

    @property
    def is_sale(self) -> bool:
        """Did the holding change hands for a price?"""
        return Ending.SOLD_BY_AGREEMENT <= self <= Ending.SOLD_TO_PARTNER


class ListingEnding(Term):
    """How one listing (one round at a venue) ended."""

    OPEN = 0
    SOLD = 1
    NO_BID = 2
    CONSENT_REFUSED = 3
    PAYMENT_FAILED = 4
    OVERTAKEN = 5
    """The fund ended or was liquidated while the listing was open."""
    NO_ROOM = 6
    """By the day of payment the fund had as many partners as it may have."""


class Stage(Term):
    """The venue's eight published stages (model.md section 5), after the wish and the decision, before the cash."""

    WISHED = 0
    DECIDED = 1
    CUSTODY = 2
    INTENT = 3
    PUBLISHED = 4
    ACCOUNTS = 5
    DISCLOSED = 6
    BIDDING = 7
    SIGNED = 8
    REGISTERED = 9
    PAID = 10


class FundState(Term):
    """Where a fund is in its life."""

    UNBORN = 0
    INVESTING = 1
    EXITING = 2
    EXTENDED = 3
    LIQUIDATING = 4
    ENDED = 5


class CompanyExit(Term):
    """How a portfolio company leaves a fund; competing risks."""

    IPO = 0
    TRADE_SALE = 1
    BUYBACK = 2
    WRITE_OFF = 3


class Use(Term):
    """What exit money is used for (recycling)."""

    EARLY_STAGE = 0
    LATER_STAGE = 1
    TREASURY = 2
    IDLE = 3
    NOT_YET = 4
    """Nothing by the last day: its owner takes longer than that."""


class RegisterEntry(Term):
    """Kinds of record in the venue's register."""

    ISSUE = 0
    CUSTODY = 1
    LIST = 2
    DISCLOSE = 3
    BID = 4
    AWARD = 5
    WAIVE = 6
    TRANSFER = 7
    PAYMENT = 8
    FEE = 9
    UNLIST = 10
    CLOSE = 11
    SPLIT = 12
    """A part is cut off the holding of the same deal's award and becomes a holding of its own, same owner."""
    PLEDGE = 13
    RELEASE = 14


class Remark(Term):
    """Remarks in the story of an exit; the numbers that go with each are told in ``report/remarks.csv``."""

    WISHED = 0
    DECIDED = 1
    REVIEWED = 2
    HELD = 3
    CHOSE_AGREEMENT = 4
    CHOSE_VENUE = 5
    APPRAISED = 6
    COUNTERPARTY = 7
    TALKS_FAILED = 8
    LISTED = 9
    CONSENT_REFUSED = 10
    DISCLOSED = 11
    DISCLOSURE_EXTENDED = 12
    NO_BID = 13
    SOLE_BIDDER = 14
    CLEARED = 15
    APPROVAL_GIVEN = 16
    APPROVAL_REFUSED = 17
    PARTNERS_WAIVED = 18
    PARTNER_TOOK = 19
    SIGNED = 20
    PAYMENT_FAILED = 21
    PAID = 22
    REGISTERED = 23
    LAPSED = 24
    FUND_LIQUIDATING = 25
    FUND_ENDED = 26
    LEAKED = 27
    PART_SALE = 28
    OPEN_LISTING_REFUSED = 29
    CALLED = 30
    DISTRIBUTED = 31
    REPORTED = 32
    RECKONED = 33
    AGREEMENT_BARRED = 34
    NO_ROOM = 35
    CHOSE_LOAN = 36
    PLEDGED = 37
    LOAN_REPAID = 38
    LOAN_DEFAULTED = 39
    LOAN_SETTLED = 40
    PREMATCHED = 41
    CHARTER_PRICE = 42
    CONSENT_NOT_NEEDED = 43


class Purpose(Term):
    """What a source of chance is for: the second part of every random address.

    The code of a purpose never changes and is never used again, for it is part of every stored result's address.
    """

    PUBLIC_MARKET = 0
    FUND_TRAITS = 1
    LP_TRAITS = 2
    BUYER_TRAITS = 3
    HOLDING_TRAITS = 4
    COMPANY_TRAITS = 5
    COMPANY_RETURNS = 6
    COMPANY_EXITS = 7
    COMPANY_MARKS = 8
    SELL_CLOCK = 9
    SIGNAL = 10
    ENGAGEMENT = 11
    READINESS = 12
    TIE = 13
    INVITATION = 14
    LEAK = 15
    STAGE_DELAY = 16
    CONSENT = 17
    PREEMPTION = 18
    APPROVAL = 19
    COUNTERPARTY = 20
    BARGAIN = 21
    APPRAISAL = 22
    VOTE = 23
    FUNDRAISING = 24
    RECYCLING = 25
    PAYMENT = 26
    CLOSING_ORDER = 27
    LAB = 28
    BOOTSTRAP = 29
    FUND_GROWTH = 30
    PART_SALE = 31
    DESIGN = 32
    MEMBERSHIP = 33
    PLEDGE = 34
    PREMATCHED = 35
    CLASS = 36
    CHARTER = 37
