"""The words of a class's pages: each there in both languages, each used, and the addresses that the pages show."""

import ipaddress
import re
from importlib import resources

from sfund_sim.classroom.addresses import local_addresses, qr_picture
from sfund_sim.classroom.dealing import class_formats
from sfund_sim.classroom.words import page_words, words_script
from sfund_sim.venue.auctions.session import Reply

ROOM = resources.files("sfund_sim.classroom")
SCRIPTS = "".join(ROOM.joinpath("pages", name).read_text("utf-8") for name in ("common.js", "phone.js", "projector.js"))
CODE = "".join(ROOM.joinpath(name).read_text("utf-8") for name in ("room.py", "server.py", "words.py"))
MADE = {f"reply_{reply.name.lower()}" for reply in Reply}
MADE |= {f"{start}_{kind}" for start in ("format", "rule") for kind in class_formats()}
MADE |= {f"act_start_{manner}" for manner in ("rising", "sealed", "falling")}
MADE |= {f"tab_{name}" for name in ("round", "rows", "all", "join")}
MADE |= {f"set_{name}" for name in ("format", "reserve", "increment", "seconds")}
MADE |= {f"wrong_{name}" for name in ("reserve", "increment", "seconds", "terms")}
MADE |= {"download_rounds", "download_bids"}
"""Keys that are put together."""


def quoted():
    """All that stands between quotation marks in the scripts and the code, and could be a key."""
    return set(re.findall(r"[\"'`](\w+)[\"'`]", SCRIPTS + CODE))


def test_every_word_exists_in_both_languages_with_the_same_places():
    english, chinese = page_words("en"), page_words("zh")
    assert english.keys() == chinese.keys()
    for key, words in english.items():
        assert words, key
        assert chinese[key], key
        assert set(re.findall(r"\{\w+\}", words)) == set(re.findall(r"\{\w+\}", chinese[key])), key


def test_every_word_that_a_page_asks_for_is_there_and_no_other():
    asked = set(re.findall(r"fill\(\"(\w+)\"", SCRIPTS)) | set(re.findall(r"Refused\(\"(\w+)\"", CODE)) | MADE
    known = page_words("en").keys()
    assert asked - known == set()
    assert known - MADE - quoted() == set()


def test_words_reach_the_page_as_data_whatever_signs_they_hold():
    script = words_script("zh", stakes='"; alert(1); "\n</script>')
    assert '\\"; alert(1); \\"\\n' in script
    assert script.startswith('"use strict";\nconst W = {')


def test_the_laptops_addresses_are_such_that_a_phone_can_ask():
    found = local_addresses()
    assert found
    assert all(ipaddress.ip_address(address).version == 4 for address in found)


def test_the_address_is_a_picture_too():
    picture = qr_picture("http://192.168.137.1:8000/")
    assert picture.startswith("<svg")
    assert "<script" not in picture
