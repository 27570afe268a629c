"""TLS: records can still be told, and nothing else."""

from __future__ import annotations

import pytest

from tests import messages
from tests.redaction.payloads.masking import masked

HELLO = messages.tls(22, 4, 0, version=1)[:5] + b"\x01\x00\x00\x00"
NAMED = b"\x16\x03\x01\x00\x30\x01\x00\x00\x2c\x03\x03" + b"shop.acme.example".ljust(42, b"R")


def test_records_keep_their_headers() -> None:
    shown = masked(messages.data(53, 120))
    assert shown[:5] == b"\x17\x03\x03\x00\x35"
    assert shown[58:63] == b"\x17\x03\x03\x00\x78"
    assert not any(shown[5:58] + shown[63:])


def test_a_hello_keeps_its_kind_and_version_only() -> None:
    shown = masked(NAMED)
    assert shown == NAMED[:11] + bytes(42)


def test_alerts_in_clear_stay_and_others_go() -> None:
    notify = b"\x15\x03\x03\x00\x02\x01\x00"
    assert masked(notify) == notify
    assert masked(b"\x15\x03\x03\x00\x1a" + b"e" * 26) == b"\x15\x03\x03\x00\x1a" + bytes(26)


def test_a_certificate_keeps_its_length() -> None:
    message = b"\x0b\x00\x00\x14" + b"CN=shop.acme.example"
    record = b"\x16\x03\x03" + len(message).to_bytes(2, "big") + message
    assert masked(record) == record[:9] + bytes(20)


def test_the_middle_of_a_record_is_filled() -> None:
    assert masked(b"\x8a\x03\x03rest") == b"xxxxxxx"


@pytest.mark.parametrize("end", range(2, 60))
def test_a_record_that_was_cut_shows_no_more(end: int) -> None:
    whole = NAMED[:end]
    assert masked(whole, 100) == (NAMED[:11] + bytes(42))[:end]
