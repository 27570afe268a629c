"""The whole line over a small capture: what must be true of every report."""

from __future__ import annotations

import atexit
import json
from collections.abc import Hashable
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from zlib import crc32

import jsonschema

from netdiag.analysis import Options, analyze, examine
from netdiag.errors import NetdiagError
from netdiag.report.escape import visible
from netdiag.report.formats import FORMATS
from netdiag.report.model import Report
from netdiag.report.page import PLAIN
from netdiag.report.schema import schema_text
from tests.native.twins import without_native

BLOCK_BYTES = 1 << 16
_SEEN: set[Hashable] = set()
"""Writing a report in every format costs more than making it, and making it without the compiler
as much again: once for each kind is enough."""
TWINS = 16
"""Of one input in so many the report is made without the compiler all the same."""
LINE_ENDS = {ord("\n"): None}


@cache
def _path() -> str:
    folder = mkdtemp(prefix="netdiag-fuzz-")
    atexit.register(rmtree, folder, ignore_errors=True)
    return str(Path(folder) / "capture")


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(schema_text()))


def check_capture(data: bytes) -> None:
    """Compiled or not, with all rows or few: one report, valid, inert in every format.

    Or one line that says why there is none, the same both ways.
    """
    Path(_path()).write_bytes(data)
    try:
        report = analyze([_path()], block_bytes=BLOCK_BYTES)
    except NetdiagError as error:
        with without_native():
            _check_refusal(error)
        return
    is_new = (kind := _kind(report)) not in _SEEN
    if is_new or crc32(data) % TWINS == 0:
        with without_native():
            again = examine([_path()], Options(), block_bytes=BLOCK_BYTES).report()
        assert again == report, "compiled and not, two reports"
    if is_new:
        check_report(report)
        _SEEN.add(kind)


def _kind(report: Report) -> Hashable:
    """What decides which sentences and keys a report has; nearly."""
    findings = []
    for finding in report.findings:
        outcomes = tuple((each.outcome, each.told) for each in finding.occurrences)
        findings.append((finding.cause, finding.severity, finding.confidence, outcomes))
    problems = tuple(problem.code for capture in report.captures for problem in capture.problems)
    ends = tuple((each.closed_by, each.close_flag) for each in report.connections)
    return problems, tuple(findings), ends, report.verdict.confidence


def _check_refusal(first: NetdiagError) -> None:
    try:
        analyze([_path()], block_bytes=BLOCK_BYTES)
    except NetdiagError as second:
        assert (type(second), str(second)) == (type(first), str(first))
    else:
        raise AssertionError(f"refused only by the compiled loops: {first}")


def check_report(report: Report) -> None:
    """It says what the schema allows, and no format lets a control character through."""
    texts = {form.name: form.render(report, PLAIN) for form in FORMATS}
    _validator().validate(json.loads(texts["json"]))
    for name, text in texts.items():
        if name != "html":
            bare = text.translate(LINE_ENDS)
            assert visible(bare) == bare, [c for c in bare if visible(c) != c][:5]
