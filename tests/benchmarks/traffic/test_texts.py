"""Payloads and their pools."""

from __future__ import annotations

import pytest

from benchmarks.shapes import SHAPES, load_shape
from benchmarks.traffic import http, tls
from benchmarks.traffic.texts import SEGMENT_BYTES, Texts


def test_pools_name_rows() -> None:
    texts = Texts.of({"a": [b"x"], "b": [b"yy", b"zzz"]})
    assert texts.pools == {"a": (0, 1), "b": (1, 2)}
    assert texts.length.tolist() == [1, 2, 3]
    assert texts.bytes_.shape == (3, 4)


def test_a_payload_longer_than_a_segment_is_refused() -> None:
    with pytest.raises(AssertionError, match="too long"):
        Texts.of({"a": [bytes(SEGMENT_BYTES + 1)]})


@pytest.mark.parametrize("name", SHAPES)
def test_every_pool_of_a_shape_has_payloads(name: str) -> None:
    assert all(count > 0 for _, count in load_shape(name).texts.pools.values())


def test_a_response_has_the_length_that_it_says() -> None:
    pools = http.pools()
    for response in (*pools["response"], b"".join(pools[f"page-{n}"][0] for n in (1, 2, 3))):
        head, _, body = response.partition(b"\r\n\r\n")
        said = [line for line in head.split(b"\r\n") if line.startswith(b"Content-Length: ")]
        assert len(body) == (int(said[0].split()[1]) if said else 0)


@pytest.mark.parametrize("name", ["hello", "answer", "finished", "tickets", "ask", "tell", "close"])
def test_tls_records_fill_their_segment(name: str) -> None:
    for text in tls.pools()[name]:
        rest = text
        while rest:
            assert rest[0] in (tls.CHANGE_CIPHER_SPEC, tls.HANDSHAKE, tls.APPLICATION_DATA)
            size = 5 + int.from_bytes(rest[3:5], "big")
            assert size <= len(rest)
            rest = rest[size:]
