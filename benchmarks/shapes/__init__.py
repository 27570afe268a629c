"""The shapes of captures that netdiag is timed on, most telling first.

To add one: a module with a `SHAPE`, an entry here, and what it holds in `tests/benchmarks/`.
"""

from __future__ import annotations

from benchmarks.shapes.bulk import SHAPE as BULK
from benchmarks.shapes.ipv6 import SHAPE as IPV6
from benchmarks.shapes.keep_alive import SHAPE as KEEP_ALIVE
from benchmarks.shapes.noise import SHAPE as NOISE
from benchmarks.shapes.shape import Shape
from benchmarks.shapes.short import SHAPE as SHORT
from benchmarks.shapes.ten_exchanges import SHAPE as TEN_EXCHANGES
from benchmarks.shapes.tls import SHAPE as TLS
from benchmarks.shapes.vlan import SHAPE as VLAN

SHAPES: tuple[Shape, ...] = (
    KEEP_ALIVE,
    TEN_EXCHANGES,
    TLS,
    SHORT,
    BULK,
    IPV6,
    VLAN,
    NOISE,
)
