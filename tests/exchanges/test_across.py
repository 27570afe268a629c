"""What of several captures is settled when they are seen together."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from netdiag.columns import Mask
from netdiag.decode.addresses import Addresses
from netdiag.decode.aside import Aside
from netdiag.decode.join import Load
from netdiag.decode.samples import Samples
from netdiag.diagnosis import signs
from netdiag.exchanges import across
from netdiag.exchanges.across import settle_across, troubled_rows
from netdiag.exchanges.setting_aside import OPENING
from tests.conversations import Conversation, Heard, listen
from tests.exchanges.test_bystanders import failed, other
from tests.scripted import pooled

ENOUGH = across.ENOUGH


@pytest.fixture(autouse=True)
def _few_tell_of_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(across, "ENOUGH", 0)


def loaded(heard: Heard, cut: int = 0) -> Load:
    """As two captures, of which the second one begins with the row `cut`."""
    segments = heard.segments
    capture = (np.arange(len(segments)) >= cut).astype(np.uint16)
    segments = replace(segments, capture=capture)
    return Load(segments, Addresses(), heard.samples, (), Aside.nothing())


def nothing(heard: Heard) -> Load:
    none = heard.segments.take(slice(0, 0))
    return Load(none, Addresses(), Samples(), (), Aside.nothing())


def requests(heard: Heard, kept: Mask) -> set[str]:
    names = [packet.name for packet, wanted in zip(heard.packets, kept, strict=True) if wanted]
    return {name for name in names if name.startswith("GET")}


def test_exchanges_between_two_captures_are_settled() -> None:
    heard = listen(pooled(40, 1))
    cut = len(heard.segments) // 2
    found = settle_across(loaded(heard, cut), nothing(heard))
    assert found.kept[:OPENING].all()
    assert not found.kept[cut - 3 : cut + 3].any()
    assert {part.capture for part in found.parts} == {0, 1}
    assert found.folds.packets.sum() == (~found.kept).sum()
    assert set(found.folds.capture.tolist()) == {1}
    assert (found.first == 0).all()
    assert found.streams.tolist() == [0, cut]


def test_parts_are_named_by_requests_of_their_own_capture() -> None:
    heard = listen(pooled(40, 1))
    cut = len(heard.segments) // 2
    one, two = settle_across(loaded(heard, cut), nothing(heard)).parts
    frames = heard.segments.frame
    assert one.first_frame[0] == one.frame[0] < frames[cut] <= two.frame[0] == two.first_frame[0]


def test_failures_elsewhere_keep_what_may_be_compared_with_them() -> None:
    paths = [f"/{number}" for number in range(30)]
    talk = other(*paths[:8], "/lost", *paths[8:], start_s=1.2)
    mine, both = listen(talk), listen(failed(), talk)
    alone = settle_across(loaded(mine), nothing(mine))
    whole = loaded(both)
    rows = troubled_rows(whole)
    assert 0 < rows.sum() < len(rows)
    sample = both.segments.take(rows)
    elsewhere = Load(sample, Addresses(), both.samples, (), Aside.nothing())
    beside = settle_across(loaded(mine), elsewhere)
    assert "GET /lost HTTP/1.1" not in requests(mine, alone.kept)
    assert "GET /lost HTTP/1.1" in requests(mine, beside.kept)


def test_two_connections_between_the_same_endpoints_stay() -> None:
    talk = pooled(20, 1).client.fin().server.fin().client.acks().wait(60)
    again = Conversation(start_s=200).handshake()
    heard = listen(talk, again)
    assert settle_across(loaded(heard), nothing(heard)).kept.all()


def test_what_tells_where_a_capture_was_taken_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = listen(pooled(40, 1))
    cut = len(heard.segments) // 2
    monkeypatch.setattr(across, "ENOUGH", 10_000)
    kept = settle_across(loaded(heard, cut), nothing(heard)).kept
    assert kept[cut : cut + signs.OF_EACH].all()
    assert not kept.all()


def test_as_many_rows_stay_as_are_asked_for() -> None:
    assert OPENING >= signs.OF_EACH
    assert ENOUGH >= signs.ENOUGH
