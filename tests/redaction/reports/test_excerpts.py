"""Lines of logs."""

from __future__ import annotations

from netdiag.redaction.addresses import AddressMap
from netdiag.redaction.reports.excerpts import mask_excerpt

ADDRESSES = AddressMap(bytes(range(32)))
LINE = (
    "2026-11-22 10:00:01 ERROR [bob-worker] org.apache.http.NoHttpResponseException: "
    "192.0.2.7:8080 failed to respond to /acme/orders?sid=5f"
)


def test_only_words_that_are_known_are_shown() -> None:
    shown = mask_excerpt(LINE, ADDRESSES)
    assert "ERROR" in shown
    assert "org.apache.http.NoHttpResponseException: " in shown
    assert "failed to respond to" in shown
    for secret in ("bob", "acme", "orders", "5f", "192.0.2.7", "2026"):
        assert secret not in shown


def test_addresses_have_their_stand_ins() -> None:
    assert f"{ADDRESSES.host('192.0.2.7')}:" in mask_excerpt(LINE, ADDRESSES)
    assert mask_excerpt("999.1.1.1", ADDRESSES) == "x" * 9
