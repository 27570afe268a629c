"""A connection came to a good end if it was whole and nobody waited for anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netdiag.columns import mask_of
from netdiag.decode.aside import Folds
from netdiag.exchanges import find_endings
from netdiag.exchanges.folding import see
from netdiag.exchanges.good_ends import came_to_a_good_end
from tests.conversations import Conversation, listen
from tests.messages import (
    CLOSE_NOTIFY,
    get,
    ok,
    response,
)
from tests.once_used import CLOSE, behind
from tests.scripted import by_client, by_server, pooled, speaks_tls

Change = Callable[[Conversation], Conversation]


def are_good(*talks: Conversation) -> list[bool]:
    heard = listen(*talks)
    seen = see(heard.segments, Folds.empty())
    tables = seen.traffic, seen.connections, seen.speech, seen.exchanges
    endings = find_endings(*tables, heard.samples)
    rows, courses = came_to_a_good_end(seen, seen.observed(heard.samples), endings)
    assert courses.frame.tolist() == seen.first_frames[rows].tolist()
    return mask_of(rows, len(seen.connections)).tolist()


def in_tls() -> Conversation:
    return speaks_tls(Conversation().handshake())


GOOD: dict[str, Conversation] = {
    "at once": by_server(pooled()),
    "by the client": by_client(pooled()),
    "idle": by_server(pooled(3, 9).wait(30)),
    "idle, by the client": by_client(pooled(3, 9).wait(30)),
    "idle for long": by_server(pooled().wait(7200)),
    "announced": by_server(Conversation().handshake().asks(get(), ok(b"a", CLOSE)).wait(0.2)),
    "the client needs a moment": by_server(pooled().wait(5), 0.49),
    "in TLS": by_server(in_tls().wait(30).server.says(CLOSE_NOTIFY)),
    "a FIN in the flight of its farewell": by_server(
        in_tls().wait(30).server.says(CLOSE_NOTIFY).wait(0.04)
    ),
}

BAD: dict[str, Conversation] = {
    "a FIN long after its farewell": by_server(
        in_tls().wait(30).server.says(CLOSE_NOTIFY).wait(0.06)
    ),
    "still open": pooled(),
    "half closed": pooled().server.fin().client.acks(),
    "reset": pooled().client.aborts(),
    "reset behind its end": by_server(pooled()).client.resets(),
    "announced, and idle": by_server(
        Conversation().handshake().asks(get(), ok(b"a", CLOSE)).wait(0.3)
    ),
    "a near miss": by_server(pooled().wait(5), 0.51),
    "half closed for long": pooled().client.fin().server.acks().wait(1).server.fin(),
    "not answered": by_server(pooled().client.says(get()).server.acks()),
    "asked after its end": pooled().server.fin().client.says(get()).server.resets(),
    "answered late": by_server(pooled(0).client.says(get()).wait(1).server.says(ok())),
    "sent again": by_server(pooled().server.repeats().server.repeats()),
    "cut off": by_server(pooled(0).asks(get(), ok(bytes(900))[:200])),
    "no window": by_server(pooled().client.acks(window=0)),
    "too late a request": by_server(pooled(0).asks(get(), response("408 Request Timeout"))),
    "never used": by_server(pooled(0)),
}


@pytest.mark.parametrize("name", GOOD)
def test_good(name: str) -> None:
    assert are_good(GOOD[name]) == [True]


@pytest.mark.parametrize("name", BAD)
def test_not_good(name: str) -> None:
    assert are_good(BAD[name]) == [False]


def test_what_began_before_the_capture_is_not_whole() -> None:
    talk = by_server(pooled(2))
    talk.packets = talk.packets[3:]
    assert are_good(talk) == [False]


def test_only_one_leg_of_a_connection_may_be() -> None:
    talk = by_server(pooled(client_first=1 << 20, server_first=1 << 21))
    assert are_good(talk, behind(talk, "server")) == [True, False]
