"""Command lines of netdiag and its peers."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from benchmarks.timing.programs import NETDIAG, PEERS, installed_peers
from netdiag import __version__


def test_a_command_line_names_the_capture_and_the_output() -> None:
    command = NETDIAG.command(Path("in.pcap"), Path("out.json"), 7)
    assert command[-5:] == ["in.pcap", "--format", "json", "-o", "out.json"]


def test_scapy_is_told_how_many_packets() -> None:
    (scapy,) = [peer for peer in PEERS if peer.name == "scapy"]
    assert scapy.command(Path("in.pcap"), Path("out.json"), 7)[-2:] == ["in.pcap", "7"]
    assert "from scapy.all import" in scapy.arguments[2], "else Ethernet is not dissected"


def test_the_version_is_the_programs_own() -> None:
    assert NETDIAG.installed_version() == __version__


def test_a_peer_that_is_not_there_or_not_wanted_is_left_out() -> None:
    missing = dataclasses.replace(PEERS[0], arguments=("no-such-program",))
    assert not missing.is_installed
    assert "scapy" in [peer.name for peer in installed_peers()]
    assert "scapy" not in [peer.name for peer in installed_peers(without=("scapy",))]
