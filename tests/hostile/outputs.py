"""All that netdiag writes about one planted capture, output by output."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from netdiag.analysis import Examination, Options, examine
from netdiag.comparison import formats as comparison_formats
from netdiag.comparison.compare import compare
from netdiag.comparison.model import Comparison
from netdiag.evidence import Request, extract
from netdiag.export import TABLES, Source
from netdiag.export.parquet import write as write_parquet
from netdiag.listing import COLUMNS, Wanted, list_connections
from netdiag.listing.formats import csv_rows, json_rows, terminal_table
from netdiag.report.connection_view import ConnectionView
from netdiag.report.formats import FORMATS
from netdiag.report.model import Report
from netdiag.report.page import Page
from netdiag.showing import Part, show
from netdiag.showing import Wanted as Shown
from netdiag.showing import formats as showing_formats
from tests.hostile.planting import Planted

COLOURED = Page(colour=True)
WIDE = Page(width=5000)
"""So that whatever begins a line does so by itself, and not because a longer one was broken."""
FIRST_FRAMES = 60
"""Until then every protocol has said all that is planted in its first exchange, and more."""


class Made(NamedTuple):
    """What was made of one capture: the objects, and each output by its name and format."""

    report: Report
    views: tuple[ConnectionView, ...]
    comparison: Comparison
    texts: dict[str, str]
    evidence: bytes
    tables: dict[str, bytes]


def made_of(planted: Planted, folder: Path) -> Made:
    """Write everything."""
    found = examine(
        [planted.capture.parent], Options(logs=(str(planted.log),), all_connections=True)
    )
    report = found.report()
    views = tuple(_views(found, planted))
    comparison = compare(found, found)
    texts = {f"report.{entry.name}": entry.render(report, WIDE) for entry in FORMATS}
    texts["report.terminal.coloured"] = FORMATS[0].render(report, COLOURED)
    texts |= dict(_lists(found))
    for i, view in enumerate(views):
        texts |= {f"show-{i}.{f.name}": f.render(view, WIDE) for f in showing_formats.FORMATS}
    for entry in comparison_formats.FORMATS:
        texts[f"compare.{entry.name}"] = entry.render(comparison, WIDE)
    evidence = io.BytesIO()
    extract(found, [planted.capture], Request(all_findings=True), evidence, folder / "draft")
    return Made(report, views, comparison, texts, evidence.getvalue(), dict(_tables(found)))


def _views(found: Examination, planted: Planted) -> Iterator[ConnectionView]:
    """Each connection; with the first one, all first frames of all connections taken apart."""
    connections = found.subject.scene.connections.number
    every = tuple(str(1 + i) for i in range(FIRST_FRAMES))
    for number in sorted(connections.tolist()):
        frames = every if number == 0 else ()
        wanted = Shown(f"c{number + 1}", Part(None, None), True, frames, "CONNECTION")
        yield show(found, [str(planted.capture)], wanted)


def _lists(found: Examination) -> Iterator[tuple[str, str]]:
    listing = list_connections(found.subject, found.findings, Wanted())
    yield "connections.csv", "".join(csv_rows.write(listing, COLUMNS))
    yield "connections.json", "".join(json_rows.write(listing, COLUMNS))
    yield "connections.terminal", "".join(terminal_table.write(listing, COLUMNS, WIDE))


def _tables(found: Examination) -> Iterator[tuple[str, bytes]]:
    source = Source(found.subject, found.findings)
    for table in TABLES:
        file = io.BytesIO()
        write_parquet(table, source, file, "us")
        yield table.name, file.getvalue()


def option_texts(pcapng: bytes) -> Iterator[bytes]:
    """The value of every option that is text, of every block of a little-endian pcapng file."""
    at = 0
    fixed = {0x0A0D0D0A: 16, 1: 8, 6: 20}
    while at < len(pcapng):
        kind, length = struct.unpack_from("<II", pcapng, at)
        body, at = pcapng[at + 8 : at + length - 4], at + length
        skip = fixed[kind]
        if kind == 6:
            skip += (struct.unpack_from("<I", body, 12)[0] + 3) & ~3
        while skip < len(body):
            code, size = struct.unpack_from("<HH", body, skip)
            if code not in {0, 9, 14}:
                yield body[skip + 4 : skip + 4 + size]
            skip += 4 + (size + 3 & ~3)
