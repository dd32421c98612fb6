"""The room as plain state: who may do what and when, and that simulated bidders played by hand get what they should."""

import math

import numpy as np
import pytest

from sfund_sim.classroom.dealing import Stakes, class_formats
from sfund_sim.classroom.results import BID_COLUMNS, ROUND_COLUMNS, bids_csv, rounds_csv, write_results
from sfund_sim.classroom.room import MOST_SEATS, Refused, Room, clean_name
from sfund_sim.classroom.rounds import RoundStage
from sfund_sim.classroom.views import for_phone, for_projector
from sfund_sim.investors.bidding.information import UniformError, Wallet
from sfund_sim.venue.auctions.session import Reply


def room_of(bidders, stakes=None):
    room = Room(stakes or Stakes())
    return room, [room.join(f"n{number}", f"token {number}", 0.0) for number in range(bidders)]


def opened(bidders, stakes=None, **terms):
    room, seats = room_of(bidders, stakes)
    return room, seats, room.open({"format": "first_price", **terms}, 100.0)


def refusal(act, *given):
    with pytest.raises(Refused) as caught:
        act(*given)
    return caught.value.word


def test_a_round_goes_from_open_to_revealed_and_only_forwards():
    room, seats = room_of(2)
    assert room.stage is RoundStage.LOBBY
    assert refusal(room.start, 0.0) == refusal(room.close) == refusal(room.reveal) == "not_now"
    room.open({}, 1.0)
    assert refusal(room.open, {}, 2.0) == "round_is_on"
    assert refusal(room.dismiss, [seats[0].number]) == "round_is_on"
    assert refusal(room.reveal) == "not_now"
    room.start(2.0)
    assert refusal(room.start, 2.0) == "not_now"
    room.close()
    assert refusal(room.bid, seats[0], 1, "0.5", 3.0) == "not_now"
    room.reveal()
    assert room.stage is RoundStage.REVEALED
    room.open({}, 4.0)
    assert room.round.number == 2


def test_a_round_without_people_or_on_impossible_terms_is_refused_and_nothing_is_left_of_it():
    room, _ = room_of(0)
    assert refusal(room.open, {}, 0.0) == "nobody"
    room, _ = room_of(2)
    wrong = [{"seconds": 1}, {"reserve": -1}, {"reserve": "nan"}, {"increment": "x"}]
    wrong += [{"format": "weighted_tender"}, {"no": 1}, [], None, {"reserve": 1e300}, {"seconds": 1e9}]
    words = [refusal(room.open, terms, 0.0) for terms in wrong]
    assert words[:4] == ["wrong_seconds", "wrong_reserve", "wrong_reserve", "wrong_increment"]
    assert set(words[4:]) <= {"wrong_terms", "wrong_seconds"}
    assert room.stage is RoundStage.LOBBY


def test_a_round_opened_by_mistake_is_called_off_leaves_nothing_and_the_next_is_dealt_anew():
    room, seats = room_of(3)
    assert refusal(room.call_off) == "not_now"
    for moment, stage in enumerate((lambda: None, lambda: room.start(2.0), room.close)):
        on = room.open({"format": "first_price"}, 1.0)
        room.bid(seats[0], on.number, "0.9", 1.5)
        stage()
        told = on.value_of(1)
        room.call_off()
        assert room.stage is RoundStage.CALLED_OFF
        assert not room.tick(1e6)
        assert refusal(room.bid, seats[1], on.number, "0.5", 2.5) == refusal(room.reveal) == "not_now"
        assert refusal(room.call_off) == "not_now"
        assert room.profit_of(1) == 0.0
        for view in (for_projector(room, 3.0), for_phone(room, seats[0], 3.0)):
            assert view["stage"] == "called_off"
            assert "0.9" not in repr(view)
        assert rounds_csv(room.rounds).count("\n") == bids_csv(room.rounds, {}).count("\n") == 1
        late = room.join("late", f"late {moment}", 3.0)
        room.dismiss([late.number])
        after = room.open({}, 4.0)
        assert (after.number, after.value_of(1) != told) == (on.number + 1, True)
        room.call_off()


def test_a_round_that_is_revealed_stands():
    room, _, _ = opened(2)
    room.close()
    room.reveal()
    assert refusal(room.call_off) == "not_now"
    room.open({}, 200.0)
    room.call_off()
    view = for_projector(room, 201.0)
    assert [each["number"] for each in view["past"]] == [1]
    assert view["means"]["rounds"] == 1


def test_who_joins_during_a_round_takes_part_in_the_next():
    room, _, _ = opened(2)
    late = room.join("late", "token late", 101.0)
    assert refusal(room.bid, late, 1, "0.5", 102.0) == "next_round"
    assert for_phone(room, late, 102.0)["is_in"] is False
    room.close()
    room.reveal()
    assert late.number in room.open({}, 103.0).seats


def test_a_bid_from_the_page_of_an_earlier_round_does_not_count():
    room, seats, _ = opened(2)
    assert refusal(room.bid, seats[0], 7, "0.5", 101.0) == "not_now"


