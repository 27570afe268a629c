"""Captures reduced each by itself, joined into one table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from netdiag.capture import CaptureSource
from netdiag.decode import Load
from netdiag.decode.bygones import Bygones
from netdiag.decode.join import Join
from netdiag.decode.reduced import Reduced, reduce_capture
from tests.capture.building import pcap
from tests.connections.gone import gone
from tests.decode.building import Decoded, keep_all
from tests.decode.test_load import packets, write


def reduced(folder: Path, name: str, *, count: int = 60, seed: int = 1) -> Reduced:
    path = write(folder / name, pcap(packets(count, seed)))
    return reduce_capture(CaptureSource(path), keep_all)


def joined(*parts: Reduced) -> Load:
    join = Join()
    for part in parts:
        join.add(part)
    return join.finish()


def rows(segments: Any, load: Load | Reduced) -> list[dict[str, Any]]:
    return list(Decoded(segments, load.addresses, load.samples).rows())


def test_each_capture_keeps_its_addresses_and_payloads(tmp_path: Path) -> None:
    parts = [reduced(tmp_path, f"part{seed}", seed=seed) for seed in (1, 2, 3)]
    apart = [rows(part.segments, part) for part in parts]
    assert len(parts[2].addresses) > 3  # IPv6, numbered anew
    load = joined(*parts)
    assert load.segments.capture.dtype == "uint16"
    assert load.segments.sample.dtype == "int32"
    for index, expected in enumerate(apart):
        assert rows(load.segments.take(load.segments.capture == index), load) == expected


def test_an_address_has_one_number_in_all_captures(tmp_path: Path) -> None:
    parts = [reduced(tmp_path, f"part{seed}", seed=seed) for seed in (1, 2)]
    known = [{part.addresses.host(e) for e in part.segments.source.tolist()} for part in parts]
    assert any(":" in host for host in known[0] & known[1])
    load = joined(*parts)
    number: dict[str, set[int]] = {}
    for endpoint in load.segments.source.tolist():
        number.setdefault(load.addresses.text(endpoint), set()).add(endpoint)
    assert {len(endpoints) for endpoints in number.values()} == {1}
    first = joined(parts[0])
    of_first = load.segments.capture == 0
    assert load.segments.source[of_first].tolist() == first.segments.source.tolist()


def test_so_has_it_in_connections_without_segments(tmp_path: Path) -> None:
    parts = [reduced(tmp_path, f"part{seed}", seed=seed) for seed in (1, 2)]
    ends = parts[1].segments.source[:20]
    count = len(ends)
    bygones = Bygones.concatenate([gone()] * count)
    bygones = replace(bygones, client=ends, server=ends[::-1])
    aside = replace(parts[1].aside, bygones=bygones)
    load = joined(parts[0], replace(parts[1], aside=aside))
    here = parts[1].addresses
    found = load.aside.bygones
    assert any(":" in here.host(end) for end in ends.tolist())
    theirs, ours = (
        sorted(tuple(map(text, pair)) for pair in zip(some.client, some.server, strict=True))
        for text, some in ((here.text, bygones), (load.addresses.text, found))
    )
    assert ours == theirs
    assert (np.diff(found.server) >= 0).all()
    assert found.capture.tolist() == [1] * count


def test_a_copy_leaves_nothing_but_its_problem(tmp_path: Path) -> None:
    load = joined(reduced(tmp_path, "one"), reduced(tmp_path, "copy"))
    alone = joined(reduced(tmp_path, "one"))
    assert len(load.segments) == len(alone.segments)
    assert len(load.samples) == len(alone.samples)
    assert [p.code for p in load.captures[1].problems] == ["duplicate-file"]
    assert load.captures[1].tcp_packets == 0


def test_nothing_at_all() -> None:
    load = joined()
    assert len(load.segments) == 0
    assert load.captures == ()
