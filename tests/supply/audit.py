"""Whether what is locked has known weaknesses, by `pip-audit`.

    python -m tests.supply.audit

asks the advisory database of the public package index about every version in the lock. Exit status
0: none is known. 1: some are, or some versions could not be asked about. Where the database is out
of reach (`pip-audit` calls every package "not found" then, and is content), it says so on standard
error and ends with 0, unless the environment's `AUDIT=required` forbids that: whoever releases must
have been answered. There is no copy of the database to ask without a network.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tests.supply.lock import LOCK, ROOT

NOT_AUDITED = "NOT AUDITED: the advisory database is out of reach, so nothing is known"
NO_ANSWER = ("ConnectionError", "ConnectTimeout", "Could not connect", "ReadTimeout")
"""What pip-audit's own complaints have in them where there is no network at all."""


class Outcome(NamedTuple):
    """What an audit comes to: an exit status, and lines that say why."""

    status: int
    lines: tuple[str, ...]


def judge(dependencies: list[dict[str, Any]], *, required: bool) -> Outcome:
    """Make an outcome of the ``dependencies`` in pip-audit's JSON."""
    unknown = [entry["name"] for entry in dependencies if "skip_reason" in entry]
    wrong = tuple(
        f"{entry['name']} {entry['version']}: {weakness['id']}, "
        f"cured in {', '.join(weakness['fix_versions']) or 'no version'}"
        for entry in dependencies
        for weakness in entry.get("vulns", ())
    )
    if len(unknown) == len(dependencies):
        return Outcome(int(required), (NOT_AUDITED,))
    if unknown:
        wrong += (f"could not be asked about: {', '.join(unknown)}",)
    return Outcome(int(bool(wrong)), wrong or (f"{len(dependencies)} versions, no known weakness",))


def audit(lock: Path = LOCK, *, required: bool) -> Outcome:
    """Ask pip-audit about each locked version."""
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes"),
        *("--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "10"),
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if run.stdout.startswith("{"):
        return judge(json.loads(run.stdout)["dependencies"], required=required)
    if any(words in run.stderr for words in NO_ANSWER):
        return Outcome(int(required), (NOT_AUDITED,))
    return Outcome(1, ("pip-audit broke down:", run.stderr.strip()))


def main() -> int:
    """Audit the lock, and say what came out."""
    outcome = audit(required=os.environ.get("AUDIT") == "required")
    for line in outcome.lines:
        print(f"audit: {line}", file=sys.stderr)
    return outcome.status


if __name__ == "__main__":
    sys.exit(main())
