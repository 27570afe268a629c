"""What a payload begins with if a protocol of the shelf can know it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netdiag.decode.marks import Mark
from netdiag.exchanges.protocols import PROTOCOLS, mark_in_steps, mark_payloads
from netdiag.exchanges.protocols.beginnings import Beginnings, together
from netdiag.native import native
from tests.exchanges.protocols.marking import payloads_of


def test_octets_and_words_of_several_are_looked_up_together() -> None:
    octets, words = together([Beginnings(octets=b"a\0"), Beginnings(b"b", (b"QUIT\r\n", b"A  B"))])
    assert np.flatnonzero(octets).tolist() == [0, 97, 98]
    assert words.tolist() == [0x41202042, 0x51554954]
    assert words.dtype == np.uint32


HEADS = [word for protocol in PROTOCOLS for word in protocol.BEGINNINGS.words]
HEADS += [bytes([octet]) for protocol in PROTOCOLS for octet in protocol.BEGINNINGS.octets]
HEADS += [b"\x16\x03\x01", b"\x17\x03\x03\x00\x01", b"*1\r\n$4\r\nQUIT\r\n", b"X\0\0\0\4"]
HEADS += [b"\x01\0\0\0\x01", b"\0\0\x08\x07\0\0\0\0\0", b"\0\0\0\x08\x04\xd2\x16\x2f"]
TAILS = [b"", b" /a HTTP/1.1\r\n\r\n", b"\r\n", b"/1.1 200 OK\r\n", b"2.0\r\n", b"\0" * 9]


@given(
    st.lists(
        st.tuples(st.one_of(st.sampled_from(HEADS), st.binary(max_size=9)), st.sampled_from(TAILS))
        .map(b"".join)
        .filter(bool),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from([None, 1, 2, 3, 4, 5, 9]),
)
def test_no_payload_is_known_that_begins_otherwise(
    payloads: list[bytes], captured: int | None
) -> None:
    octets, words = together(protocol.BEGINNINGS for protocol in PROTOCOLS)
    shown = [payload[:captured] for payload in payloads]
    known = mark_in_steps(payloads_of(payloads, captured)).mark != Mark.OPAQUE
    for payload in (shown[i] for i in np.flatnonzero(known).tolist()):
        word = int.from_bytes(payload[:4], "big")
        assert len(payload) < 4 or payload[2] == 0 or octets[payload[0]] or word in words
    if native is not None:
        marks = mark_payloads(payloads_of(payloads, captured)).mark
        assert (marks != Mark.OPAQUE).tolist() == known.tolist()
