"""A connection told from a few of its rows is told as its tables tell it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from netdiag.decode import load
from netdiag.decode.aside import Folds
from netdiag.decode.samples import Samples
from netdiag.decode.segments import Segments
from netdiag.exchanges import find_endings, mark_payloads
from netdiag.exchanges.courses import Courses
from netdiag.exchanges.folding import Seen, see
from netdiag.exchanges.good_ends import came_to_a_good_end
from netdiag.exchanges.singles import Singles
from netdiag.native import native
from tests import once_used, used_up
from tests.conversations import STEP_NS, Conversation, listen, write
from tests.exchanges.over import when_over
from tests.exchanges.test_good_ends import Change
from tests.messages import get, head, ok, response
from tests.once_used import CLOSE, behind
from tests.scripted import by_client, by_server, pooled, speaks_tls

if native is None:
    pytest.skip("built without a C compiler", allow_module_level=True)

LATER = pooled(client_port=50_000, start_s=500)
"""After which the others are over."""


def asked(segments: Segments, samples: Samples) -> tuple[Singles, npt.NDArray[np.int64]]:
    """Those among the rows of connections that may have come to a good end, and these rows."""
    over = when_over(segments, samples)
    return Singles.among(over.search, over.held, over.rows, over.elsewhere), over.rows


def tables(segments: Segments) -> Seen:
    return see(segments, Folds.empty())


def told(segments: Segments, samples: Samples) -> tuple[Seen, npt.NDArray[np.int64], Courses]:
    """What all tables say of those that came to a good end."""
    seen = tables(segments)
    every = seen.traffic, seen.connections, seen.speech, seen.exchanges
    observed, endings = seen.observed(samples), find_endings(*every, samples)
    return seen, *came_to_a_good_end(seen, observed, endings)


def agree(segments: Segments, samples: Samples) -> int:
    """How many are told from a few rows, all of them as by the tables, with all of their rows."""
    singles, rows = asked(segments, samples)
    seen, at, courses = told(segments, samples)
    by_frame = np.argsort(courses.frame)
    at, courses = at[by_frame], courses.take(by_frame)
    count, place = len(singles.courses), np.searchsorted(courses.frame, singles.courses.frame)
    assert courses.frame[place].tolist() == singles.courses.frame.tolist()
    for name in Courses.__struct_fields__:
        mine, theirs = getattr(singles.courses, name), getattr(courses, name)
        assert mine.tolist() == theirs[place].tolist(), name
        assert mine.dtype == theirs.dtype, name
    of_row = np.empty(len(segments), np.int64)
    of_row[seen.traffic.row] = seen.traffic.groups.of_row
    theirs = singles.of >= 0
    assert of_row[rows[theirs]].tolist() == at[place][singles.of[theirs]].tolist()
    assert not np.isin(of_row[rows[~theirs]], at[place]).any()
    requests = seen.observed(samples).requests
    first = np.searchsorted(seen.exchanges.connection, at[place])
    for name in requests.__struct_fields__:
        assert getattr(singles.requests, name).tolist() == getattr(requests, name)[first].tolist()
    return count


@pytest.mark.parametrize("seed", range(24))
def test_of_random_days_they_are_told_as_by_their_tables(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "day.pcap"
    day = once_used.day(seed) if seed % 3 else used_up.day(seed, idle=seed % 2 == 0)
    write(path, day, (65535, 120)[seed % 2])
    loaded = load([str(path)], mark_payloads)
    segments = loaded.segments.take(np.argsort(loaded.segments.frame))
    found = agree(segments, loaded.samples)
    assert found or seed % 3 == 0


def opened() -> Conversation:
    return Conversation(client_first=1 << 20, server_first=1 << 21).handshake()


LENGTH = head("HTTP/1.1 200 OK", "Content-Length: 10")
CHUNKED = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")

SINGLE: dict[str, Change] = {
    "by the server": lambda talk: by_server(talk.asks(get(), ok())),
    "by the client": lambda talk: by_client(talk.asks(get(), ok())),
    "idle": lambda talk: by_server(talk.asks(get(), ok()).wait(60)),
    "announced": lambda talk: by_server(talk.asks(get(), ok(b"a", CLOSE))),
    "asked for": lambda talk: by_server(talk.asks(get("/", "GET", CLOSE), ok(b"a", CLOSE))),
    "not found": lambda talk: by_server(talk.asks(get(), response("404 Not Found"))),
    "in parts": lambda talk: by_server(
        talk.client.says(get()).server.says(LENGTH).server.says(b"12345").server.says(b"67890")
    ),
    "in chunks": lambda talk: by_server(
        talk.client.says(get()).server.says(CHUNKED).server.says(b"1\r\na\r\n0\r\n\r\n")
    ),
    "without a body": lambda talk: by_server(talk.asks(get("/", "HEAD"), LENGTH)),
    "cut by the client": lambda talk: by_client(talk.asks(get(), LENGTH)),
}

OTHERS: dict[str, Change] = {
    "two exchanges": lambda talk: by_server(talk.asks(get(), ok()).asks(get(), ok())),
    "in TLS": lambda talk: by_server(speaks_tls(talk)),
    "a request in parts": lambda talk: by_server(
        talk.client.says(get()[:9]).client.says(get()[9:]).server.says(ok())
    ),
    "a tunnel": lambda talk: by_server(talk.asks(b"CONNECT a:80 HTTP/1.1\r\n\r\n", LENGTH)),
    "an interim answer": lambda talk: by_server(
        talk.client.says(get()).server.says(head("HTTP/1.1 100 Continue")).server.says(ok())
    ),
    "given up": lambda talk: by_server(talk.asks(get(), response("408 Request Timeout"))),
    "sent again": lambda talk: by_server(talk.asks(get(), ok()).server.repeats()),
    "probed": lambda talk: by_server(talk.asks(get(), ok()).client.probes().server.acks()),
    "no window": lambda talk: by_server(talk.asks(get(), ok()).client.acks(window=0)),
    "cut": lambda talk: by_server(talk.asks(get(), LENGTH)),
    "cut in a chunk": lambda talk: by_server(
        talk.client.says(get()).server.says(CHUNKED).server.says(b"a\r\nabcd")
    ),
    "with the FIN": lambda talk: (
        talk.client.says(get()).server.fin(ok()).client.acks().client.fin().server.acks()
    ),
    "half closed before the answer": lambda talk: (
        talk.client.says(get()).client.fin().server.says(ok()).server.fin().client.acks()
    ),
    "answered late": lambda talk: by_server(talk.client.says(get()).wait(1.1).server.says(ok())),
    "left late": lambda talk: by_server(talk.asks(get(), ok()), 0.6),
    "still open": lambda talk: talk.asks(get(), ok()),
}


@pytest.mark.parametrize("name", [*SINGLE, *OTHERS])
def test_which_are_told_from_a_few_rows(name: str) -> None:
    heard = listen((SINGLE | OTHERS)[name](opened()), LATER)
    assert agree(heard.segments, heard.samples) == (name in SINGLE)


def test_one_that_was_captured_twice_is_left_to_its_tables() -> None:
    talk = SINGLE["by the server"](opened())
    heard = listen(talk, behind(talk, "client"), LATER)
    assert len(asked(heard.segments, heard.samples)[0].courses) == 0


def test_numbers_may_wrap() -> None:
    talk = Conversation(client_first=(1 << 32) - 40, server_first=(1 << 32) - 5).handshake()
    heard = listen(by_server(talk.asks(get(), LENGTH + b"0123456789")), LATER)
    assert agree(heard.segments, heard.samples) == 1


@pytest.mark.parametrize("place", range(1, 9))
def test_a_clock_that_was_set_back_leaves_it_to_the_tables(place: int) -> None:
    talk = SINGLE["by the server"](opened())
    packets = [
        replace(packet, time_ns=packet.time_ns - (n >= place) * 3 * STEP_NS)
        for n, packet in enumerate(talk.packets)
    ]
    talk.packets = packets
    heard = listen(talk, LATER)
    assert len(asked(heard.segments, heard.samples)[0].courses) == 0


@pytest.mark.parametrize("place", range(9))
def test_a_window_that_is_shut_leaves_it_to_the_tables(place: int) -> None:
    talk = SINGLE["by the server"](opened())
    talk.packets[place] = replace(talk.packets[place], window=0)
    heard = listen(talk, LATER)
    assert agree(heard.segments, heard.samples) == 0
