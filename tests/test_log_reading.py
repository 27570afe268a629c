"""Reading the logs that concern a capture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netdiag.analysis import Options, analyze
from netdiag.errors import LogError
from netdiag.log_reading import read_logs
from netdiag.logs.zones import parse_zone
from tests.recorded import PCAPS, examine


def test_the_errors_of_a_recorded_log_are_read() -> None:
    found = examine("logs-java")
    told: list[int] = []
    paths = (str(PCAPS / "logs-java.log"), str(PCAPS / "logs-java.access.log"))
    logs = read_logs(
        found.subject,
        found.findings,
        paths,
        parse_zone("+01:00"),
        progress=lambda _what, done, _total: told.append(done),
    )
    assert len(logs.read[0].entries) == 7
    assert logs.zone is not None
    assert told[-1] == sum(Path(path).stat().st_size for path in paths)


@pytest.mark.parametrize(
    ("paths", "zone", "message"),
    [((), "Mars/Olympus", "found 'Mars/Olympus'"), (("missing.log",), None, "missing.log")],
)
def test_what_cannot_be_read_is_named(
    paths: tuple[str, ...], zone: str | None, message: str
) -> None:
    with pytest.raises(LogError, match=message):
        analyze([PCAPS / "logs-java.pcap"], Options(logs=paths, log_timezone=zone))


def test_without_logs_nothing_of_them_is_imported() -> None:
    code = "import sys, netdiag.analysis; sys.exit('netdiag.logs.read' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
