"""`Gathering`: rows, and why they are wanted."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from netdiag.evidence.gathering import MOST_NOTES, Gathering, note, plain_part
from netdiag.evidence.notes import Part
from tests.recorded import examine


def gathering() -> Gathering:
    return Gathering(examine("nginx-stale").subject)


def test_rows_come_in_capture_order_and_once() -> None:
    gathered = gathering()
    gathered.add_connection(0, [9, 3, -1, 3], note(Part.CONTEXT))
    wanted = gathered.finish()
    assert sorted(wanted.rows.tolist()) == [3, 9]
    assert (np.diff(gathered.scene.traffic.row[wanted.rows]) > 0).all()
    assert [len(notes) for notes in wanted.notes] == [1, 1]


def test_a_note_names_its_connection() -> None:
    gathered = gathering()
    gathered.add_connection(2, [5], note(Part.RETRY, "stale-keep-alive", 1, 7))
    (only,) = gathered.finish().notes[0]
    assert only == replace(
        note(Part.RETRY, "stale-keep-alive", 1, 7), connection=gathered.subject.connection_id(2)
    )


def test_what_is_said_first_of_an_occurrence_stays() -> None:
    gathered = gathering()
    gathered.add_connection(0, [5], note(Part.REQUEST, "stale-keep-alive", 1))
    gathered.add_connection(0, [5], note(Part.CLIENT_DATA, "stale-keep-alive", 1))
    gathered.add_connection(0, [5], note(Part.CONTEXT))
    assert [n.part for n in gathered.finish().notes[0]] == [Part.REQUEST]


def test_a_packet_of_many_occurrences_says_the_first_ones() -> None:
    gathered = gathering()
    for number in range(1, 9):
        gathered.add_connection(0, [5], note(Part.LAST, "silent-drop", number))
    assert [n.number for n in gathered.finish().notes[0]] == [*range(1, MOST_NOTES + 1)]


def test_nothing_was_wanted() -> None:
    assert len(gathering().finish().rows) == 0


def test_what_a_packet_is_by_itself() -> None:
    scene = examine("nginx-stale").scene
    table = scene.connections
    c = int((table.server_fin >= 0).argmax())
    rows = table.syn[c], table.syn_ack[c], table.server_fin[c]
    assert [plain_part(scene, int(row)) for row in rows] == [
        Part.CLIENT_SYN,
        Part.SERVER_SYN,
        Part.SERVER_FIN,
    ]
