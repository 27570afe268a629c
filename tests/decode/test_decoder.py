"""From packets to columns, with the marker in between."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scapy.layers.inet import IP, TCP

from netdiag.decode import Addresses, Decoder, Mark, Marks, Payloads, Samples, Segments
from netdiag.problems import ProblemLog
from tests.decode.building import (
    START_NS,
    assert_as_scapy,
    decode,
    decoded,
    ether,
    ipv4,
    ipv6,
    keep_all,
    records,
    tcp,
)


def test_a_snap_length_of_68_changes_no_column() -> None:
    """Only what is remembered of the payload gets shorter."""
    rng = random.Random(1)
    frames = [bytes(ether() / ipv4(rng) / tcp(rng)) for _ in range(60)]
    whole = assert_as_scapy(frames)
    cut = decode([f[:68] for f in frames], originals=[len(f) for f in frames])
    for one, other in zip(whole.rows(), cut.rows(), strict=True):
        assert one | {"payload": b""} == other | {"payload": b""}
        assert other["payload"] == one["payload"][: max(68 - 34 - one["header_length"], 0)]


def test_the_marker_sees_each_captured_payload_of_a_block_once() -> None:
    seen: list[Payloads] = []

    def marker(payloads: Payloads) -> Marks:
        seen.append(payloads)
        count = len(payloads.start)
        return Marks(
            mark=np.full(count, Mark.HTTP_REQUEST, np.uint8),
            detail=np.arange(100, 100 + count, dtype=np.uint32),
            tail=np.arange(200, 200 + count, dtype=np.uint32),
            keep=np.minimum(payloads.captured, [0, 3, 90][:count]),
        )

    segment = ether() / IP() / TCP()
    frames = [bytes(p) for p in (segment, segment / b"first", segment, segment / b"second")]
    frames += [bytes(segment / (b"third" * 20))[:100], bytes(segment / b"not captured")[:54]]
    decoder = Decoder(Addresses(), marker)
    originals = [len(f) for f in frames[:4]] + [154, 66]
    marked = decoded(decoder, 7, records(frames, originals=originals), ProblemLog())
    got, samples = marked.segments, marked.samples
    (payloads,) = seen
    assert payloads.captured.tolist() == [5, 6, 46]
    assert payloads.length.tolist() == [5, 6, 100]
    first = int(payloads.start[0])
    assert payloads.data[first : first + 5].tobytes() == b"first"
    assert got.length.tolist() == [0, 5, 0, 6, 100, 12]
    assert got.mark.tolist() == [0, 1, 0, 1, 1, 0]
    assert got.detail.tolist() == [0, 100, 0, 101, 102, 0]
    assert got.tail.tolist() == [0, 200, 0, 201, 202, 0]
    assert (got.sample >= 0).tolist() == [False, False, False, True, True, False]
    assert samples.text(int(got.sample[3])) == b"sec"
    assert samples.text(int(got.sample[4])) == (b"third" * 20)[:46]
    assert set(got.capture.tolist()) == {7}
    assert got.time_ns.tolist() == [START_NS + i * 1_000_000 for i in range(6)]


def test_without_payload_the_marker_is_not_asked() -> None:
    def marker(payloads: Payloads) -> Marks:
        raise AssertionError

    decoder = Decoder(Addresses(), marker)
    got = decoded(decoder, 0, records([bytes(ether() / IP() / TCP())]), ProblemLog()).segments
    assert got.mark.tolist() == [Mark.OPAQUE]


@pytest.mark.parametrize(
    ("data_offset", "ip_bytes"),
    [
        (4, 40),  # a header of 16 bytes
        (15, 40),  # a header longer than its packet
        (5, 39),  # a packet that ends inside the header
    ],
)
def test_tcp_headers_that_contradict_themselves(data_offset: int, ip_bytes: int) -> None:
    good = bytes(ether() / IP() / TCP())
    bad = bytes(ether() / IP(len=ip_bytes) / TCP(dataofs=data_offset))
    got = decode([good, bad, good, bad])
    assert got.segments.frame.tolist() == [1, 3]
    (problem,) = got.problems
    assert (problem.code, problem.frame, problem.count) == ("malformed-tcp", 2, 2)


def test_columns_have_the_dtypes_of_the_data_dictionary() -> None:
    rng = random.Random(2)
    empty = Segments.empty()
    mixed = decode([bytes(ether() / make(rng) / tcp(rng)) for make in (ipv4, ipv6)]).segments
    nothing = decode([]).segments
    other = decode([bytes(60)]).segments
    for got in (mixed, nothing, other):
        for name in Segments.__struct_fields__:
            assert getattr(got, name).dtype == getattr(empty, name).dtype, name


def test_columns_outlive_the_block() -> None:
    rng = random.Random(3)
    block = records([bytes(ether() / ipv4(rng) / tcp(rng)) for _ in range(20)])
    data = block.data.copy()
    decoder = Decoder(Addresses(), keep_all)
    got = decoded(decoder, 0, type(block)(data, block.rows), ProblemLog()).segments
    before = {name: getattr(got, name).tolist() for name in Segments.__struct_fields__}
    data[:] = 0xEE
    assert {name: getattr(got, name).tolist() for name in before} == before


def test_each_block_has_samples_of_its_own() -> None:
    rng = random.Random(4)
    frames = [bytes(ether() / ipv4(rng) / TCP() / (bytes([65 + i]) * 9)) for i in range(6)]
    decoder, samples = Decoder(Addresses(), keep_all), Samples()
    blocks = [decoded(decoder, 0, records(frames[i : i + 2]), ProblemLog()) for i in (0, 2, 4)]
    assert [block.segments.sample.tolist() for block in blocks] == [[0, 1]] * 3
    assert [samples.take_in(block.samples) for block in blocks] == [0, 2, 4]
    assert [samples.text(row)[:1] for row in range(6)] == [b"A", b"B", b"C", b"D", b"E", b"F"]
