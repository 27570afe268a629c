"""LOOKED AT."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.finding import Side
from netdiag.report.formats.terminal_format import captures
from netdiag.report.model import Vantage
from tests.report.example import CAPTURE, EXAMPLE

from .conftest import Write


def test_one_capture(write: Write) -> None:
    assert write(captures.write, EXAMPLE) == (
        "\nLOOKED AT  by netdiag 0.1.0\n"
        "  incident.pcap\n"
        "    48,210 packets, 47,988 of them TCP; 14 min 3 s from 2017-05-12 11:32:40 UTC\n"
        "    taken at the client: 10.0.0.5 sends with the TTL of a local sender (64)\n"
        "  212 TCP connections in all\n"
    )


def test_several_captures_are_numbered_as_their_frames_are(write: Write) -> None:
    second = replace(CAPTURE, path="second.pcap")
    text = write(captures.write, replace(EXAMPLE, captures=(CAPTURE, second)))
    assert "  1: incident.pcap\n" in text
    assert "  2: second.pcap\n" in text
    assert text.count("taken at the client: ") == 2


def test_where_it_was_taken(write: Write) -> None:
    def place(vantage: Vantage, *ends: Side) -> str:
        capture = replace(CAPTURE, vantage=vantage, vantage_ends=ends)
        text = write(captures.write, replace(EXAMPLE, captures=(capture,)))
        return next(line for line in text.splitlines() if "taken" in line).strip().split(":")[0]

    assert place("middle") == "taken between client and server"
    assert place("unknown") == "taken at an unknown place"
    assert place("unknown", "client", "server") == "taken at both ends"


def test_an_empty_capture(write: Write) -> None:
    empty = replace(CAPTURE, packets=0, tcp_packets=0, first_time=None, last_time=None)
    text = write(captures.write, replace(EXAMPLE, captures=(empty,)))
    assert "    0 packets, 0 of them TCP\n" in text
