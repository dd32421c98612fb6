from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfund_sim.market import register
from sfund_sim.outcomes.audit import RULES, Fault, audit
from sfund_sim.outcomes.register_books import Held, Sold

FIRST = register.genesis("a" * 64, 1, 1)

# date, entry, deal, holding, fund, giver, taker, units, fen: a whole sale at the venue, a part sold by agreement in two
# payments, a listing that fails, and a fund that ends.
STORY = (
    ("2020-01-01", "issue", "", "H1", "F1", "", "soe", 600, ""),
    ("2020-01-01", "issue", "", "H2", "F1", "", "bank", 400, ""),
    ("2020-01-01", "issue", "", "H3", "F2", "", "bank", 100, ""),
    ("2020-02-01", "custody", "X1", "H1", "F1", "", "soe", 600, ""),
    ("2020-02-03", "list", "X1", "H1", "F1", "soe", "", 600, 50_000),
    ("2020-02-10", "disclose", "X1", "H1", "F1", "", "alpha;beta", 600, ""),
    ("2020-02-20", "bid", "X1", "H1", "F1", "", "alpha", 600, 60_000),
    ("2020-02-20", "bid", "X1", "H1", "F1", "", "beta", 600, 55_000),
    ("2020-02-20", "award", "X1", "H1", "F1", "", "alpha", 600, 60_000),
    ("2020-03-20", "waive", "X1", "H1", "F1", "", "", 600, 60_000),
    ("2020-03-30", "payment", "X1", "H1", "F1", "alpha", "soe", 600, 60_000),
    ("2020-03-30", "fee", "X1", "H1", "F1", "soe", "", 600, 180),
    ("2020-03-30", "transfer", "X1", "H1", "F1", "soe", "alpha", 600, ""),
    ("2020-04-01", "award", "X2", "H2", "F1", "", "beta", 150, 9_000),
    ("2020-04-10", "payment", "X2", "H2", "F1", "beta", "bank", 150, 3_000),
    ("2020-04-10", "split", "X2", "H4", "F1", "bank", "bank", 150, ""),
    ("2020-04-10", "transfer", "X2", "H4", "F1", "bank", "beta", 150, ""),
    ("2020-05-01", "list", "X3", "H1", "F1", "alpha", "", 600, 70_000),
    ("2020-06-01", "unlist", "X3", "H1", "F1", "alpha", "", 600, ""),
    ("2021-04-01", "payment", "X2", "H2", "F1", "beta", "bank", 150, 6_000),
    ("2021-06-30", "close", "", "H3", "F2", "bank", "", 100, ""),
)
FINAL = {
    "H1": Held("F1", "alpha", 600),
    "H2": Held("F1", "bank", 250),
    "H3": Held("F2", "bank", 0),
    "H4": Held("F1", "beta", 150),
}


def told(story=STORY) -> bytes:
    """The story as a chain with honest seals."""
    lines = [",".join(map(str, (n, *row))).encode() for n, row in enumerate(story, start=1)]
    return b"".join(register.chain([lines], FIRST))


def faults(story=STORY, final=FINAL) -> tuple[Fault, ...]:
    return audit(told(story), genesis=FIRST, final=final).faults


def changed(number: int, **fields: object) -> tuple[tuple[object, ...], ...]:
    """The story with fields of one record (1-based) changed and everything sealed anew."""
    names = ("date", "entry", "deal", "holding", "fund", "giver", "taker", "units", "fen")
    row = tuple(fields.get(name, old) for name, old in zip(names, STORY[number - 1], strict=True))
    return (*STORY[: number - 1], row, *STORY[number:])


def without(*numbers: int) -> tuple[tuple[object, ...], ...]:
    return tuple(row for number, row in enumerate(STORY, start=1) if number not in numbers)


def pledged(
    after: int, *, holding="H1", owner="soe", units=150, released=True, releaser="", story=STORY
) -> tuple[tuple[object, ...], ...]:
    """The story with a pledge behind a record (1-based), and its release behind that if need be."""
    date = story[after - 1][0]
    pledge = (date, "pledge", "X9", holding, "F1", "", owner, units, 20_000)
    release = (date, "release", "X9", holding, "F1", releaser or owner, "", units, 21_000)
    return (*story[:after], pledge, *([release] if released else []), *story[after:])


def first(found: tuple[Fault, ...]) -> tuple[int, str]:
    return found[0].record, found[0].rule


def test_an_honest_register_passes_and_rebuilds_the_final_holdings():
    verdict = audit(told(), genesis=FIRST, final=FINAL)
    assert verdict.faults == ()
    assert verdict.records == len(STORY)


def test_a_holding_that_was_pledged_and_released_and_one_whose_fund_ends_under_pledge_pass():
    assert faults(pledged(2)) == ()
    assert faults(pledged(4)) == ()
    assert faults(pledged(20, holding="H3", owner="bank", units=100, released=False)) == ()


