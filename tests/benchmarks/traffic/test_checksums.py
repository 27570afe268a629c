"""Checksums of many rows, beside scapy's of one."""

from __future__ import annotations

import numpy as np
from scapy.utils import checksum

from benchmarks.traffic.checksums import add_words, fold
from benchmarks.traffic.texts import lay_out


def test_every_row_has_the_checksum_that_scapy_gives_it() -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 256, (200, 40), np.uint8)
    rows[0], rows[1] = 0, 255
    assert fold(add_words(rows)).tolist() == [checksum(row.tobytes()) for row in rows]


def test_an_odd_length_is_padded() -> None:
    assert fold(add_words(lay_out([b"abc"]))).tolist() == [checksum(b"abc")]
