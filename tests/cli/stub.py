"""Stands in for the rooms, so that the command line is tested without any capture.

Also run as a program, by the tests that need a real process::

    python -m tests.cli.stub analyze incident.pcap
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netdiag.report.model import Report
from tests.report.example import EXAMPLE

ANALYSIS = "netdiag.analysis"
CAUSES = "netdiag.diagnosis.causes"


@dataclass(frozen=True)
class Options:
    """What the real one takes."""

    server: str | None = None
    client: str | None = None
    port: int | None = None
    since: str | None = None
    until: str | None = None
    all_connections: bool = False
    logs: tuple[str, ...] = ()
    log_timezone: str | None = None


@dataclass(frozen=True)
class Cause:
    """What the command line uses of the real one."""

    slug: str
    title: str
    severity: str
    manual: str


SHELF = (
    Cause(
        "stale-keep-alive",
        "a request on a connection that the server had closed",
        "error",
        "The server ended an idle connection, and the client sent a request on it.\n"
        "\n"
        "What the wire shows\n"
        "-------------------\n"
        "\n"
        "- a FIN of the server after the idle timeout, which the client's kernel\n"
        "  acknowledges;\n"
        "- a request.\n"
        "\n"
        "## What to do\n"
        "\n"
        "    pool.setValidateAfterInactivity(1_000);\n",
    ),
    Cause("keep-alive-race", "a request and a close that crossed", "error", "They crossed."),
    Cause(
        "close-wait-leak",
        "connections kept in CLOSE_WAIT after the server has ended them, all of them",
        "warning",
        "It leaks.",
    ),
)


def analysis(
    outcome: Report | BaseException = EXAMPLE,
    calls: list[tuple[list[Path], Options]] | None = None,
) -> types.ModuleType:
    """Make an analysis that ends as told, and keeps what it was called with."""

    def analyze(
        paths: Iterable[Path], options: Options, progress: Callable[..., None], **_how: Any
    ) -> Report:
        if calls is not None:
            calls.append((list(paths), options))
        progress("reading", 1, 2)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    module: Any = types.ModuleType(ANALYSIS)
    module.Options = Options
    module.analyze = analyze
    return module


def shelf() -> types.ModuleType:
    """Make a shelf of three causes."""
    module: Any = types.ModuleType(CAUSES)
    module.CAUSES = SHELF
    return module


if __name__ == "__main__":
    from netdiag.cli import main

    sys.modules[ANALYSIS] = analysis()
    sys.modules[CAUSES] = shelf()
    main(prog_name="netdiag")
