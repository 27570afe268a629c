"""The shelf of layers is complete."""

from __future__ import annotations

from netdiag.decode.layers import LAYERS, LINK_TYPES, Protocol

PEELABLE = {p for p in Protocol if p >= Protocol.ETHERNET}


def test_every_protocol_has_one_layer() -> None:
    assert sorted(layer.protocol for layer in LAYERS) == sorted(PEELABLE)


def test_every_link_type_begins_with_a_protocol_that_is_peeled() -> None:
    assert set(LINK_TYPES.values()) <= PEELABLE
