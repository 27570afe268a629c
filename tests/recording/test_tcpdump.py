"""One command, as arguments and as a line."""

from __future__ import annotations

import shlex
from pathlib import PurePath

import pytest

from netdiag.recording.tcpdump import Ring, Tcpdump, ring_of


def command(**more: object) -> Tcpdump:
    return Tcpdump(packets="tcp and port 80", path=PurePath("/var/tmp/x.pcap"), **more)  # type: ignore[arg-type]


def test_the_least() -> None:
    assert command().line == (
        "tcpdump -i any -s 128 -C 100 -W 20 -w /var/tmp/x.pcap 'tcp and port 80'"
    )


def test_all_of_it() -> None:
    made = command(
        interface="eth0", snap_bytes=96, duration_s=600, buffer_kib=4096, options=("-n", "-U")
    )
    assert made.line == (
        "timeout 10m tcpdump -i eth0 -s 96 -n -U -B 4096 -C 100 -W 20 -w /var/tmp/x.pcap"
        " 'tcp and port 80'"
    )
    assert made.dumpcap_line == (
        "dumpcap -i eth0 -s 96 -f 'tcp and port 80' -b filesize:100000 -b files:20"
        " -a duration:600 -w /var/tmp/x.pcap"
    )


@pytest.mark.parametrize("name", ["a b", "$(reboot)", "a;b", "it's", "-w"])
def test_a_shell_reads_the_line_as_it_is_meant(name: str) -> None:
    made = Tcpdump(packets="tcp", path=PurePath("/srv", name))
    assert shlex.split(made.line) == ["tcpdump", *made.arguments]
    assert str(PurePath("/srv", name)) in shlex.split(made.dumpcap_line)


@pytest.mark.parametrize("size", [1_000_000, 19_999_999, 2 * 10**9, 10**12])
def test_a_ring_never_takes_more_than_asked_for(size: int) -> None:
    ring = ring_of(size)
    assert size * 0.5 <= ring.size <= size
    assert 1 <= ring.files <= 20
    assert ring.file_millions >= 1


def test_the_usual_ring() -> None:
    assert ring_of(2_000_000_000) == Ring(100, 20)
    assert Ring().packets == 20_000_000
