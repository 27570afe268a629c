"""Tables to the letter."""

from __future__ import annotations

from benchmarks.timing.pairs import Timing
from benchmarks.timing.tables import peers_table, programs_table

OWN = Timing("netdiag", 1_000_000, 0.5, 170.4, 1.0)
FAST = Timing("tcpdump", 1_000_000, 0.0815, 4.0, 0.163)
SLOW = Timing("scapy", 1_000_000, 103.0, 84.0, 206.4, extrapolated=True)


def test_programs_as_text() -> None:
    assert programs_table([OWN, FAST, SLOW]).text() == (
        "program                   time  packets a second  peak memory  netdiag = 1\n"
        "netdiag                 0.50 s         2,000,000      170 MiB         1.00\n"
        "tcpdump                 0.08 s        12,300,000        4 MiB         0.16\n"
        "scapy (extrapolated)  103.00 s             9,710       84 MiB          206\n"
    )


def test_shapes_as_markdown_with_a_place_for_who_is_missing() -> None:
    table = peers_table("capture", {"tls": [OWN, FAST]}, ["tcpdump", "tshark"])
    assert table.markdown() == (
        "| capture | netdiag | packets a second | peak memory | tcpdump | tshark |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: |\n"
        "| tls | 0.50 s | 2,000,000 | 170 MiB | 0.16 | - |\n"
    )


def test_captures() -> None:
    table = peers_table("packets", {"1 M": [OWN]}, [])
    assert table.rows == [("1 M", "0.50 s", "2,000,000", "170 MiB")]
