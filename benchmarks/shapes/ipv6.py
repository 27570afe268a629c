"""The keep-alive shape over IPv6."""

from __future__ import annotations

from benchmarks.shapes.keep_alive import TEXTS, keep_alive
from benchmarks.shapes.shape import Shape
from benchmarks.traffic.frames import Link

SHAPE = Shape(TEXTS, keep_alive, Link(ipv6=True))
