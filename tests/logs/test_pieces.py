"""Logs in pieces of whole lines."""

from __future__ import annotations

import gzip
from pathlib import Path
from unittest.mock import patch

import pytest
import zstandard

from netdiag.errors import LogError
from netdiag.logs import pieces as module
from netdiag.logs.pieces import pieces
from tests.logs.making import written

TEXT = b"".join(b"line %d\n" % number for number in range(1, 1001))


@pytest.mark.parametrize("size", [8, 64, 4096])
def test_pieces_are_whole_lines_and_know_their_numbers(tmp_path: Path, size: int) -> None:
    found = list(pieces(written(tmp_path, TEXT), size))
    assert b"".join(piece.text for piece in found) == TEXT
    assert all(piece.text.startswith(b"line %d\n" % piece.first_line) for piece in found)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_compressed_logs_are_read(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    path = written(tmp_path, pack(TEXT), "app.log.gz")
    assert b"".join(piece.text for piece in pieces(path)) == TEXT


def test_a_truncated_one_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    found = list(pieces(written(tmp_path, gzip.compress(TEXT)[:-20])))
    assert TEXT.startswith(b"".join(piece.text for piece in found))
    assert "ends before its time" in str(found[-1].damage)


def test_a_last_line_without_an_end_counts(tmp_path: Path) -> None:
    assert [p.text for p in pieces(written(tmp_path, b"a\nb"))] == [b"a\n", b"b"]


def test_an_endless_line_is_cut(tmp_path: Path) -> None:
    path = written(tmp_path, b"first\n" + b"x" * 5000 + b"\nlast\n")
    with patch.object(module, "LONGEST_LINE", 100):
        found = list(pieces(path, 64))
    text = b"".join(piece.text for piece in found)
    assert len(text) < 400
    assert text.startswith(b"first\nxxx")
    assert text.endswith(b"\nlast\n")
    assert text.count(b"\n") == 3
    assert sum(piece.cut_lines for piece in found) == 1


def test_an_empty_log_has_none(tmp_path: Path) -> None:
    assert list(pieces(written(tmp_path, b""))) == []


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"--log .*none: can't be opened: No such file"):
        list(pieces(str(tmp_path / "none")))
