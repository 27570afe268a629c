"""The recorded captures, what is true of each, and what netdiag makes of them (each made once).

recorded("nginx-stale").truth["cause"]
examine("nginx-stale").report.verdict.cause
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from os import PathLike
from pathlib import Path
from typing import Any
from unittest.mock import patch

from netdiag.analysis import Options, analyze
from netdiag.diagnosis.case import Case
from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.scene import Scene
from netdiag.diagnosis.story import Story
from netdiag.report.build import Subject, build_report
from netdiag.report.formats.json_format import render
from netdiag.report.model import Report
from netdiag.report.page import PLAIN

PCAPS = Path(__file__).parent.parent / "fixtures" / "pcaps"


@dataclass(frozen=True)
class Recorded:
    """One capture and its label."""

    path: Path
    label: dict[str, Any]

    @property
    def truth(self) -> dict[str, Any]:
        """What a perfect analyser must find."""
        truth: dict[str, Any] = self.label["truth"]
        return truth

    @property
    def timeout_s(self) -> float | None:
        """The server's setting, as far as the capture can point to it."""
        return self.truth.get("measured_timeout_s", self.truth.get("idle_timeout_s"))

    @property
    def vantage(self) -> str | None:
        """Where the capture was taken, as far as it can tell."""
        return self.truth.get("vantage_shown", self.truth.get("vantage"))


@dataclass(frozen=True, eq=False)
class Examined:
    """An analysis: its report, and what the report was made from."""

    report: Report
    subject: Subject
    findings: tuple[Finding, ...]

    @property
    def scene(self) -> Scene:
        return self.subject.scene

    @cached_property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def text(self) -> str:
        return render(self.report, PLAIN)

    @property
    def causes(self) -> list[tuple[str, str, int]]:
        """Slug, severity and number of cases of each finding."""
        return [(f.cause.slug, f.severity, len(f.cases)) for f in self.findings]

    @property
    def slugs(self) -> set[str]:
        return {finding.cause.slug for finding in self.findings}

    def cases(self, slug: str, server: str | None = None) -> list[Case]:
        """The cases of one cause, on one server or on all."""
        name = self.scene.addresses.text
        wanted = [f for f in self.findings if f.cause.slug == slug]
        return [c for f in wanted if server in (None, name(f.server)) for c in f.cases]

    def harmed(self, slug: str, server: str | None = None) -> int:
        """How many requests that cause has harmed."""
        return sum(case.claim.harmed for case in self.cases(slug, server))

    def story(self, slug: str) -> Story:
        """The story of the first case of one cause."""
        return self.cases(slug)[0].story


@cache
def recorded(name: str) -> Recorded:
    label = PCAPS / f"{name}.toml"
    path = next(p for p in (label.with_suffix(".pcap"), label.with_suffix(".pcapng")) if p.exists())
    return Recorded(path, tomllib.loads(label.read_text(encoding="utf-8")))


def names() -> list[str]:
    """The names of all recorded captures."""
    return sorted(path.stem for path in PCAPS.glob("*.toml"))


@cache
def examine(*of: str) -> Examined:
    """What netdiag makes of recorded captures, together."""
    return examine_files([recorded(name).path for name in of])


def examine_files(paths: Sequence[str | PathLike[str]], options: Options | None = None) -> Examined:
    """What netdiag makes of any captures, together."""
    with patch("netdiag.analysis.build_report", wraps=build_report) as builder:
        report = analyze(paths, options or Options())
    subject, findings = builder.call_args.args
    return Examined(report, subject, findings)


def frames_of(report: Any) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Every (capture, frame) that a JSON report names, with the object that names it."""
    for item in _objects(report):
        for key in ("frame", "first_frame", "last_frame", "close_frame"):
            frame = item.get(key)
            capture = item.get(key.replace("frame", "capture"), item.get("capture"))
            if frame is not None and capture is not None:
                yield capture, frame, item


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    children: Iterable[Any] = ()
    if isinstance(value, dict):
        yield value
        children = value.values()
    elif isinstance(value, list):
        children = value
    for child in children:
        yield from _objects(child)
