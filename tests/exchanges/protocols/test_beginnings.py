"""What a payload begins with if a protocol of the shelf can know it."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.decode.marks import Mark
from netdiag.exchanges.protocols import PROTOCOLS, mark_in_steps, mark_payloads
from netdiag.exchanges.protocols.beginnings import (
    ALWAYS,
    BEFORE_NUMBER,
    BEFORE_TEXT,
    Beginnings,
    together,
)
from netdiag.exchanges.protocols.leads import Leads
from netdiag.native import native
from tests.exchanges.protocols.marking import payloads_of


def test_octets_and_words_of_several_are_looked_up_together() -> None:
    one = Beginnings(octets=b"a\0", letters=b"E", texts=(b"QSTAR",))
    found = together(
        [one, Beginnings(b"b", (b"QUIT\r\n", b"A  B"), commands=b"\1", frames=b"\7", counted=b"*")]
    )
    assert np.flatnonzero(found.octets).tolist() == [0, 42, 97, 98]
    assert found.octets[list(b"*a")].tolist() == [BEFORE_NUMBER, ALWAYS]
    assert found.words.tolist() == [0x41202042, 0x51554954]
    assert found.words.dtype == np.uint32
    assert np.flatnonzero(found.letters).tolist() == [ord("E"), ord("Q")]
    assert found.letters[list(b"EQ")].tolist() == [ALWAYS, BEFORE_TEXT]
    assert np.flatnonzero(found.commands).tolist() == [1]
    assert np.flatnonzero(found.frames).tolist() == [7]
    assert found.text == 0x53544152


def test_the_first_octets_of_all_are_known() -> None:
    some = Beginnings(b"a", (b"QUIT",), letters=b"E", texts=(b"RSTAR",), counted=b"*")
    assert np.flatnonzero(some.firsts()).tolist() == sorted(b"aQER*")
    assert np.flatnonzero(Beginnings(frames=b"\7").firsts()).tolist() == [0]
    assert Beginnings(commands=b"\1").firsts().all()


def test_there_is_one_text() -> None:
    with pytest.raises(ValueError, match="too many values"):
        together([Beginnings(texts=(b"QSTAR", b"QMORE"))])


HEADS = [word for protocol in PROTOCOLS for word in protocol.BEGINNINGS.words]
HEADS += [bytes([octet]) for protocol in PROTOCOLS for octet in protocol.BEGINNINGS.octets]
HEADS += [
    b"\x16\x03\x01",
    b"\x17\x03\x03\x00\x01",
    b"*1\r\n$4\r\nQUIT\r\n",
    b">2\r\n$4\r\n",
    b"*0",
    b"*\0\0\0\3",
    b"X\0\0\0\4",
]
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
    look_ups = together(protocol.BEGINNINGS for protocol in PROTOCOLS)
    shown = [payload[:captured] for payload in payloads]
    known = mark_in_steps(payloads_of(payloads, captured)).mark != Mark.OPAQUE
    for payload in (shown[i] for i in np.flatnonzero(known).tolist()):
        word = int.from_bytes(payload[:4], "big")
        assert (
            len(payload) < 4
            or payload[0] == 0
            or payload[2] == 0
            or look_ups.octets[payload[0]]
            or word in look_ups.words
        )
    if native is not None:
        marks = mark_payloads(payloads_of(payloads, captured)).mark
        assert (marks != Mark.OPAQUE).tolist() == known.tolist()


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.NAME)
@given(st.data())
def test_no_protocol_knows_a_payload_that_begins_otherwise(
    protocol: ModuleType, data: st.DataObject
) -> None:
    heads = st.one_of(st.sampled_from(HEADS), st.binary(min_size=1, max_size=9))
    payload = data.draw(heads) + data.draw(st.sampled_from(TAILS))
    payloads = payloads_of([payload], data.draw(st.sampled_from([None, 4, 5, 9])))
    marks = mark_in_steps(payloads_of([b"\xff" * len(payload)], None))
    protocol.mark(Leads.of(payloads), marks)
    begins = protocol.BEGINNINGS.firsts()[payload[0]] or len(payload) < 4
    assert begins or marks.mark.tolist() == [Mark.OPAQUE]
