"""The keep-alive shape with a VLAN tag (IEEE 802.1Q) in every frame."""

from __future__ import annotations

from benchmarks.shapes.keep_alive import TEXTS, keep_alive
from benchmarks.shapes.shape import Shape
from benchmarks.traffic.frames import Link

SHAPE = Shape(TEXTS, keep_alive, Link(vlan=42))
