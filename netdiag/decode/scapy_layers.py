"""`load_layers`: scapy's layers, without what scapy does as it is imported: ask the kernel.

For a list of interfaces and routes it opens sockets, for packets to send; netdiag only reads, has
no use for either, and opens no socket. Costs a second, the first time.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_AT_ONCE = ("reload", "load_confiface")
_ASKING = ("read_routes", "read_routes6", "in6_getifaddr")


def load_layers() -> None:
    """Import `scapy.layers.all`, which registers link types; scapy's complaints are of no use.

    Whoever else in this process sends with scapy, and has not imported it before, has to call
    ``conf.ifaces.reload()`` and ``conf.route.resync()``.
    """
    logging.getLogger("scapy").setLevel(logging.CRITICAL)
    if "scapy.layers.all" in sys.modules:
        return
    interfaces = importlib.import_module("scapy.interfaces").NetworkInterfaceDict
    with _idle(interfaces, _AT_ONCE):
        arch = importlib.import_module("scapy.arch")
        with _idle(arch, _ASKING):
            importlib.import_module("scapy.layers.all")


@contextmanager
def _idle(owner: Any, names: tuple[str, ...]) -> Iterator[None]:
    """Let functions do nothing, and find nothing, meanwhile."""
    before = {name: getattr(owner, name) for name in names}
    for name in names:
        setattr(owner, name, _nothing)
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(owner, name, function)


def _nothing(*_: Any) -> list[Any]:
    return []
