"""`read_logs`: the logs that a user wants laid over the captures, as far as they concern them.

From their paths and what the captures hold, which says what to look for; finding out which line is
which failure is left to `netdiag.logs` and `report.build.log`.
"""

from __future__ import annotations

from collections.abc import Callable

from netdiag.diagnosis.diagnose import Finding
from netdiag.logs.entry import ReadLog
from netdiag.logs.read import read_log
from netdiag.logs.zones import Zone
from netdiag.report.build import Subject
from netdiag.report.build.log import Logs
from netdiag.report.build.log_events import find_events, find_requests, find_wanted


def read_logs(
    subject: Subject,
    findings: tuple[Finding, ...],
    paths: tuple[str, ...],
    zone: Zone | None,
    progress: Callable[[str, int, int | None], None] | None = None,
) -> Logs:
    """Read the logs at `paths`; `progress` is told how many bytes of them.

    Raises:
        LogError: a log can't be read.
    """
    wanted = find_wanted(subject, find_requests(subject, findings, find_events(subject, findings)))
    done = 0

    def read(path: str) -> ReadLog:
        return read_log(path, wanted, advance)

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress("reading the log", done, None)

    return Logs(tuple(read(path) for path in paths), zone)
