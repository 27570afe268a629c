"""`--redact` and its key, as commands share them."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from netdiag.cli.redacting import chosen_redactor

from .conftest import Run


def test_without_the_option_nothing_is_redacted() -> None:
    assert chosen_redactor(False, None) is None


def test_a_key_alone_is_refused() -> None:
    with pytest.raises(click.UsageError, match="--redact only"):
        chosen_redactor(False, "a.key")


def test_the_same_file_gives_the_same_stand_ins(tmp_path: Path) -> None:
    path = str(tmp_path / "a.key")
    first, second = chosen_redactor(True, path), chosen_redactor(True, path)
    assert first is not None
    assert second is not None
    assert first.text("192.0.2.1") == second.text("192.0.2.1")


def test_analyze_writes_a_redacted_report(run: Run, tmp_path: Path) -> None:
    plain = json.loads(run("analyze", "a.pcap", "--format", "json").stdout)
    path = str(tmp_path / "a.key")
    result = run("analyze", "a.pcap", "--format", "json", "--redact", "--redact-key", path)
    shown = json.loads(result.stdout)
    assert result.exit_code == 0
    assert shown["redacted"]
    assert shown["verdict"]["cause"] == plain["verdict"]["cause"]
    assert plain["servers"][0]["endpoint"] not in result.stdout
    assert Path(path).read_text().strip() not in result.stdout


def test_the_key_is_no_place_for_the_report(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    path.write_text("00" * 32)
    result = run("analyze", "a", "--redact", "--redact-key", str(path), "-o", str(path))
    assert result.exit_code == 2
    assert path.read_text() == "00" * 32


def test_a_key_that_is_not_there_yet_is_no_place_either(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    result = run("analyze", "a", "--redact", "--redact-key", str(path), "-o", str(path))
    assert result.exit_code == 2
    assert "will not write over" in result.stderr
    assert not path.exists()


def test_a_key_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    result = run("analyze", "a.pcap", "--redact", "--redact-key", str(tmp_path))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "cannot use the key file" in result.stderr


def test_a_key_that_is_none(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    path.write_text("hello")
    result = run("analyze", "a.pcap", "--redact", "--redact-key", str(path))
    assert result.exit_code == 2
    assert "is no key file: expected 64 hexadecimal digits" in result.stderr
