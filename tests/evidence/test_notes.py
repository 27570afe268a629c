"""The comments on packets."""

from __future__ import annotations

import string

from netdiag.evidence.notes import Note, Part, comment


def test_a_packet_of_an_occurrence() -> None:
    note = Note("c1", Part.IDLE_CLOSE, "stale-keep-alive", 3, 20_010_000_000)
    assert comment(note, 88, "incident.pcap") == (
        "netdiag: c1, occurrence 3 of stale-keep-alive: the server ends the connection, 20.01 s "
        "after the last byte of an exchange (frame 88 of incident.pcap)"
    )


def test_a_packet_of_no_occurrence() -> None:
    assert comment(Note("c2", Part.CONTEXT), 5, "incident.pcap") == (
        "netdiag: c2: kept so that these packets alone give the same verdict "
        "(frame 5 of incident.pcap)"
    )


def test_a_capture_whose_name_looks_like_a_placeholder() -> None:
    assert "frame 1 of {time}.pcap" in comment(Note("c2", Part.CLIENT_SYN), 1, "{time}.pcap")


def test_every_part_needs_no_more_than_a_time() -> None:
    names = {
        name for part in Part for _, name, _, _ in string.Formatter().parse(part.value) if name
    }
    assert names == {"time"}


def test_parts_say_different_things() -> None:
    assert len({part.value for part in Part}) == len(Part.__members__)