@pytest.mark.parametrize("amount", ["", "x", "-1", "1e9", "nan", "99999999999999", None, {"a": 1}])
def test_what_is_no_amount_is_no_bid(amount):
    room, seats, on = opened(2)
    assert refusal(room.bid, seats[0], 1, amount, 101.0) == "no_amount"
    assert on.bids == {}


def test_a_thumb_that_hammers_is_slowed_down_and_then_heard_again():
    room, seats, _ = opened(2, format="ascending")
    replies = [refusal(room.bid, seats[0], 1, "x", 101.0) for _ in range(20)]
    assert replies.count("too_fast") == 12
    assert room.bid(seats[1], 1, "0.3", 101.0) is Reply.ACCEPTED
    assert room.bid(seats[0], 1, "0.4", 105.0) is Reply.ACCEPTED


def test_bidding_ends_by_itself_when_the_time_is_over_and_a_late_bid_restarts_it():
    room, seats, _ = opened(2, format="ascending", seconds=10, increment=0.01)
    room.start(110.0)
    assert not room.tick(119.9)
    assert room.bid(seats[0], 1, "0.3", 119.9) is Reply.ACCEPTED
    assert not room.tick(129.8)
    assert room.bid(seats[1], 1, "0.305", 129.8) is Reply.BELOW_STANDING
    assert room.tick(130.0)
    assert room.stage is RoundStage.CLOSED
    assert room.round.result.winner == seats[0].number


def test_the_clock_sells_at_what_it_shows_to_one_of_those_who_stop_it_then():
    room, seats, on = opened(3, format="descending", seconds=51, reserve=0.0)
    assert room.bid(seats[0], 1, None, 101.0) is Reply.NOT_STARTED
    room.start(200.0)
    assert len(on.prices) == 51
    assert room.bid(seats[0], 1, None, 210.2) is Reply.ACCEPTED
    assert room.bid(seats[1], 1, None, 210.8) is Reply.ACCEPTED
    assert room.bid(seats[2], 1, None, 211.2) is Reply.TAKEN
    assert room.tick(211.3)
    assert on.result.price == on.prices[10] == pytest.approx(0.8)
    draws = dict(zip(on.seats, on.dealt.ties, strict=True))
    assert on.result.winner == max((1, 2), key=draws.get)


def test_a_clock_too_short_to_be_fine_is_refused_with_the_time_that_it_needs():
    room, _ = room_of(2, Stakes(information=UniformError()))
    with pytest.raises(Refused) as caught:
        room.open({"format": "descending", "seconds": 60}, 0.0)
    assert "at least 253 seconds" in caught.value.told["en"]
    assert room.open({"format": "descending", "seconds": 260}, 0.0).number == 1


@pytest.mark.parametrize("kind", class_formats())
@pytest.mark.parametrize("stakes", [Stakes(), Stakes(information=Wallet())], ids=["private", "common"])
@pytest.mark.parametrize("increment", [0.0, 0.05])
def test_people_who_bid_as_simulated_bidders_do_get_what_these_get(kind, stakes, increment):
    """Sealed: the same winner and price to the unit of money. Open formats: played bid by bid, within their steps."""
    room, seats, on = opened(6, stakes, format=kind, increment=increment, reserve=0.1, seconds=300)
    bids = on.lesson.auction().book_of(on.dealt.signals[:, None], on.dealt.ties[:, None]).bids[:, 0]
    room.start(101.0)
    now = 101.0
    if kind == "descending":
        for step, price in enumerate(on.prices):
            for seat, limit in zip(seats, bids, strict=True):
                if limit >= price and not on.bids:
                    room.bid(seat, 1, None, 101.0 + (step + 0.5) * 300 / len(on.prices))
    elif kind == "ascending":
        going = True
        while going:
            going = False
            for seat, limit in zip(seats, bids, strict=True):
                now += 1.0
                leads = any(quote.bidder == seat.number for quote in on.session.standing)
                if not leads and on.least() <= limit:
                    going |= room.bid(seat, 1, on.money.show(on.least()), now) is Reply.ACCEPTED
    else:
        for seat, limit in zip(seats, bids, strict=True):
            room.bid(seat, 1, on.money.show(limit), 102.0)
    room.close()
    simulated, people = on.reckoning.simulated, on.reckoning.people
    coarse = {"ascending": 2 * max(increment, on.money.unit)}
    if on.prices:
        coarse["descending"] = 2 * (on.prices[0] - on.prices[1])
    assert people.price == pytest.approx(simulated.price, abs=coarse.get(kind, on.money.unit) + 1e-9)
    if kind not in coarse:
        assert people.winner == simulated.winner


def test_secrets_of_others_are_in_no_view_before_they_are_revealed():
    room, seats, on = opened(3)
    for seat, amount in zip(seats, ("0.311", "0.322", "0.333"), strict=True):
        room.bid(seat, 1, amount, 101.0)
    told = [on.money.show(value) for value in on.dealt.signals]

    def shown(view):
        return {text for text in [*told, "0.311", "0.322", "0.333"] if f"'{text}'" in repr(view)}

    for stage in (lambda: None, lambda: room.start(102.0), room.close):
        stage()
        assert shown(for_projector(room, 103.0)) == set()
        assert shown(for_phone(room, seats[0], 103.0)) == {told[0], "0.311"}
        assert shown(for_phone(room, None, 103.0)) == set()
    room.reveal()
    assert shown(for_projector(room, 104.0)) == {*told, "0.311", "0.322", "0.333"}


