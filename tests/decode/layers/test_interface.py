"""What the decoder relies on in every layer of the shelf."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.decode.layers import LAYERS, Layer, Protocol
from netdiag.decode.layers.interface import table

each_layer = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.protocol.name)


@each_layer
def test_any_bytes_give_a_known_protocol_and_no_step_back(layer: Layer) -> None:
    rng = np.random.default_rng(7)
    data = rng.integers(0, 256, 5000).astype(np.uint8)
    offset = np.arange(0, 2000, dtype=np.int64)
    protocol, after = layer.peel(data, offset)
    assert protocol.dtype == np.uint8
    assert after.dtype == np.int64
    assert set(protocol.tolist()) <= {int(p) for p in Protocol}
    assert (after >= offset).all()


@each_layer
def test_no_rows_are_no_crash(layer: Layer) -> None:
    protocol, after = layer.peel(np.zeros(300, np.uint8), np.empty(0, np.int64))
    assert len(protocol) == len(after) == 0


@each_layer
def test_the_arguments_are_left_as_they_are(layer: Layer) -> None:
    offset = np.full(5, 3, np.int64)
    layer.peel(np.zeros(300, np.uint8), offset)
    assert offset.tolist() == [3] * 5


def test_a_table_is_silent_by_default() -> None:
    assert table(3, {1: Protocol.IPV4}).tolist() == [0, Protocol.IPV4, 0]
