"""Segments by four-tuple, against a dict; also where two four-tuples share a key."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.connections import grouping
from netdiag.connections.grouping import by_four_tuple
from netdiag.decode.segments import Segments
from tests.conversations import ACK, Packet, columns

hosts = st.sampled_from(["10.0.0.1", "10.0.0.2", "192.168.7.255"])
ends = st.tuples(hosts, st.sampled_from([80, 81, 65535]))
pairs = st.lists(st.tuples(ends, ends), max_size=30)


def segments_between(pairs: list[tuple[tuple[str, int], tuple[str, int]]]) -> Segments:
    packets = [
        Packet("", i, source, destination, 0, 0, ACK)
        for i, (source, destination) in enumerate(pairs)
    ]
    return columns(packets)[0]


def groups_found(segments: Segments) -> list[list[int]]:
    rows, begins = by_four_tuple(segments)
    assert rows.dtype == np.int64
    assert not len(begins) or begins[0]
    found: list[list[int]] = []
    for row, starts in zip(rows.tolist(), begins.tolist(), strict=True):
        if starts:
            found.append([])
        found[-1].append(row)
    return sorted(found)


def groups_by_dict(segments: Segments) -> list[list[int]]:
    groups: dict[frozenset[int], list[int]] = {}
    for i in range(len(segments)):
        both = frozenset((int(segments.source[i]), int(segments.destination[i])))
        groups.setdefault(both, []).append(i)
    return sorted(groups.values())


@given(pairs)
def test_both_directions_come_together_in_capture_order(
    pairs: list[tuple[tuple[str, int], tuple[str, int]]],
) -> None:
    segments = segments_between(pairs)
    assert groups_found(segments) == groups_by_dict(segments)


@pytest.mark.parametrize("multiplier", [0, 1, 1 << 63])
@given(pairs=pairs)
def test_four_tuples_with_one_key_are_still_told_apart(
    multiplier: int, pairs: list[tuple[tuple[str, int], tuple[str, int]]]
) -> None:
    segments = segments_between(pairs)
    with mock.patch.object(grouping, "_MULTIPLIER", np.uint64(multiplier)):
        assert groups_found(segments) == groups_by_dict(segments)


def test_a_collision_side_by_side_is_seen_as_well() -> None:
    """One four-tuple's segments all come before the other's: the key never changes."""
    one = (("10.0.0.1", 40000), ("10.0.0.9", 80))
    other = (("10.0.0.2", 40000), ("10.0.0.9", 80))
    segments = segments_between([one, one, other, other])
    with mock.patch.object(grouping, "_MULTIPLIER", np.uint64(0)):
        assert groups_found(segments) == [[0, 1], [2, 3]]


def test_an_endpoint_that_talks_to_itself_is_a_group() -> None:
    self_connected = (("127.0.0.1", 5000), ("127.0.0.1", 5000))
    assert groups_found(segments_between([self_connected] * 3)) == [[0, 1, 2]]


def test_nothing_gives_nothing() -> None:
    rows, begins = by_four_tuple(Segments.empty())
    assert len(rows) == len(begins) == 0
