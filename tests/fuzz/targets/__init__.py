"""The shelf of targets, each a module of that name with three things.

``check(data)`` takes any bytes and returns where all is well: whatever it raises is a finding.
``seeds()`` yields inputs that are nearly right, to begin from. ``MOST_BYTES`` is the longest input.
To add one: the module, this tuple, and a folder of that name in ``regressions``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import NamedTuple

TARGETS = (
    "pcap",
    "pcapng",
    "compressed",
    "decoder",
    "by_scapy",
    "protocols",
    "options",
    "heads",
    "logs",
    "native",
    "conversations",
    "analyze",
)


class Target(NamedTuple):
    """One entry of the shelf, imported."""

    name: str
    check: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    most_bytes: int


def target_named(name: str) -> Target:
    """Import the entry of this name; what it tests is imported with it."""
    module = import_module(f"{__name__}.{name}")
    return Target(name, module.check, module.seeds, module.MOST_BYTES)
