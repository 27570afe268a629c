"""`netdiag completion`."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from netdiag.cli.completion import SHELLS

from .conftest import Run


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_has_its_script(run: Run, shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert f"_NETDIAG_COMPLETE={shell}_complete" in result.stdout


def test_bash_can_read_it(run: Run) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    script = run("completion", "bash").stdout
    subprocess.run([bash, "-n"], input=script.encode(), check=True)


def test_the_shell_is_taken_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/usr/bin/fish")
    assert run("completion").stdout == run("completion", "fish").stdout


@pytest.mark.parametrize("shell", ["", "/bin/dash"])
def test_a_shell_without_completion(run: Run, monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    monkeypatch.setenv("SHELL", shell)
    result = run("completion")
    assert result.exit_code == 2
    assert "name one of bash, zsh, fish" in result.stderr
