"""The whole line: from the paths of captures to an `Examination`, and from that to a `Report`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from netdiag.connections import Connections, Traffic, build
from netdiag.decode import Load, load
from netdiag.decode.holes import Holes
from netdiag.decode.load import Reader
from netdiag.decode.segments import Segments
from netdiag.diagnosis.diagnose import Finding, diagnose
from netdiag.diagnosis.products.timers import known_timer
from netdiag.diagnosis.scene import Scene
from netdiag.exchanges import (
    find_endings,
    find_exchanges,
    find_roles,
    mark_payloads,
    setting_aside,
    settle,
)
from netdiag.exchanges.introductions import Introductions, introduce
from netdiag.report.build import Subject, build_report
from netdiag.report.model import Report
from netdiag.selection import Selection
from netdiag.timeouts import (
    Claims,
    Remembered,
    counted_once,
    find_idleness,
    find_reasons,
    infer,
    remembered_without_holes,
    without_holes,
)

if TYPE_CHECKING:
    from netdiag.logs.zones import Zone
    from netdiag.report.build.log import Logs

Progress = Callable[[str, int, int | None], None]


class Options(Struct, frozen=True):
    """What to look at, as the user said it. None means everything.

    Attributes:
        server: ``HOST`` or ``HOST:PORT``, IPv6 in brackets where there is a port.
        client: ``HOST``.
        port: the server's port.
        since: RFC 3339, or ``+seconds`` from the first packet.
        until: the same.
        all_connections: list every connection in the report.
        logs: files of the clients' and servers' logs to lay over the capture.
        log_timezone: the zone of times in them that name none: ``UTC``, ``+02:00``,
            ``Europe/Berlin``; None to find the one that fits.
        every_row: keep the rows of all segments, for who wants to show or copy any of them. A
            report is the same without; of a large capture it then takes much less memory.
    """

    server: str | None = None
    client: str | None = None
    port: int | None = None
    since: str | None = None
    until: str | None = None
    all_connections: bool = False
    logs: tuple[str, ...] = ()
    log_timezone: str | None = None
    every_row: bool = True


class Examination(Struct, frozen=True, eq=False):
    """What was found, with the tables that it was found in.

    Attributes:
        subject: the scene (all tables) and the captures.
        findings: what matters most first.
        options: what was asked for.
        logs: what was read of the logs; None where none was named.
    """

    subject: Subject
    findings: tuple[Finding, ...]
    options: Options
    logs: Logs | None = None

    def report(self) -> Report:
        """Everything in plain values, in the language of the context."""
        return build_report(
            self.subject,
            self.findings,
            all_connections=self.options.all_connections,
            logs=self.logs,
        )


def analyze(
    paths: Sequence[str | PathLike[str]],
    options: Options = Options(),
    *,
    progress: Progress | None = None,
    block_bytes: int | None = None,
    jobs: int | None = 1,
    reader: Reader | None = None,
) -> Report:
    """Analyse captures as one: `examine` as much as a report needs, and the report of that."""
    options = replace(options, every_row=False)
    return examine(
        paths, options, progress=progress, block_bytes=block_bytes, jobs=jobs, reader=reader
    ).report()


def examine(
    paths: Sequence[str | PathLike[str]],
    options: Options = Options(),
    *,
    progress: Progress | None = None,
    block_bytes: int | None = None,
    jobs: int | None = 1,
    reader: Reader | None = None,
) -> Examination:
    """Look into captures as one.

    Args:
        paths: files, directories, globs, or ``-`` for standard input.
        options: what to look at.
        progress: is told what is being done, how many bytes of how many (None: not known).
        block_bytes: how much of a capture is held at once; None for the default.
        jobs: how many processes read the captures; None for what they are worth. A script that
            asks for more than one keeps its own work behind ``if __name__ == "__main__"``.
        reader: who reads the captures instead of this machine, such as `netdiag.cluster`.

    Raises:
        CaptureError, LinkTypeError: a path is no capture, or of no known link type.
        WorkerError: one of the processes ended before its time.
        LogError, SelectionError: a log can't be read, or an option can't be understood.
    """
    zone = _parse_zone(options.log_timezone)
    selection = Selection.parse(
        server=options.server,
        client=options.client,
        port=options.port,
        since=options.since,
        until=options.until,
    )
    size = {} if block_bytes is None else {"block_bytes": block_bytes}
    names = [fspath(path) for path in paths]
    every_row = options.every_row or bool(options.logs)
    setter = None if every_row else setting_aside
    if setter is not None and selection.is_everything and not options.all_connections:
        setter = partial(setter, bygones=reader is None)
    loaded = load(
        names,
        mark_payloads,
        progress=_reading(names, progress),
        jobs=jobs,
        reader=reader,
        setting_aside=setter,
        **size,
    )
    segments = [loaded.segments]
    loaded = replace(loaded, segments=Segments.empty())  # so that `build` alone holds them
    traffic, connections = build(segments.pop(), loaded.aside.streams, loaded.aside.bygones)
    scene, introductions = _build_scene(loaded, traffic, connections, selection)
    findings = selection.findings(diagnose(scene), scene) if len(scene.traffic) else ()
    subject = Subject(scene=scene, introductions=introductions, captures=loaded.captures)
    logs = _read_logs(subject, findings, options.logs, zone, progress)
    return Examination(subject, findings, options, logs)


def _build_scene(
    loaded: Load, traffic: Traffic, connections: Connections, selection: Selection
) -> tuple[Scene, Introductions]:
    """All tables, and what the ends say of themselves."""
    speech = find_roles(traffic, connections)
    exchanges = find_exchanges(traffic, connections, speech)
    exchanges, settled = settle(traffic, connections, exchanges, loaded.aside)
    connections = replace(
        connections,
        client_bytes=connections.client_bytes + settled.client_bytes,
        server_bytes=connections.server_bytes + settled.server_bytes,
    )
    endings = find_endings(traffic, connections, speech, exchanges, loaded.samples, settled)
    introductions = introduce(traffic, connections, loaded.samples)
    bygones = loaded.aside.bygones
    reason = find_reasons(traffic, connections, speech, exchanges, endings, bygones)
    holes = Holes.of([capture.info for capture in loaded.captures])
    counted = counted_once(connections, reason)
    asked, ended, counted = without_holes(traffic, exchanges, endings, counted, holes)
    remembered = Remembered(bygones, settled.chunks)
    remembered, ended = remembered_without_holes(remembered, ended, holes)
    idleness = find_idleness(traffic, connections, speech, asked, ended, counted, remembered)
    scene = Scene(
        traffic=traffic,
        connections=connections,
        speech=speech,
        exchanges=exchanges,
        endings=endings,
        reason=reason,
        timeouts=infer(
            traffic,
            connections,
            speech,
            asked,
            ended,
            idleness,
            _claims(introductions),
        ),
        addresses=loaded.addresses,
        samples=loaded.samples,
        considered=selection.connections(traffic, connections, loaded.addresses),
        settled=settled,
        bygones=bygones,
        holes=holes,
    )
    return scene, introductions


def _parse_zone(text: str | None) -> Zone | None:
    if text is None:
        return None
    from netdiag.logs.zones import parse_zone  # noqa: PLC0415 - seldom needed

    return parse_zone(text)


def _read_logs(
    subject: Subject,
    findings: tuple[Finding, ...],
    paths: tuple[str, ...],
    zone: Zone | None,
    progress: Progress | None,
) -> Logs | None:
    if not paths:
        return None
    from netdiag.log_reading import read_logs  # noqa: PLC0415 - seldom needed

    return read_logs(subject, findings, paths, zone, progress)


def _claims(introductions: Introductions) -> Claims:
    return Claims(
        introductions.keep_alive_s,
        lambda server, protocol: known_timer(introductions.server.get(server), protocol),
    )


def _reading(names: Sequence[str], progress: Progress | None) -> Callable[[int], None] | None:
    if progress is None:
        return None
    files = [Path(name) for name in names]
    known = all(file.is_file() for file in files)
    total = sum(file.stat().st_size for file in files) if known else None
    return lambda done: progress("reading", done, total)
