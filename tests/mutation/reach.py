"""Which tests call which functions, and what they cost: what is worth running for a mutant.

Each file is run by itself, as its tests find in caches what those of other files have left there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.worker import Job, Worker

REPORTS = "tests/test_golden.py"
"""Whole reports: what the tests of the room overlook, but a reader would see."""

TWINS = "tests/native/test_native.py"
"""The compiled loops of all rooms, and the same in steps."""

CHOSEN = {REPORTS: "json"}
OTHERS = "not wireshark"
"""Which tests of a file: those of the other kind run tshark hundreds of times."""

CPU_S = 30.0
"""A mutant's tests take no longer, the reports aside; one that they overlook has survived."""


@dataclass(frozen=True)
class Check:
    """What a test calls."""

    name: str
    cpu_s: float
    called: frozenset[str]

    @property
    def file(self) -> str:
        """Where it stands."""
        return self.name.partition("::")[0]


def measured(mutants: Path, room: str, worker: Worker) -> list[Check]:
    """All tests of the room, of `TWINS` and `REPORTS`, which pass with the code as it is."""
    kept = mutants.parent / "reach.json"
    known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    shared = ["netdiag/**/*.py", "tests/*.py", "tests/*/conftest.py"]
    code = _digest(path for pattern in shared for path in sorted(mutants.glob(pattern)))
    found = []
    for path in [
        *sorted(mutants.glob(f"tests/{room}/**/test_*.py")),
        mutants / TWINS,
        mutants / REPORTS,
    ]:
        name = str(path.relative_to(mutants))
        key = f"{name} {_digest([path])} {code}"
        if key not in known:
            known[key] = _passing(name, worker)
            kept.write_text(json.dumps(known), encoding="utf-8")
        found += [Check(test, cpu_s, frozenset(called)) for test, (cpu_s, called) in known[key]]
    return found


def stages(mutant: str, tests: Iterable[Check]) -> list[list[Check]]:
    """Those that call it, the cheap ones first: of its module's own tests, its room's, and reports.

    So many that they take `CPU_S`; then they are as good as none.
    """
    function = mutant.rpartition("__mutmut_")[0]
    folder, _, stem = function.rpartition(".")[0].removeprefix("netdiag.").rpartition(".")
    twin = f"tests/{folder.replace('.', '/')}/test_{stem}.py"
    found: dict[str, list[Check]] = {"twin": [], "room": [], "reports": []}
    left_s = CPU_S
    for test in sorted(tests, key=lambda test: (test.file != twin, test.cpu_s)):
        if function not in test.called:
            continue
        stage = {twin: "twin", REPORTS: "reports"}.get(test.file, "room")
        if stage != "reports":
            left_s -= test.cpu_s
        if left_s >= 0 or stage == "reports" or not found[stage]:
            found[stage].append(test)
    return [stage for stage in found.values() if stage]


def _passing(file: str, worker: Worker) -> list[tuple[str, tuple[float, list[str]]]]:
    """A file's tests; what fails anyway would kill every mutant. 5: all of them are left out."""
    outcome = worker.do(Job([file, "-k", CHOSEN.get(file, OTHERS)]))
    if outcome.code not in (0, 5):
        raise SystemExit(f"expected {file} to pass without mutants, found exit code {outcome.code}")
    return list(outcome.tests.items())


def _digest(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
