"""The vocabularies."""

from __future__ import annotations

from netdiag.exchanges import CloseKind, Protocol


def test_every_protocol_has_a_slug_of_its_own() -> None:
    assert len({protocol.slug for protocol in Protocol}) == len(Protocol)
    assert Protocol.HTTP1.slug == "http/1"


def test_every_kind_of_close_but_none_has_a_name() -> None:
    assert [kind.flag for kind in CloseKind] == [None, "FIN", "RST", "close_notify", "goodbye"]