ENGLISH = re.compile(r"\b(?!soe|alpha|beta|gamma|bank)[a-z]{2,}\b")
"""A word that is neither a name in the story nor Chinese."""
BREACHES = (
    (changed(5, date="2020-01-31"), 5, "dates"),
    (changed(2, holding="H1"), 2, "units"),
    (changed(2, units=0), 2, "units"),
    (changed(4, entry="issue", holding="H9"), 4, "units"),
    (changed(13, units=500), 13, "units"),
    (changed(13, giver="bank"), 13, "units"),
    (changed(16, units=400), 16, "units"),
    (changed(17, units=200), 17, "units"),
    (changed(21, units=99), 21, "units"),
    (changed(18, units=601), 18, "units"),
    (changed(4, entry="list", giver="soe"), 5, "listings"),
    (without(5), 5, "disclosure"),
    (changed(6, taker="alpha;gamma"), 8, "disclosure"),
    (changed(8, taker="gamma"), 8, "disclosure"),
    (without(6), 6, "disclosure"),
    (without(18), 18, "listings"),
    (without(9), 10, "payments"),
    (changed(9, taker="beta"), 11, "payments"),
    (changed(9, fen=49_999), 9, "awards"),
    (changed(13, taker="beta"), 13, "awards"),
    (changed(11, fen=59_999), 11, "payments"),
    (changed(11, giver="beta"), 11, "payments"),
    (changed(11, taker="bank"), 11, "payments"),
    (changed(15, fen=2_000), 17, "payments"),
    (changed(20, fen=6_001), 20, "payments"),
    (without(20), 15, "payments"),
    (without(16), 16, "units"),
    (without(17), 16, "holdings"),
    (pledged(12, released=False), 14, "pledges"),
    (pledged(12, holding="H2", owner="bank", released=False), 18, "pledges"),
    (pledged(2, released=False), 14, "pledges"),
    (pledged(2, owner="bank"), 3, "pledges"),
    (pledged(2, units=601), 3, "pledges"),
    (pledged(2, holding="H9"), 3, "pledges"),
    (pledged(2, released=False, story=pledged(2, released=False)), 4, "pledges"),
    (pledged(2, releaser="bank"), 4, "pledges"),
    ((*STORY[:2], *pledged(2)[3:]), 3, "pledges"),
)
"""A story, the record at which it breaks a rule, and the rule."""


@pytest.mark.parametrize(("story", "record", "rule"), BREACHES)
def test_an_honestly_sealed_register_that_breaks_a_rule_is_found_at_its_record(story, record, rule):
    found = faults(story)
    assert (record, rule) in {(fault.record, fault.rule) for fault in found}
    assert all(fault.rule != "chain" for fault in found)
    for fault in found:
        assert "{" not in fault.what + fault.what_zh
        assert not ENGLISH.search(fault.what_zh)
        assert fault.what_zh


@pytest.mark.parametrize(
    "final",
    [
        {**FINAL, "H1": Held("F1", "soe", 600)},
        {**FINAL, "H2": Held("F1", "bank", 249)},
        {**FINAL, "H9": Held("F1", "bank", 1)},
        {name: held for name, held in FINAL.items() if name != "H4"},
    ],
)
def test_a_final_table_that_tells_another_story_is_found(final):
    found = faults(final=final)
    assert [fault.rule for fault in found] == ["holdings"]
    assert "register has" in found[0].what


def test_the_rest_of_a_price_may_be_due_after_the_last_record_but_not_by_more_than_a_year():
    assert faults(without(20, 21), {**FINAL, "H3": Held("F2", "bank", 100)}) == ()
    late = (*without(20, 21), ("2021-04-12", "custody", "X4", "H1", "F1", "", "alpha", 600, ""))
    assert first(faults(late, {**FINAL, "H3": Held("F2", "bank", 100)}))[1] == "payments"


@settings(max_examples=200)
@given(st.data())
def test_any_byte_changed_anywhere_is_found_and_the_record_named(data):
    content = told()
    place = data.draw(st.integers(len(register.HEADER) + 1, len(content) - 2))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[place]))
    tampered = content[:place] + bytes([other]) + content[place + 1 :]
    number = content[:place].count(b"\n")
    verdict = audit(tampered, genesis=FIRST, final=FINAL)
    assert [fault.record for fault in verdict.faults if fault.rule == "chain"] == [number]


@settings(max_examples=100)
@given(st.integers(0, len(STORY) - 1), st.integers(0, len(STORY) - 1), st.sampled_from(["delete", "swap", "insert"]))
def test_records_deleted_swapped_or_inserted_with_their_old_seals_are_found(one, two, deed):
    lines = told().split(b"\n")[:-1]
    one, two = one + 1, two + 1
    if deed == "swap":
        lines[one], lines[two] = lines[two], lines[one]
    elif deed == "insert":
        lines.insert(one, lines[two])
    else:
        del lines[one]
    tampered = b"\n".join(lines) + b"\n"
    verdict = audit(tampered, genesis=FIRST, final=FINAL)
    assert bool(verdict.faults) == (tampered != told())


