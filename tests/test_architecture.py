"""The layout itself: walls between the rooms, a twin test for each module, small files."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(ROOT.glob("netdiag/**/*.py"))
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "common", "misc", "manager", "base", "core"}


def test_imports_follow_the_rooms() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_small_described_and_tested(module: Path) -> None:
    text = module.read_text()
    tree = ast.parse(text)
    lines = text.count("\n")
    assert ast.get_docstring(tree), "no module docstring"
    assert lines <= 300, f"{lines} lines"
    assert module.stem not in NAMES_THAT_SAY_NOTHING
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{node.name} has {length} lines"
    if module.name not in {"__init__.py", "__main__.py"} and lines > 30:
        twin = ROOT / "tests" / module.parent.relative_to(ROOT / "netdiag") / f"test_{module.name}"
        assert twin.exists(), f"no {twin.relative_to(ROOT)}"


def test_the_report_in_the_readme_is_what_the_command_prints() -> None:
    readme = (ROOT / "README.md").read_text()
    shown = readme.split("tomcat-stale-20s.pcap\n", 1)[1].split("\n…\n", 1)[0]
    command = [sys.executable, "-m", "netdiag", "analyze", "fixtures/pcaps/tomcat-stale-20s.pcap"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.startswith(shown)


def test_ci_runs_the_test_command_of_the_readme() -> None:
    commands = re.findall(r"^    (python3 -m venv .*)$", (ROOT / "README.md").read_text(), re.M)
    assert len(commands) == 2
    assert commands[1].endswith("pytest -n auto")
    assert f"\n{commands[1]}\n" in (ROOT / ".ci" / "run").read_text()
