"""`Texts`: the payloads that a shape's packets have, a matrix with one row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.traffic.checksums import add_words
from benchmarks.traffic.packets import Bytes, Ints

SEGMENT_BYTES = 1448
"""What fits into an Ethernet frame beside IPv4 and TCP with time stamps."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Payloads, and by which name a step asks for one of several.

    Attributes:
        bytes_: (payloads, longest), padded with zeros.
        length: int64, bytes of each.
        sum_: int64, sum of its 16-bit words, for TCP's checksum.
        pools: name to the first row and the number of rows; a step takes any of them.
    """

    bytes_: Bytes
    length: Ints
    sum_: Ints
    pools: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, pools: Mapping[str, Sequence[bytes]]) -> Texts:
        """Lay payloads out, at most `SEGMENT_BYTES` long each."""
        found: dict[str, tuple[int, int]] = {}
        texts: list[bytes] = []
        for name, pool in pools.items():
            found[name] = len(texts), len(pool)
            texts += pool
        matrix = lay_out(texts)
        assert matrix.shape[1] <= SEGMENT_BYTES, "a payload is too long for one segment"
        length = np.array([len(text) for text in texts], np.int64)
        return cls(matrix, length, add_words(matrix), found)


def lay_out(texts: Sequence[bytes]) -> Bytes:
    """Texts as rows of a matrix of even width, padded with zeros."""
    width = max((len(text) for text in texts), default=0)
    width += width % 2
    return np.frombuffer(b"".join(text.ljust(width, b"\0") for text in texts), np.uint8).reshape(
        len(texts), width
    )
