"""Heads are read at once as they are read one by one."""

from __future__ import annotations

import random
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
import pytest

from netdiag.decode.samples import Samples
from netdiag.exchanges import framings
from netdiag.exchanges.framings import Framings, Heads, read_heads
from netdiag.exchanges.heads import announces_close, framing
from netdiag.native import native

PIECES = (
    *(b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"\r\n", b"\r\n\r\n", b"\r", b"\n", b" ", b"\x0b"),
    *(b"Content-Length:", b"content-length: 12", b"CONTENT-LENGTH:\t007 ", b"X: close", b"1 2"),
    *(b"Transfer-Encoding: gzip, Chunked", b"transfer-encoding:chunke", b"9" * 18, b"9" * 19),
    *(b"Connection: Close", b"connection: keep-alive", b"Connection:", b"Keep-Alive", b"\xff\0"),
)


def sampled(texts: list[bytes]) -> tuple[Samples, npt.NDArray[np.int32]]:
    samples = Samples()
    data = np.frombuffer(b"".join(texts) + bytes(4096), np.uint8)
    keep = np.array([len(text) for text in texts], np.int64)
    return samples, samples.add(data, np.cumsum(keep) - keep, keep)


def one_by_one(texts: list[bytes]) -> list[tuple[int | None, int | None, bool, bool]]:
    return [(*framing(text), announces_close(text)) for text in texts]


def rows_of(read: Framings) -> list[tuple[int | None, int | None, bool, bool]]:
    def number(value: int) -> int | None:
        return None if value < 0 else value

    columns = zip(read.head_bytes, read.content_length, read.is_chunked, read.closes, strict=True)
    return [(number(int(a)), number(int(b)), bool(c), bool(d)) for a, b, c, d in columns]


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_any_octets_say_the_same(seed: int, pure: bool) -> None:
    chance = random.Random(seed)
    texts = [b"".join(chance.choices(PIECES, k=chance.randint(1, 12))) for _ in range(800)]
    samples, rows = sampled(texts)
    order = np.array(chance.sample(range(len(texts)), len(texts)))
    with patch.object(framings, "native", None if pure else native):
        read = read_heads(samples, rows[order])
    assert rows_of(read) == one_by_one([texts[i] for i in order])


def test_a_common_response() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
    samples, rows = sampled([head + b"hello"])
    assert rows_of(read_heads(samples, rows)) == [(len(head), 5, False, True)]


def test_without_a_sample_nothing_is_said() -> None:
    read = read_heads(Samples(), np.full(3, -1, np.int32))
    assert rows_of(read) == [(None, None, False, False)] * 3


def test_what_was_read_once_says_the_same_again() -> None:
    texts = [ok_with(length) for length in range(6)]
    samples, rows = sampled(texts)
    heads = Heads(samples)
    for some in ([], [3, 1, 3], [-1], [0, 1, 2, -1, 3, 4, 5, 5]):
        asked = np.array([rows[i] if i >= 0 else -1 for i in some], np.int32)
        assert rows_of(heads.read(asked)) == rows_of(read_heads(samples, asked))


def ok_with(length: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length
