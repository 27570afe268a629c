"""A finding gets small and stays the same finding."""

from __future__ import annotations

from tests.fuzz.minimise import failure, minimise


def check(data: bytes) -> None:
    if b"bad" in data:
        raise ValueError(data)
    if data.startswith(b"!"):
        raise KeyError(data)


def test_what_has_nothing_to_do_with_it_is_cut_out() -> None:
    assert minimise(check, b"!" + b"x" * 100 + b"bad" + b"y" * 333) == b"bad"


def test_another_failure_is_not_taken_for_it() -> None:
    assert minimise(check, b"!" + b"x" * 100) == b"!"


def test_bytes_that_do_not_matter_become_zeros() -> None:
    def wants_length(data: bytes) -> None:
        assert len(data) < 7

    assert minimise(wants_length, b"abcdefghij") == bytes(7)


def test_what_is_all_right_stays_as_it_is() -> None:
    assert failure(check, b"good") is None
    assert minimise(check, b"good") == b"good"
