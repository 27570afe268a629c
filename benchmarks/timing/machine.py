"""What the figures of a benchmark depend on: the machine, the versions, and the day.

Nothing of netdiag is imported for it: see `benchmarks.timing`.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.timing.programs import NETDIAG, Program


def describe(peers: Sequence[Program]) -> list[str]:
    """A sentence each: machine, system and day, versions."""
    programs = [f"{p.name} {p.installed_version()}" for p in (NETDIAG, *peers) if p.version]
    if not _is_compiled():
        programs[0] += " (without its compiled loops)"
    return [
        f"Machine: {_processor()}, {_cores()}, {_memory_gib()} GiB of memory.",
        f"System: {_system()}; Python {platform.python_version()}, numpy {version('numpy')}.",
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with {', '.join(programs)}.",
    ]


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _is_compiled() -> bool:
    """Whether netdiag was built with its compiled loops; asked of another process."""
    asks = "from netdiag.native import native; raise SystemExit(native is None)"
    return subprocess.run([sys.executable, "-c", asks], check=False).returncode == 0


def _cores() -> str:
    count = len(os.sched_getaffinity(0))
    return "1 core" if count == 1 else f"{count} cores"


def _memory_gib() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30))


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.system()
    return f"{name}, kernel {platform.release()}"
