"""Another leg of a connection is known by numbers, also when its rows have left before."""

from __future__ import annotations

import numpy as np
import pytest

from netdiag.decode.aside import Folds
from netdiag.exchanges.elsewhere import LONG_AGO_NS, Elsewhere, Unseen
from netdiag.exchanges.folding import see
from tests.conversations import Conversation, listen
from tests.messages import get, ok
from tests.once_used import behind
from tests.scripted import pooled

WAITING = pooled(1, client_port=50_000, start_s=200)


def talk() -> Conversation:
    one = Conversation(client_first=1 << 20, server_first=1 << 21, start_s=1).handshake()
    return one.asks(get("/one"), ok()).client.fin().server.fin().client.acks()


def leg(side: str, of_rows: slice = slice(None)) -> Conversation:
    """The same on the other side of a translator, as far as it was captured."""
    other = behind(talk(), side)
    other.packets = other.packets[of_rows]
    return other


def shown(elsewhere: Elsewhere, *talks: Conversation) -> None:
    heard = listen(*talks)
    elsewhere.see(heard.segments, see(heard.segments, Folds.empty()).observed(heard.samples))


def is_elsewhere(elsewhere: Elsewhere) -> bool:
    return bool(elsewhere.are(see(listen(talk()).segments, Folds.empty()))[0])


@pytest.mark.parametrize("side", ["client", "server"])
def test_by_the_handshakes(side: str) -> None:
    """They are captured together, and then remembered."""
    elsewhere = Elsewhere()
    shown(elsewhere, talk())
    assert not is_elsewhere(elsewhere)
    shown(elsewhere, talk(), leg(side))
    assert is_elsewhere(elsewhere)
    shown(elsewhere, WAITING)
    assert is_elsewhere(elsewhere)


@pytest.mark.parametrize("side", ["client", "server"])
def test_by_what_was_said_where_one_handshake_was_not_captured(side: str) -> None:
    elsewhere = Elsewhere()
    shown(elsewhere, talk(), leg(side, slice(3, None)))
    assert is_elsewhere(elsewhere)
    shown(elsewhere, WAITING)
    assert not is_elsewhere(elsewhere)


def test_what_was_said_is_remembered_of_those_that_may_leave() -> None:
    """They have ended long ago."""
    elsewhere = Elsewhere()
    shown(elsewhere, talk(), leg("client", slice(3, None)), WAITING)
    assert is_elsewhere(elsewhere)
    shown(elsewhere, WAITING)
    assert is_elsewhere(elsewhere)
    open_ = Elsewhere()
    shown(open_, leg("client", slice(3, 6)), WAITING)
    assert is_elsewhere(open_)
    shown(open_, WAITING)
    assert not is_elsewhere(open_)


def test_others_are_nowhere_else() -> None:
    elsewhere = Elsewhere()
    shown(elsewhere, talk(), pooled(2, client_port=41_000, client_first=5 << 20))
    assert not is_elsewhere(elsewhere)
    assert elsewhere.are(see(listen(talk(), WAITING).segments, Folds.empty())).tolist() == [
        False,
        False,
    ]


def test_at_first_all_is_seen() -> None:
    assert Unseen().begun_ns == Unseen().ended_ns == LONG_AGO_NS < np.iinfo(np.int32).min
