"""Stand-ins of words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netdiag.redaction.words import Words, filler

WORDS = Words(bytes(32))


@given(st.binary(max_size=200))
def test_a_stand_in_is_as_long_and_printable(word: bytes) -> None:
    shown = WORDS.token(word)
    assert len(shown) == len(word)
    assert shown.isascii()
    assert not shown or shown.decode().isprintable()


def test_short_words_never_share_a_stand_in() -> None:
    words = [bytes([one]) for one in b"abcxyzABC019-._~"]
    words += [bytes([one, other]) for one in b"abcxyz019" for other in b"abcxyz019"]
    assert len({WORDS.token(word) for word in words}) == len(words)


def test_longer_words_keep_nothing_of_each_other() -> None:
    assert WORDS.token(b"customer-1")[:6] != WORDS.token(b"customer-2")[:6]
    assert Words(bytes(range(32))).token(b"customer-1") != WORDS.token(b"customer-1")


def test_filler_says_nothing() -> None:
    assert filler(4) == b"xxxx"
