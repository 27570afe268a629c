"""What marks say where two sides take turns: see also `test_settling`."""

from __future__ import annotations

import pytest

from netdiag.connections.roles import CLIENT_SPEECH, SERVER_SPEECH
from netdiag.decode.marks import Mark
from netdiag.exchanges.meanings import turns
from netdiag.exchanges.roles import EVIDENCE, IN_CLEAR_FIRST

WORD, OF_CLIENT, OF_SERVER, LEAVES, RANK_SHIFT, RANKS = 1, 4, 8, 16, 8, 15
MAY_CHANGE_TO_TLS = 1 << 12
ELSEWHERE = {mark for mark in Mark if mark.name.startswith(("HTTP_", "TLS"))}
STRANGE = {*ELSEWHERE, Mark.HTTP2_GOAWAY, Mark.SERVER_FAREWELL, Mark.STREAM_REQUEST}


@pytest.mark.parametrize("mark", Mark)
def test_a_mark_is_a_word_unless_it_changes_everything(mark: Mark) -> None:
    assert bool(turns()[mark] & (WORD | LEAVES)) == (mark not in STRANGE)


@pytest.mark.parametrize("mark", set(Mark) - STRANGE)
def test_who_says_it_is_who_the_connections_room_takes_to_say_it(mark: Mark) -> None:
    says = turns()[mark]
    assert not (says & OF_SERVER and mark in CLIENT_SPEECH)
    assert bool(says & OF_CLIENT) == (mark in CLIENT_SPEECH)
    assert says & OF_SERVER or mark not in SERVER_SPEECH


def test_what_shows_a_protocol_has_a_rank_as_in_the_evidence() -> None:
    ranks = {mark: int(turns()[mark]) >> RANK_SHIFT & RANKS for mark in set(Mark) - STRANGE}
    assert ranks.pop(Mark.MYSQL_UNANSWERED) == ranks[Mark.MYSQL_GREETING]  # with which it goes
    shown = [mark for mark, _ in EVIDENCE if mark in ranks]
    assert [ranks[mark] for mark in shown] == sorted({rank for rank in ranks.values() if rank})
    assert {mark for mark, rank in ranks.items() if rank} == set(shown)


def test_no_number_has_a_meaning_that_is_no_mark() -> None:
    assert not any(turns()[len(Mark) + 1 :])
    assert len(turns()) == 256


def test_with_whom_tls_begins_in_clear_the_roles_say() -> None:
    changing = {mark for mark in Mark if turns()[mark] & MAY_CHANGE_TO_TLS}
    assert changing == {mark for mark, _ in IN_CLEAR_FIRST}
