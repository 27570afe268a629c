"""What a payload says, as reports quote it."""

from __future__ import annotations

import pytest

from netdiag.redaction.payloads.http1 import mask_start_line
from netdiag.redaction.reports.said import mask_said
from tests.redaction.payloads.masking import WORDS

LINE = "GET /orders/bob?x HTTP/1.1"
SHOWN = mask_start_line(LINE.encode(), WORDS).decode()


@pytest.mark.parametrize(
    "text",
    [
        *("26 bytes of TLS data", "1 byte", "26 bytes (again)", "FIN, ACK", "RST", "200", "200 OK"),
        *("TLS close_notify", "keep-alive probe", "200 OK + FIN, ACK", "26 字节 TLS 数据"),
        "FATAL 57P05: terminating connection due to idle-session timeout",
    ],
)
def test_words_of_its_own_stay(text: str) -> None:
    assert mask_said(text, WORDS) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (LINE, SHOWN),
        (f"{LINE} (again)", f"{SHOWN} (again)"),
        (f"{LINE} + FIN, ACK", f"{SHOWN} + FIN, ACK"),
        ("503 bob is asleep", "503 xxxxxxxxxxxxx"),
        ("4031: bob went away", "4031: xxxxxxxxxxxxx"),
        ("whatever bob said", "x" * 17),
        ("BOBSECRET 57P05: acme", "x" * 21),
    ],
)
def test_the_captures_words_go(text: str, shown: str) -> None:
    assert mask_said(text, WORDS) == shown
