"""Requests look alike by a number for their first line, or by their lengths."""

from __future__ import annotations

from types import ModuleType
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.capture.records import PADDING_BYTES
from netdiag.decode.samples import Samples
from netdiag.exchanges.likeness import Requests, fingerprints, pairs
from netdiag.native import native

CLIENT, SERVER = np.uint64(10 << 48), np.uint64(10 << 48 | 80)


def samples_of(*texts: str) -> tuple[Samples, np.ndarray]:
    data = np.frombuffer("".join(texts).encode() + bytes(PADDING_BYTES), np.uint8)
    keep = np.array([len(text) for text in texts], np.int64)
    samples = Samples()
    return samples, samples.add(data, np.cumsum(keep) - keep, keep)


@pytest.mark.parametrize("compiled", [native, None], ids=["compiled", "in steps"])
@given(block=st.lists(st.text("ab\r", max_size=120), min_size=1, max_size=12))
def test_the_same_first_lines_have_the_same_fingerprints(
    compiled: ModuleType | None, block: list[str]
) -> None:
    samples, numbers = samples_of(*block)
    with patch("netdiag.exchanges.likeness.native", compiled):
        found = fingerprints(samples, numbers).tolist()
    lines = [text.split("\r")[0] for text in block]
    assert len(set(zip(lines, found, strict=True))) == len(set(lines)) == len(set(found))


def test_a_pair_has_its_client_and_its_server() -> None:
    hosts, servers = np.array([CLIENT, SERVER, CLIENT]), np.array([SERVER, CLIENT, CLIENT])
    assert len(set(pairs(hosts, servers).tolist())) == 3


def test_keys_tell_lines_apart_or_lengths_where_there_are_none() -> None:
    samples, sample = samples_of("GET /a\r\nx", "GET /a\r\ny", "GET /b\r\nx")
    zero, pair = np.zeros(3, np.int64), pairs(np.full(3, CLIENT), np.full(3, SERVER))
    requests = Requests(zero, zero, pair, np.array([9, 8, 9]), sample)
    by_line, by_length = requests.keys(samples), requests.keys(None)
    assert by_line[0] == by_line[1] != by_line[2]
    assert by_length[0] == by_length[2] != by_length[1]
