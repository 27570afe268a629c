"""Lists as CSV: what RFC 4180 asks for, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from unittest.mock import patch

import pytest

from netdiag.listing import COLUMNS
from netdiag.listing.formats import batches, csv_rows
from netdiag.listing.formats.csv_rows import defused
from netdiag.listing.listing import columns_of
from tests.listing.listed import Row, all_rows, listed
from tests.recorded import examine, examine_files, recorded

CAPTURES = ("server-restart", "mariadb-idle-reset")


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def as_cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_the_same_as_in_json() -> None:
    text = "".join(csv_rows.write(listed(examine(*CAPTURES)), COLUMNS))
    rows: list[Row] = all_rows(*CAPTURES)
    for cells, row in zip(read(text), rows, strict=True):
        for name, value in row.items():
            if isinstance(value, float):
                assert float(cells[name]) == value
                assert "e" not in cells[name]
            else:
                assert cells[name] == as_cell(value)


def test_lines_end_as_rfc_4180_asks() -> None:
    text = "".join(csv_rows.write(listed(examine("server-restart")), columns_of("id,client")))
    lines = text.split("\r\n")
    assert (lines[0], lines[-1]) == ("id,client", "")
    assert "\n" not in "".join(lines)


def test_parts_make_one_text() -> None:
    listing = listed(examine("server-restart"))
    whole = "".join(csv_rows.write(listing, COLUMNS))
    with patch.object(batches, "AT_ONCE", 2):
        parts = list(csv_rows.write(listing, COLUMNS))
    assert "".join(parts) == whole
    assert max(part.count("\r\n") for part in parts) <= 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_formulas_are_text(start: str) -> None:
    assert defused(f"{start}HYPERLINK(1)").startswith("'")
    assert defused(f"a{start}b").startswith("a")


def test_a_hostile_file_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = '=cmd|"calc"!A1,\x1b[31m\n.pcap'
    shutil.copy(recorded("nginx-stale").path, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    text = "".join(csv_rows.write(listed(examine_files([name])), columns_of("file,id")))
    assert {row["file"] for row in read(text)} == {'\'=cmd|"calc"!A1,\\x1b[31m\\x0a.pcap'}
