"""One capture timed from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.compare import main
from benchmarks.timing.programs import PEERS

CAPTURE = Path(__file__).parents[2] / "fixtures" / "pcaps" / "tomcat-stale-20s.pcap"


def test_a_capture_is_timed(capsys: pytest.CaptureFixture[str]) -> None:
    alone = [word for peer in PEERS for word in ("--without", peer.name)]
    assert main([str(CAPTURE), "--runs", "1", *alone]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^netdiag +\d+\.\d\d s .* 1\.00$", printed, re.MULTILINE)
    assert "Measured on " in printed


def test_what_is_no_capture_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "missing.pcap"), "--runs", "1"]) == 2
    assert "failed with exit status 2" in capsys.readouterr().err
