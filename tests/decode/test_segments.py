"""`Segments` as a table."""

from __future__ import annotations

import numpy as np

from netdiag.decode.segments import Flag, Segments


def test_an_empty_table() -> None:
    empty = Segments.empty()
    assert len(empty) == 0
    assert len(Segments.concatenate([empty, empty])) == 0


def test_flags_are_the_control_bits_of_rfc_9293() -> None:
    names = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")
    assert [getattr(Flag, name) for name in names] == [1 << i for i in range(8)]


def test_a_column_of_flags_stays_as_narrow_as_it_is() -> None:
    assert (np.zeros(1, np.uint8) & Flag.RST).dtype == np.uint8
