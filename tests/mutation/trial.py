"""A copy of the project for each room, in which mutants of that room alone are tried.

mutmut makes them: they lie side by side in one module, and a forked process picks one. Of the tests
of `tests/ROOM` those run that call the function changed: first its module's own, then the others,
the quick ones first, and at last whole reports (`tests.mutation.reach`). mutmut's own runner calls
all tests in one process before it forks: what they keep, such as the examined captures of
`tests.recorded`, then comes from the original, and hides the mutant.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

from tests.mutation.reach import REPORTS, Check, measured, stages
from tests.mutation.score import REPORTED, SURVIVED, UNTESTED, is_killed
from tests.mutation.worker import Job, Worker

ROOT = Path(__file__).parents[2]
PARTS = ("netdiag", "tests", "fixtures", "pyproject.toml")
TABLE = "[tool.mutmut]\n"
MAKE = """
from mutmut.__main__ import copy_also_copy_files, copy_src_dir, create_mutants, setup_source_paths
copy_src_dir(); copy_also_copy_files(); setup_source_paths(); create_mutants(1)
"""


def prepare(folder: Path, room: str) -> Path:
    """The room's copy, brought up to date; mutants of functions that changed are new ones."""
    if not (ROOT / "netdiag" / room).is_dir():
        raise SystemExit(f"expected a room of netdiag, found {room!r}")
    copy = folder / room
    copy.mkdir(parents=True, exist_ok=True)
    for old in (copy / "tests", copy / "mutants" / "tests"):
        shutil.rmtree(old, ignore_errors=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, copy / part, dirs_exist_ok=True)
        else:
            shutil.copy2(ROOT / part, copy / part)
    project = copy / "pyproject.toml"
    project.write_text(configured(project.read_text(encoding="utf-8"), room), encoding="utf-8")
    (copy / "mutants").mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-c", MAKE], cwd=copy, check=True, stdout=subprocess.DEVNULL)
    return copy


def configured(project: str, room: str) -> str:
    """The project's settings, and which room to change."""
    head, table, rest = project.partition(TABLE)
    return f'{head}{table}only_mutate = ["netdiag/{room}/*"]\n{rest}'


def results(copy: Path) -> dict[str, int | None]:
    """The exit code of the tests of each mutant, by name; None where it was not tried."""
    found: dict[str, int | None] = {}
    for path in sorted((copy / "mutants" / "netdiag").rglob("*.meta")):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def choose(copy: Path, begins: str, count: int, seed: int) -> list[str]:
    """So many that were not tried yet, of those whose name begins so."""
    left = [name for name, code in _named(copy, begins) if code is None]
    return random.Random(seed).sample(left, min(count, len(left)))


def survived(copy: Path, begins: str) -> list[str]:
    """Those that no test has noticed so far."""
    return [n for n, code in _named(copy, begins) if code is not None and not is_killed(code)]


def _named(copy: Path, begins: str) -> list[tuple[str, int | None]]:
    found = sorted(results(copy).items())
    return [(name, code) for name, code in found if name.startswith(f"netdiag.{begins}")]


def run(copy: Path, room: str, mutants: list[str]) -> dict[str, int]:
    """Try these, one after the other, and keep their exit codes."""
    codes: dict[str, int] = {}
    if not mutants:
        return codes
    folder = copy / "mutants"
    with Worker(folder) as fresh, Worker(folder, f"tests/{room}", REPORTS) as loaded:
        tests = measured(folder, room, fresh)
        for number, name in enumerate(mutants, 1):
            codes[name] = tried(name, tests, loaded, fresh)
            _keep(copy, name, codes[name])
            sys.stderr.write(f"{number}/{len(mutants)} {codes[name]:>4} {name}\n")
    return codes


def tried(mutant: str, tests: list[Check], loaded: Worker, fresh: Worker) -> int:
    """What the tests make of it: an exit code of pytest, or one of `tests.mutation.score`."""
    found = stages(mutant, tests)
    for worker, stage in [*((loaded, stage) for stage in found), *((fresh, s) for s in found[:1])]:
        cpu_s = 20 + 5 * sum(test.cpu_s for test in stage)
        outcome = worker.do(Job([test.name for test in stage], mutant, round(cpu_s)))
        if is_killed(outcome.code):
            return REPORTED if stage[0].file == REPORTS else outcome.code
    return SURVIVED if found else UNTESTED


def _keep(copy: Path, mutant: str, code: int) -> None:
    for path in (copy / "mutants" / "netdiag").rglob("*.meta"):
        meta = json.loads(path.read_text(encoding="utf-8"))
        if mutant in meta["exit_code_by_key"]:
            meta["exit_code_by_key"][mutant] = code
            path.write_text(json.dumps(meta, indent=4), encoding="utf-8")
