"""Standard input, kept as a file."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from netdiag.cli import main
from netdiag.cli.output import OutputError
from netdiag.cli.standard_input import NAME, kept_standard_input, naming_it_as_given
from netdiag.errors import CaptureError


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"a capture")))


def test_files_stay_as_they_are(tmp_path: Path) -> None:
    assert kept_standard_input(["a.pcap", "b.pcap"], tmp_path) == ["a.pcap", "b.pcap"]
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("stdin")
def test_standard_input_is_kept(tmp_path: Path) -> None:
    kept = kept_standard_input(["a.pcap", "-"], tmp_path)
    assert kept[0] == "a.pcap"
    assert Path(kept[1]).read_bytes() == b"a capture"


@pytest.mark.usefixtures("stdin")
def test_no_room(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="TMPDIR can name another place"):
        kept_standard_input(["-"], tmp_path / "missing")


def test_what_is_said_of_it_names_no_temporary_file(tmp_path: Path) -> None:
    with (
        pytest.raises(CaptureError, match=f"^{NAME}: expected a capture$"),
        naming_it_as_given(tmp_path),
    ):
        raise CaptureError(f"{tmp_path / NAME}: expected a capture")


@pytest.mark.parametrize(
    "command", [["extract", "-", "-o", "x.pcapng"], ["show", "-", "c1", "--frame", "1"]]
)
def test_no_capture_comes_in(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, command, input=b"")
    assert done.exit_code == 2
    assert done.stderr.startswith("netdiag: standard input: expected a pcap or pcapng capture")
