"""Hostile captures by name: each made of a size, written to a path; see docs/how/hostile.md."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from tests.limits import containers, conversations, stacks

Make = Callable[[Path, int], None]


class Case(Struct, frozen=True):
    """One way to exhaust a reader.

    Attributes:
        make: writes it: where, and how large.
        size: the large version: of what, the maker says.
        suffix: of the file.
        packets: how many packets a normal capture of the same size has, for each unit of size;
            0 where bytes are compared.
    """

    make: Make
    size: int
    packets: float = 0
    suffix: str = ".pcap"


CASES: dict[str, Case] = {
    "gzip-bomb": Case(containers.gzip_bomb, 1 << 30, suffix=".pcap.gz"),
    "zstd-bomb": Case(containers.zstd_bomb, 1 << 30, suffix=".pcap.zst"),
    "nested-bomb": Case(containers.nested_bomb, 1 << 30, suffix=".pcap.zst.gz"),
    "zstd-window": Case(containers.zstd_window, 1 << 30, suffix=".pcap.zst"),
    "pcap-4gb-records": Case(containers.records_of_4gb, 1_000_000, 1),
    "pcapng-lying-blocks": Case(containers.lying_blocks, 1_000_000, 1, ".pcapng"),
    "beyond-snap-length": Case(containers.beyond_snap_length, 2_000, 0),
    "interfaces": Case(containers.interfaces, 1_000_000, 0, ".pcapng"),
    "interfaces-in-use": Case(containers.interfaces_in_use, 500_000, 0, ".pcapng"),
    "sections": Case(containers.sections, 1_000_000, 0, ".pcapng"),
    "byte-orders": Case(containers.byte_orders, 500_000, 0, ".pcapng"),
    "members": Case(containers.members, 1_000_000, 0, ".pcap.gz"),
    "names": Case(containers.names, 1_000_000, 0, ".pcapng"),
    "options": Case(containers.options, 1_000_000, 0, ".pcapng"),
    "syn-flood": Case(conversations.syn_flood, 1_000_000, 1),
    "syn-flood-one-source": Case(conversations.syn_flood_one_source, 1_000_000, 1),
    "four-tuple-reused": Case(conversations.four_tuple_reused, 100_000, 4),
    "times-back": Case(conversations.times_back, 1_000_000, 1),
    "times-jump": Case(conversations.times_jump, 1_000_000, 1),
    "times-zero": Case(conversations.times_zero, 1_000_000, 1),
    "endless-header": Case(conversations.endless_header, 500_000, 1),
    "endless-headers": Case(conversations.endless_headers, 1_000_000, 1),
    "byte-a-segment": Case(conversations.byte_a_segment, 1_000_000, 1),
    "servers": Case(conversations.servers, 200_000, 9),
    "hosts": Case(conversations.hosts, 200_000, 9),
    "failing": Case(conversations.failing, 300_000, 3),
    "failing-at-once": Case(conversations.failing_at_once, 300_000, 3),
    "failing-proxy": Case(conversations.failing_proxy, 100_000, 9),
    "failing-servers": Case(conversations.failing_servers, 200_000, 9),
    "collisions": Case(conversations.collisions, 1_000_000, 1),
    "vlans": Case(stacks.vlans, 100_000, 1),
    "mpls": Case(stacks.mpls, 100_000, 1),
    "extension-headers": Case(stacks.extension_headers, 100_000, 1),
    "tunnels": Case(stacks.tunnels, 100_000, 1),
    "fragments": Case(stacks.fragments, 1_000_000, 1),
}