@pytest.mark.parametrize("damage", [b"", b"\n", b"record\n", b"\xff\xfe\x00"])
def test_what_is_no_register_at_all_is_a_broken_chain(damage):
    verdict = audit(damage, genesis=FIRST, final=FINAL)
    assert {"chain", "holdings"} <= {fault.rule for fault in verdict.faults}


def test_a_header_or_last_line_end_that_is_gone_is_found():
    assert first(audit(told()[:-1], genesis=FIRST, final=FINAL).faults) == (0, "chain")
    assert first(audit(b"x" + told(), genesis=FIRST, final=FINAL).faults) == (0, "chain")


def test_an_empty_register_of_an_empty_market_passes():
    assert audit(b"".join(register.chain([], FIRST)), genesis=FIRST, final={}).faults == ()


def test_every_rule_that_is_promised_can_be_broken():
    assert {"chain", "exits", *(rule for _, _, rule in BREACHES)} == set(RULES)


SOLD = {
    "X1": Sold("F1", "soe", "alpha", 600, "2020-03-30", 60_000),
    "X2": Sold("F1", "bank", "beta", 150, "2021-04-01", 9_000),
}
"""A sale is over on the day of its last payment."""


def test_the_sales_of_an_honest_table_of_exits_are_the_registers():
    assert audit(told(), genesis=FIRST, final=FINAL, sold=SOLD).faults == ()


def test_a_share_that_has_passed_with_a_rest_due_is_sold_on_no_day_yet():
    story, final = without(20, 21), FINAL | {"H3": Held("F2", "bank", 100)}
    owed = SOLD | {"X2": SOLD["X2"]._replace(date="")}
    assert audit(told(story), genesis=FIRST, final=final, sold=owed).faults == ()
    (fault,) = audit(told(story), genesis=FIRST, final=final, sold=SOLD).faults
    assert (fault.record, fault.rule) == (17, "exits")
    assert "with a rest of the price due" in fault.what
    assert "余款待付" in fault.what_zh
    assert not ENGLISH.search(fault.what_zh)


@pytest.mark.parametrize(
    ("sold", "record", "exit"),
    [
        (SOLD | {"X2": SOLD["X2"]._replace(fen=9_001)}, 17, "X2"),
        (SOLD | {"X1": SOLD["X1"]._replace(buyer="beta")}, 13, "X1"),
        ({"X2": SOLD["X2"]}, 13, "X1"),
        (SOLD | {"X3": SOLD["X2"]}, 0, "X3"),
    ],
)
def test_a_sale_that_the_register_has_otherwise_or_not_at_all_is_found(sold, record, exit):
    (fault,) = audit(told(), genesis=FIRST, final=FINAL, sold=sold).faults
    assert (fault.record, fault.rule) == (record, "exits")
    assert fault.what.startswith(f"exit {exit}: ")
    assert fault.what_zh.startswith(f"退出 {exit}：")
    assert not ENGLISH.search(fault.what_zh)


def test_an_award_just_at_the_floor_is_none_below_it():
    lower = [list(row) for row in STORY]
    for number in (9, 10, 11):
        lower[number - 1][8] = 50_000
    assert faults(lower) == ()
    lower[8][8] = 49_999
    assert first(faults(lower)) == (9, "awards")


@pytest.mark.parametrize(("paid_first", "passes"), [(2_700, True), (2_699, False)])
def test_just_thirty_percent_is_enough_before_title_moves(paid_first, passes):
    story = [list(row) for row in STORY]
    story[14][8], story[19][8] = paid_first, 9_000 - paid_first
    assert [(each.record, each.rule) for each in faults(story)] == ([] if passes else [(17, "payments")])


@pytest.mark.parametrize(("read_on", "passes"), [("2021-04-10", True), ("2021-04-11", False)])
def test_a_rest_may_be_due_for_just_a_year_after_the_title(read_on, passes):
    """The register ends 365 or 366 days after the transfer of 10 April 2020, and the rest is in nobody's hands."""
    story = [*without(20, 21), (read_on, *STORY[20][1:])]
    assert [each.rule for each in faults(story)] == ([] if passes else ["payments"])


def test_who_saw_an_earlier_listing_only_has_not_been_shown_this_one():
    again = (("2020-02-21", "unlist", "X1", "H1", "F1", "soe", "", 600, ""),
             ("2020-02-22", "list", "X1", "H1", "F1", "soe", "", 600, 45_000))  # fmt: skip
    bid = ("2020-02-25", "bid", "X1", "H1", "F1", "", "beta", 600, 46_000)
    shown = ("2020-02-24", "disclose", "X1", "H1", "F1", "", "beta", 600, "")
    assert first(faults([*STORY[:7], *again, bid])) == (10, "disclosure")
    assert "disclosure" not in {each.rule for each in faults([*STORY[:7], *again, shown, bid])}
