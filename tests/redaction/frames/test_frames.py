"""Frames: any bytes at all, of any link type, come out as long and without a crash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.decode.layers import LINK_TYPES
from netdiag.redaction import Redactor
from netdiag.redaction.frames import LinkTypeNotRedactableError
from tests.redaction.frames.packets import KEY, SECRET, ether, tcp, v4, v6

REDACTOR = Redactor(KEY)


@given(st.sampled_from(sorted(LINK_TYPES)), st.binary(max_size=200), st.integers(0, 3000))
def test_any_bytes(link_type: int, data: bytes, more: int) -> None:
    shown, original = REDACTOR.packet(link_type, data, len(data) + more)
    assert len(shown) == len(data)
    assert original == len(data) + more


@given(
    st.sampled_from([bytes(ether() / ip() / tcp(SECRET * 3)) for ip in (v4, v6)]),
    st.integers(0, 150),
    st.binary(max_size=8),
    st.integers(0, 250),
)
def test_frames_that_are_damaged_or_cut(frame: bytes, at: int, damage: bytes, snap: int) -> None:
    damaged = (frame[:at] + damage + frame[at + len(damage) :])[:snap]
    shown, _ = REDACTOR.packet(1, damaged, len(frame))
    assert len(shown) == len(damaged)
    assert SECRET[:8] not in shown


def test_a_link_type_of_which_nothing_is_known() -> None:
    with pytest.raises(LinkTypeNotRedactableError, match="link type 127: expected one of 0, 1, 9"):
        REDACTOR.packet(127, bytes(100), 100)
