"""`pair_servers`: which server after the change is which one before it.

By endpoint; those that have gone and those that have come (a new pod has a new address) by their
port, all together.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class ServerPair(Struct, frozen=True):
    """The same server, or servers, on both sides.

    Attributes:
        before: endpoints; with `after` in the other examination's numbers.
        name: what reports call it.
        after_name: where that differs after the change, what reports call it there.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    name: str
    after_name: str | None = None


def pair_servers(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[ServerPair, ...]:
    """Find them, in the order of `before`.

    Args:
        before: endpoints, by what reports call them.
        after: the same of the other side.
    """
    same = [
        ServerPair((server,), (after[name],), name)
        for name, server in before.items()
        if name in after
    ]
    gone = _by_port({name: number for name, number in before.items() if name not in after})
    come = _by_port({name: number for name, number in after.items() if name not in before})
    moved = [
        ServerPair(
            tuple(gone[port].values()),
            tuple(come[port].values()),
            _names(list(gone[port])),
            _names(list(come[port])),
        )
        for port in gone
        if port in come
    ]
    return (*same, *moved)


def _by_port(servers: Mapping[str, int]) -> dict[str, dict[str, int]]:
    ports: dict[str, dict[str, int]] = {}
    for name, number in servers.items():
        ports.setdefault(name.rpartition(":")[2], {})[name] = number
    return ports


def _names(names: list[str]) -> str:
    shown = ", ".join(names[:2])
    return f"{shown}, +{len(names) - 2}" if len(names) > 2 else shown
