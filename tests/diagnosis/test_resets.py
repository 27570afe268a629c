"""`find_reset`, `find_forged`: who made an RST."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from netdiag.diagnosis.resets import Reset, find_forged, find_reset
from tests.messages import get
from tests.recorded import Examined, examine, examine_files, recorded
from tests.rewriting import read
from tests.scripted import Scripted, pooled, reused


def answer(found: Examined) -> Reset | None:
    return find_reset(found.scene, 0, int(found.scene.exchanges.request[-1]))


def test_no_socket_takes_its_number_from_what_it_answers(scripted: Scripted) -> None:
    reset = answer(scripted(reused()))
    assert reset is not None
    assert (reset.origin, reset.ttl, reset.server_ttl) == ("no-socket", 63, 63)


def test_any_other_bare_reset_tells_nothing(scripted: Scripted) -> None:
    talk = pooled().wait(5).client.says(get("/x")).server.resets(sequence=12345)
    reset = answer(scripted(talk))
    assert reset is not None
    assert reset.origin == "unknown"


def test_a_program_acknowledges(scripted: Scripted) -> None:
    reset = answer(scripted(pooled().wait(5).client.says(get("/x")).server.aborts()))
    assert reset is not None
    assert reset.origin == "application"


def test_none(scripted: Scripted) -> None:
    assert answer(scripted(pooled().client.says(get("/x")).server.acks())) is None


def test_a_reset_of_the_client_answers_nothing(scripted: Scripted) -> None:
    assert answer(scripted(pooled().client.says(get("/x")).client.aborts())) is None


def test_a_host_without_other_packets_cannot_be_compared(scripted: Scripted) -> None:
    talk = pooled().wait(5).client.says(get("/x")).server.resets(ttl=200)
    only = scripted(talk, edit=lambda packets: packets[-2:])
    reset = answer(only)
    assert reset is not None
    assert (reset.origin, reset.server_ttl) == ("no-socket", None)


@pytest.mark.parametrize(
    ("side", "ttl", "forged"),
    [
        ("server", 63, False),
        ("server", 255, True),
        ("client", 64, False),
        ("client", 63, True),
        ("server", 254, False),  # a hop away as well: some systems begin RSTs elsewhere
        ("client", 128, True),  # no hop away: another machine on the same wire
    ],
)
def test_forged_in_either_name(scripted: Scripted, side: str, ttl: int, forged: bool) -> None:
    talk = pooled().wait(60)
    end = talk.client if side == "client" else talk.server
    found = find_forged(scripted(end.aborts(ttl=ttl)).scene, 0)
    assert (found is not None) is forged


def test_each_capture_has_its_own_distances() -> None:
    """At the client the server is a hop away, at the server it is not: as the forged RST is."""
    both = examine("middlebox-reset-client", "middlebox-reset-server")
    assert {
        case.story.reset.origin for case in both.cases("middlebox-reset") if case.story.reset
    } == {"middlebox"}
    assert both.harmed("middlebox-reset") == 5


def test_a_forged_reset_may_be_the_first_of_its_side_in_a_rotated_file(tmp_path: Path) -> None:
    """What came before it, at the same place, is in the file before."""
    whole = read(recorded("middlebox-reset-client").path)
    parts = [
        replace(whole, packets=part).write(tmp_path / f"{number}.pcap")
        for number, part in enumerate((whole.packets[:95], whole.packets[95:]))
    ]
    assert examine_files(parts).causes == examine("middlebox-reset-client").causes
