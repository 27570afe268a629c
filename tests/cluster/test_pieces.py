"""Captures in pieces, put together again without what is settled: the report is the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from netdiag.analysis import Examination, Options, examine
from netdiag.capture import CaptureSource
from netdiag.cluster import pieces
from netdiag.cluster.wire import from_bytes, to_bytes
from netdiag.decode.aside import SetterFactory
from netdiag.decode.marks import Marker
from netdiag.decode.reduced import Reduced, reduce_capture
from netdiag.decode.tally import Tally
from netdiag.diagnosis import signs
from netdiag.exchanges import across, mark_payloads
from netdiag.report.formats.json_format import render
from netdiag.report.page import PLAIN
from tests.capture.building import pcap
from tests.conversations import Conversation, on_the_wire
from tests.conversations import write as write_capture
from tests.decode.test_load import packets, write
from tests.decode.test_several import EAGER, rotated
from tests.scripted import pooled


def shuffled(captures: Sequence[Reduced], count: int) -> list[Reduced]:
    """What a cluster makes of captures, in as many portions."""
    rows = [from_bytes(to_bytes(pieces.rows_alone(each))) for each in captures]
    of_captures = list(zip(*(pieces.part(each, count) for each in rows), strict=True))
    failures = [pieces.troubled(each) for each in of_captures]
    rest = [pieces.settled(each, failures) for each in of_captures]
    return [
        pieces.put_together(pieces.without_rows(each), portions)
        for each, portions in zip(captures, zip(*rest, strict=True), strict=True)
    ]


def read(
    count: int,
    paths: Sequence[str],
    marker: Marker,
    block_bytes: int,
    tally: Tally,
    setting_aside: SetterFactory | None,
) -> list[Reduced]:
    del tally
    assert setting_aside is not None
    captures = [
        reduce_capture(
            CaptureSource(path), marker, block_bytes, None, EAGER[-1](one_of_several=True)
        )
        for path in paths
    ]
    return shuffled(captures, count) if count else captures


def examined(paths: list[Path], count: int) -> Examination:
    options = Options(all_connections=True, every_row=False)
    return examine(paths, options, block_bytes=4096, reader=partial(read, count))


@pytest.mark.parametrize("seed", range(10))
def test_the_report_is_the_same_with_fewer_rows(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (signs, across):
        monkeypatch.setattr(module, "ENOUGH", (10, 50, 10_000)[seed % 3])
    paths = rotated(tmp_path, seed, 2 + seed)
    whole = examine(paths, Options(all_connections=True))
    joined, found = examined(paths, 0), examined(paths, 1 + seed % 4)
    assert render(found.report(), PLAIN) == render(whole.report(), PLAIN)
    rows = [len(each.subject.scene.traffic) for each in (whole, joined, found)]
    assert rows[0] > rows[1] > rows[2]


def test_the_same_connections_are_in_the_same_piece_of_every_capture(tmp_path: Path) -> None:
    first = write(tmp_path / "a", pcap(packets(40, 1)))
    second = write(tmp_path / "b", pcap(packets(40, 1)[::-1]))
    keys = []
    for path in (first, second):
        reduced = pieces.rows_alone(reduce_capture(CaptureSource(path), mark_payloads))
        parted = pieces.part(reduced, 3)
        assert sum(len(piece.segments) for piece in parted) == len(reduced.segments)
        keys.append([_connections(piece) for piece in parted])
    assert keys[0] == keys[1]
    assert not keys[0][0] & keys[0][1]


def _connections(piece: Reduced) -> set[frozenset[str]]:
    text = piece.addresses.text
    ends = piece.segments.source.tolist(), piece.segments.destination.tolist()
    return {frozenset((text(one), text(other))) for one, other in zip(*ends, strict=True)}


def test_connections_that_begin_and_end_here_do_not_go_on(tmp_path: Path) -> None:
    whole, early, late = (
        pooled(4, 1, client_port=40001 + number).wait(1).client.fin().server.fin().client.acks()
        for number in range(3)
    )
    silent = Conversation(client_port=40009).handshake().wait(30)
    packets = on_the_wire([whole])
    packets += on_the_wire([early])[:-3] + on_the_wire([late])[3:] + on_the_wire([silent])
    write_capture(tmp_path / "a", packets)
    reduced = reduce_capture(CaptureSource(str(tmp_path / "a")), mark_payloads)
    count = len(on_the_wire([whole]))
    assert pieces.going_on(reduced) == 2 * (count - 3)


def test_rows_apart_from_all_else(tmp_path: Path) -> None:
    path = rotated(tmp_path, 1, 2)[0]
    source = CaptureSource(str(path))
    whole = reduce_capture(source, mark_payloads)
    some = reduce_capture(source, mark_payloads, setter=EAGER[-1](one_of_several=True))
    without = pieces.without_rows(some)
    assert (len(without.segments), without.tcp_packets) == (0, len(whole.segments))
    assert np.array_equal(pieces.rows_alone(some).segments.frame, some.segments.frame)
