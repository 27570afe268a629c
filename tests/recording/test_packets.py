"""The filter, as tcpdump itself reads it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from netdiag.errors import RecordingError
from netdiag.recording.packets import find_addresses, packet_filter
from tests.recorded import PCAPS

FILTERS = {
    "tcp": packet_filter([], []),
    "tcp and port 80": packet_filter([], [80]),
    "tcp and host 10.0.0.1": packet_filter(["10.0.0.1"], []),
    "tcp and host 2001:db8::1 and port 80": packet_filter(["2001:db8::1"], [80]),
    "tcp and (host 10.0.0.1 or host ::1) and (port 80 or port 81)": packet_filter(
        ["10.0.0.1", "::1"], [80, 81]
    ),
    "(tcp and port 80) or (vlan and tcp and port 80)": packet_filter([], [80], vlan=True),
}


@pytest.mark.parametrize(("expected", "made"), FILTERS.items())
def test_filters(expected: str, made: str) -> None:
    assert made == expected


@pytest.mark.skipif(shutil.which("tcpdump") is None, reason="tcpdump is not installed")
@pytest.mark.parametrize("made", FILTERS.values())
def test_tcpdump_compiles_them(made: str) -> None:
    given = ["tcpdump", "-d", "-r", str(PCAPS / "nginx-stale.pcap"), made]
    run = subprocess.run(given, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_addresses() -> None:
    given = ["10.0.0.1", "[2001:db8::1]", "fe80::1%eth0", "10.0.0.1"]
    assert find_addresses(given) == ("10.0.0.1", "2001:db8::1", "fe80::1")


def test_names_become_addresses() -> None:
    assert set(find_addresses(["localhost"])) & {"127.0.0.1", "::1"}


@pytest.mark.parametrize(
    "host",
    [
        *("", "-w", "--", "a b", "10.0.0.1 or tcp", "no.such.host.invalid", "x\n", "10.0.0.300"),
        *("\x1b[31m", "." * 300, "a" * 70),
    ],
)
def test_what_is_no_host(host: str) -> None:
    with pytest.raises(RecordingError, match="--host: expected an IP address or the name"):
        find_addresses([host])
