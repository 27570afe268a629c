"""`Segments` as a table."""

from __future__ import annotations

from netdiag.decode.segments import Flag, Segments


def test_an_empty_table() -> None:
    empty = Segments.empty()
    assert len(empty) == 0
    assert len(Segments.concatenate([empty, empty])) == 0


def test_flags_are_the_control_bits_of_rfc_9293() -> None:
    assert [flag.name for flag in Flag] == ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]
    assert [flag.value for flag in Flag] == [1 << i for i in range(8)]
