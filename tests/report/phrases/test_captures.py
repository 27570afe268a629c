"""What a report was made from."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from netdiag.report.model import ProblemReport, Vantage
from netdiag.report.phrases import captures
from tests.report.example import CAPTURE, EXAMPLE


def test_contents() -> None:
    assert captures.contents(CAPTURE) == (
        "48,210 packets, 47,988 of them TCP; 14 min 3 s from 2017-05-12 11:32:40 UTC"
    )
    empty = replace(CAPTURE, packets=1, tcp_packets=0, first_time=None)
    assert captures.contents(empty) == "1 packet, 0 of them TCP"
    assert captures.connections(EXAMPLE) == "212 TCP connections in all"


@pytest.mark.parametrize("vantage", get_args(Vantage))
def test_every_place_has_its_words(vantage: Vantage) -> None:
    capture = replace(CAPTURE, vantage=vantage, vantage_evidence="so it is")
    assert captures.place(capture).startswith("taken ")
    assert captures.place(capture).endswith(": so it is")


def test_both_ends() -> None:
    capture = replace(CAPTURE, vantage_ends=("client", "server"))
    assert captures.place(capture).startswith("taken at both ends: ")


def test_problems() -> None:
    problem = ProblemReport("snapped", "headers were cut off", frame=7, count=1200)
    capture = replace(CAPTURE, problems=(problem,))
    report = replace(EXAMPLE, captures=(capture,))
    said = "snapped: headers were cut off (frame 7), 1,200 times"
    assert captures.problems(report) == [said]
    both = replace(EXAMPLE, captures=(capture, capture))
    assert captures.problems(both) == [f"incident.pcap: {said}"] * 2
