"""What a start costs, in modules: those that are imported, and are not, counted rather than timed.

A module of ours takes a third of a millisecond to import, others much more. Whoever finds that one
of these tests fails for a good reason raises the number, or moves an import to where it is used.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from netdiag.report.formats import FORMATS
from tests.cli.conftest import ROOT, environment
from tests.recorded import PCAPS

HEAVY = {
    "multiprocessing": "is for several captures",
    "socket": "is for names of hosts",
    "cryptography": "is for redaction",
    "dateutil": "is for logs",
    "netdiag.logs": "is for logs",
    "netdiag.redaction": "is for redaction",
    "numpy.ma": "comes with numpy.unique and numpy.median: use netdiag.columns",
    "dataclasses": "takes a millisecond a class: use msgspec.Struct",
    "tomllib": "reads the products' files, of which netdiag has a store",
    "rich.console": "is for the progress line",
    "scapy": "is for link types that the columns don't know",
    "logging": "is what libraries of stores do",
    "zlib_ng": "is for captures compressed with gzip",
    "lz4": "is for captures compressed with it",
    "netdiag.capture.stores": "is for captures behind URLs",
    "zstandard": "is for captures compressed with it",
    "tempfile": "is for files that are written",
    "pyarrow": "is for exports",
    "fsspec": "is for captures behind URLs",
    "jinja2": "is for HTML",
}
"""What an analysis doesn't need, and why it is there."""

MOST = {"help": 152, "json": 501, "terminal": 529, "markdown": 539}
"""Modules in all, those of Python and numpy (80) and what an editable installation brings along
included, and Debian's `sitecustomize`."""
MOST_OURS = {"help": 32, "json": 264, "terminal": 286, "markdown": 297}


def imported(*arguments: str) -> set[str]:
    """The modules that a command has imported when it ends."""
    code = (
        "import sys; from netdiag.cli import main\n"
        f"try: main({list(arguments)!r}, prog_name='netdiag')\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


@pytest.fixture(scope="module")
def by_help() -> set[str]:
    return imported("--help")


def test_help_imports_nothing_slow(by_help: set[str]) -> None:
    slow = {*HEAVY, "numpy", "rich", "msgspec", "json", "netdiag.analysis", "netdiag.report.model"}
    assert not slow & by_help


def test_help_imports_little(by_help: set[str]) -> None:
    assert len(ours(by_help)) <= MOST_OURS["help"]
    assert len(by_help) <= MOST["help"]


@pytest.mark.parametrize("name", ["tomcat-stale-20s", "redis-health-check"])
@pytest.mark.parametrize("format_name", ["json", "terminal", "markdown"])
def test_an_analysis_imports_what_it_uses(name: str, format_name: str) -> None:
    found = imported("analyze", str(PCAPS / f"{name}.pcap"), "--format", format_name)
    needless = {module: why for module, why in HEAVY.items() if module in found}
    assert not needless
    assert len(ours(found)) <= MOST_OURS[format_name]
    assert len(found) <= MOST[format_name]


def test_a_capture_where_all_is_well_needs_no_words_on_findings() -> None:
    found = imported("analyze", str(PCAPS / "redis-health-check.pcap"), "--format", "json")
    assert not found & {"netdiag.report.build.advice", "netdiag.diagnosis.recommendation"}


def test_every_format_is_meant() -> None:
    assert {entry.name for entry in FORMATS} - {"html"} <= set(MOST)


def ours(modules: set[str]) -> set[str]:
    return {module for module in modules if module.split(".")[0] == "netdiag"}
