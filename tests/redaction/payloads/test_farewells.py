"""What databases say before they close."""

from __future__ import annotations

from netdiag.redaction.payloads.farewells import mask_farewell, mask_last_words

IDLE = b"terminating connection due to idle-session timeout"


def test_sentences_that_everybody_gets_stay_whole_or_cut() -> None:
    assert mask_farewell(IDLE) == IDLE
    assert mask_farewell(IDLE[:20]) == IDLE[:20]


def test_others_go() -> None:
    assert mask_farewell(b'role "bob" does not exist') == b"x" * 25
    assert mask_farewell(b"ter") == b"xxx"
    assert mask_farewell(IDLE + b" of bob") == b"x" * (len(IDLE) + 7)


def test_codes_stay() -> None:
    assert mask_last_words(b"FATAL 57P05: " + IDLE) == b"FATAL 57P05: " + IDLE
    assert mask_last_words(b"4031: bob went") == b"4031: xxxxxxxx"
    assert mask_last_words(b"FATAL 28000") == b"FATAL 28000"
    assert mask_last_words(b"BOB 28000: gone") is None
    assert mask_last_words(b"GET / HTTP/1.1") is None
