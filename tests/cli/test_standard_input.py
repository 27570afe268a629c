"""Standard input, kept as a file."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from netdiag.cli.output import OutputError
from netdiag.cli.standard_input import kept_standard_input


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
