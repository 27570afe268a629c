"""A copy of the project for each room, in which mutmut tries mutants of that room alone.

mutmut runs the tests of `tests/ROOM`, and of these only those that run the function changed; their
mutants lie side by side in one module, and a forked process picks one, so that each takes a second.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

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
    """The project's settings, and which room to change and to test."""
    head, table, rest = project.partition(TABLE)
    return (
        f'{head}{table}only_mutate = ["netdiag/{room}/*"]\n'
        f'pytest_add_cli_args_test_selection = ["tests/{room}"]\n{rest}'
    )


def results(copy: Path) -> dict[str, int | None]:
    """The exit code of the tests of each mutant, by name; None where it was not tried."""
    found: dict[str, int | None] = {}
    for path in sorted((copy / "mutants" / "netdiag").rglob("*.meta")):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def choose(copy: Path, begins: str, count: int, seed: int) -> list[str]:
    """So many that were not tried yet, of those whose name begins so."""
    left = [
        name
        for name, code in sorted(results(copy).items())
        if code is None and name.startswith(f"netdiag.{begins}")
    ]
    return random.Random(seed).sample(left, min(count, len(left)))


def run(copy: Path, mutants: list[str]) -> None:
    """Try these, one after the other."""
    if mutants:
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *mutants]
        with (copy / "mutmut.log").open("w") as log:
            done = subprocess.run(command, cwd=copy, stdout=log, stderr=log, check=False)
        if done.returncode:
            raise SystemExit(f"expected mutmut to end well: see {copy / 'mutmut.log'}")
