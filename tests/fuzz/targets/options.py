"""What users write: endpoints, times, zones, durations, sizes, conditions, names of connections.

An input is the number of a parser and a text; whatever is understood is put to use on a small
recorded capture. New parsers go to the end: findings name them by number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from netdiag.analysis import Examination, Options, examine
from netdiag.errors import NetdiagError
from netdiag.listing import Table, parse_condition
from netdiag.listing.listing import columns_of
from netdiag.listing.order import parse_sort, sort
from netdiag.logs.zones import parse_zone
from netdiag.recording.amounts import (
    duration_text,
    parse_duration,
    parse_size,
    size_text,
)
from netdiag.selection import Selection, parse_endpoint, parse_moment
from netdiag.showing.naming import find_connection
from netdiag.showing.part import parse_frame
from tests.fuzz.seeds import PCAPS

MOST_BYTES = 256
SMALL = "connection-refused.pcap"


@cache
def _known() -> tuple[Examination, Table]:
    found = examine([str(PCAPS / SMALL)], Options())
    return found, Table(found.subject, found.findings)


def _select(**options: str) -> None:
    scene = _known()[0].subject.scene
    selection = Selection.parse(**options)  # type: ignore[arg-type]
    selection.connections(scene.traffic, scene.connections, scene.addresses)
    selection.findings(_known()[0].findings, scene)


def _sort(text: str) -> None:
    table = _known()[1]
    sort(table, table.scene.connections.number[:0], parse_sort(text))


def _zone(text: str) -> None:
    zone = parse_zone(text)
    assert zone is not None
    zone.to_utc(1_700_000_000_000_000_000)


def _since_until(text: str) -> None:
    since, _, until = text.partition(" ")
    _select(since=since, until=until)


PARSERS: tuple[tuple[Callable[[str], object], tuple[str, ...]], ...] = (
    (lambda text: parse_endpoint("--server", text), ("10.0.0.1:80", "[::1]:8080", "fe80::1")),
    (lambda text: parse_moment("--since", text), ("+12.5", "2017-05-12T11:39:02.5+02:00")),
    (lambda text: _select(since=text), ("+1", "2026-01-01")),
    (_since_until, ("+0 +1e3",)),
    (lambda text: _select(server=text, client="10.0.0.1"), ("127.0.0.1:80",)),
    (_zone, ("UTC", "+02:00", "Europe/Berlin")),
    (lambda text: duration_text(parse_duration("--for", text)), ("1h30m", "90s", "1.5")),
    (lambda text: size_text(parse_size("--size", text)), ("500M", "1.5GiB")),
    (lambda text: parse_condition(text).holds(_known()[1]), ("idle>20", "closed_by=server")),
    (lambda text: parse_condition(text).holds(_known()[1]), ("server=10.0.0.1:80", "id!=c1,c2")),
    (lambda text: parse_condition(text).holds(_known()[1]), ("bytes>=4k", "start<+3")),
    (_sort, ("-idle,start",)),
    (columns_of, ("id,server,idle",)),
    (lambda text: find_connection(_known()[0].subject, text), ("c1", "stream 0", "10.0.0.1:80-")),
    (lambda text: parse_frame(_known()[0].subject, text, "--frame"), ("1:57", "3")),
)


def seeds() -> Iterator[bytes]:
    """What the manual shows, and numbers beyond all bounds."""
    for number, (_, texts) in enumerate(PARSERS):
        for text in texts:
            yield bytes([number]) + text.encode()
            yield bytes([number]) + text.encode().replace(b"1", b"1" * 40)


def check(data: bytes) -> None:
    """Either it is understood, or one line says what was expected and what was found."""
    if not data:
        return
    parse = PARSERS[data[0] % len(PARSERS)][0]
    try:
        parse(data[1:].decode("utf-8", "surrogateescape"))
    except NetdiagError as error:
        assert str(error)
