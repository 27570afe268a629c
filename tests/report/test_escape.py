"""`visible`: no control of any kind gets out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.report.escape import visible
from tests.report.hostile import HOSTILE, controls_in

ANYTHING = st.text(st.characters(codec=None)) | st.text(
    st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp"])
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /x HTTP/1.1", "GET /x HTTP/1.1"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\tc", "a\\x0ab\\x09c"),
        ("\x9b\x7f", "\\x9b\\x7f"),
        ("\u202e\u2066", "\\u202e\\u2066"),
        ("\U000e0041", "\\U000e0041"),
        ("caf\udce9.pcap", "caf\\xe9.pcap"),  # a file name in Latin-1
        ("\ud800", "\\ud800"),
        ("[red]", "[red]"),
        ("日本 ü", "日本 ü"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, expected: str) -> None:
    assert visible(text) == expected


def test_ascii_only() -> None:
    assert visible("日本 ü", ascii_only=True) == "\\u65e5\\u672c \\xfc"


@given(ANYTHING)
def test_no_control_gets_out(text: str) -> None:
    assert not controls_in(visible(text).replace("\n", "not allowed: \x00"))
    assert visible(text).isprintable() or not visible(text).isascii()


@given(ANYTHING)
def test_ascii_pages_get_ascii(text: str) -> None:
    assert visible(text, ascii_only=True).isascii()
    assert visible(text, ascii_only=True).isprintable()


@given(ANYTHING)
def test_escaping_twice_changes_nothing(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_the_hostile_example_has_something_to_find() -> None:
    assert len(controls_in(HOSTILE)) > 8
    assert not controls_in(visible(HOSTILE))