def test_profit_adds_up_over_rounds_and_may_be_a_loss():
    room, seats, on = opened(2)
    room.bid(seats[0], 1, "1.5", 101.0)
    room.close()
    assert room.profit_of(1) == 0, "nothing is told before it is revealed"
    room.reveal()
    assert room.profit_of(1) == pytest.approx(on.dealt.worth[0] - 1.5)
    assert for_phone(room, seats[0], 102.0)["own"]["profit"].startswith("−")


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200b", "x" * 17, "y" * 5000, None, 7, ["a"], "\u202e\x00\n"])
def test_what_is_no_name_gets_no_seat(name):
    assert refusal(clean_name, name) == "no_name"


def test_refused_names_do_not_use_up_the_class():
    room, _ = room_of(1)
    for attempt in range(4 * MOST_SEATS):
        assert refusal(room.join, "", f"bad {attempt}", 0.0) == "no_name"
    assert room.join("王芳", "good", 0.0).number == 2


def test_a_name_loses_what_nobody_sees_and_keeps_the_rest():
    assert clean_name("  王\u200b芳 \n <b>  ") == "王芳 <b>"


def test_a_class_has_an_end():
    room, _ = room_of(MOST_SEATS)
    assert refusal(room.join, "one more", "t", 0.0) == "full"


def test_a_seat_that_is_taken_away_is_gone_with_its_token_and_its_number_is_not_given_again():
    room, _ = room_of(2)
    room.dismiss([2])
    assert room.seat_of("token 1") is None
    assert room.seat_of("token 0") is not None
    assert room.seat_of("") is None
    assert room.join("new", "token new", 0.0).number == 3
    for wrong in (1, "1", None, [2], [1, 2], [[1]], ["1"], [True]):
        assert refusal(room.dismiss, wrong) == "no_seat"
    assert list(room.seats) == [1, 3], "all or none"
    room.dismiss([1, 3, 3])
    assert room.seats == {}


def test_the_tables_hold_every_closed_round_and_every_seat(tmp_path):
    room, seats, _ = opened(3, reserve=0.1)
    room.bid(seats[1], 1, "0.333", 101.0)
    names = {1: "=HYPERLINK(1)", 2: "王, 芳", 3: "c"}
    assert rounds_csv(room.rounds).count("\n") == 1, "a round that is on is in no table"
    room.close()
    write_results(tmp_path / "deep" / "folder", room.rounds, names)
    rounds = (tmp_path / "deep" / "folder" / "rounds.csv").read_text("utf-8-sig").splitlines()
    bids = (tmp_path / "deep" / "folder" / "bids.csv").read_text("utf-8-sig").splitlines()
    assert tuple(rounds[0].split(",")) == ROUND_COLUMNS
    assert tuple(bids[0].split(",")) == BID_COLUMNS
    row = dict(zip(ROUND_COLUMNS, rounds[1].split(","), strict=True))
    assert (row["format"], row["bidders"], row["bids"], row["winner_seat"], row["price"]) == (
        "first_price",
        "3",
        "1",
        "2",
        "0.333",
    )
    assert float(row["theory_revenue"]) == pytest.approx(0.5, abs=0.01)
    assert bids[1].split(",")[3] == "'=HYPERLINK(1)"
    assert '"王, 芳"' in bids[2]
    assert bids_csv(room.rounds, names).count("\n") == 4
    assert [path.name for path in sorted((tmp_path / "deep" / "folder").iterdir())] == ["bids.csv", "rounds.csv"]


def test_bids_above_the_value_and_above_the_simulated_bid_are_counted_for_those_who_cannot_tell_dots_apart():
    room, seats, on = opened(4)
    simulated = on.lesson.auction().book_of(on.dealt.signals[:, None], on.dealt.ties[:, None]).bids[:, 0]
    for seat, amount in zip(
        seats, (on.value_of(1) + 0.001, on.value_of(2), on.money.round(simulated[2])), strict=False
    ):
        room.bid(seat, 1, on.money.show(amount), 101.0)
    room.close()
    room.reveal()
    view = for_projector(room, 102.0)
    assert view["result"]["above"] == view["past"][0]["above"] == {"bids": 3, "value": 1, "simulated": 2}


def test_theory_stands_beside_a_round_as_in_the_lab():
    room, _, on = opened(5, format="second_price")
    room.close()
    room.reveal()
    assert on.reckoning.expected("revenue") == (pytest.approx(4 / 6), True)
    assert np.isfinite(on.reckoning.measures["revenue"].estimate.found)
    assert math.isnan(on.reckoning.people.price)
    assert for_projector(room, 0.0)["result"]["expected"]["revenue"] == {"number": "0.667", "is_theory": True}
