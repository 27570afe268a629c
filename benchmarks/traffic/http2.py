"""HTTP/2 (RFC 9113) in TLS 1.3 as seen from outside: lengths of frames, in a record each."""

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks.traffic.tls import handshake, sealed

OVERHEAD = 17
"""What TLS 1.3 adds to what a record carries (RFC 8446, section 5.2)."""

PREFACE, SETTINGS, ACKNOWLEDGEMENT, WINDOW_UPDATE, GOAWAY = 64, 40, 9, 13, 17
AGAIN = 15
"""A request that was made before: HPACK (RFC 7541) has a byte for each of its fields."""


def pools() -> dict[str, Sequence[bytes]]:
    """`handshake` for HTTP/2, and what is said afterwards."""
    rng = random.Random(2)

    def said(*lengths: int) -> list[bytes]:
        return [sealed(rng, length + OVERHEAD) for length in lengths]

    return handshake(rng, b"h2") | {
        "preface": said(PREFACE),
        "settings": said(SETTINGS),
        "acknowledge": said(ACKNOWLEDGEMENT),
        "request": said(*[AGAIN] * 8, *(rng.randrange(44, 300) for _ in range(40))),
        "response": said(*(rng.randrange(60, 1300) for _ in range(64))),
        "update": said(WINDOW_UPDATE),
        "goaway": said(GOAWAY),
    }
