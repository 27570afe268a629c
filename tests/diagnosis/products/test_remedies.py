"""Placeholders: rounding, missing values and what is said about them."""

from __future__ import annotations

import pytest

from netdiag.diagnosis.products.remedies import PLACEHOLDERS, Remedy, RemedyTemplate, number_text

EVERYTHING = " ".join(f"{name}=${{{name}}}" for name in sorted(PLACEHOLDERS))


def fill(text: str, limit_s: float | None, server_s: float | None) -> Remedy:
    template = RemedyTemplate("client-idle-limit", "client", text, None, None)
    return template.fill("any client", limit_s=limit_s, server_s=server_s)


def test_whole_values() -> None:
    assert fill(EVERYTHING, 15.0, 75.0).text == (
        "limit_ms=15000 limit_s=15 limit_whole_s=15 "
        "server_minutes=2 server_ms=75000 server_s=75 server_whole_s=75"
    )


def test_limits_are_rounded_down_and_timeouts_up() -> None:
    assert fill(EVERYTHING, 4.5017, 20.2501).text == (
        "limit_ms=4501 limit_s=4.501 limit_whole_s=4 "
        "server_minutes=1 server_ms=20251 server_s=20.251 server_whole_s=21"
    )


def test_binary_fractions_do_not_move_a_millisecond() -> None:
    assert fill("${limit_ms}", 4.35, None).text == "4350"
    assert fill("${server_ms}", None, 1.1).text == "1100"


def test_no_whole_second_below_one() -> None:
    assert fill("x ${limit_whole_s}.", 0.4, None).text == (
        "x 1. It takes whole seconds only, and none is short enough: don't reuse connections."
    )


def test_a_missing_value_is_named_and_explained() -> None:
    assert fill("Wait ${server_s} s.", 4, None).text == (
        "Wait SERVER_S s. SERVER_S stands for an idle time above that of every client, in seconds."
    )
    assert fill("Keep ${limit_ms} ms.", None, 4).text == (
        "Keep LIMIT_MS ms. LIMIT_MS stands for an idle time below that of the server or of "
        "whatever forgets the connection first, in milliseconds."
    )


def test_an_unused_value_may_be_missing_without_a_word() -> None:
    assert fill("Retry.", None, None).text == "Retry."


@pytest.mark.parametrize(
    ("value", "text"), [(15.0, "15"), (15, "15"), (4.5, "4.5"), (0.25, "0.25"), (100.0, "100")]
)
def test_number_text(value: float, text: str) -> None:
    assert number_text(value) == text
