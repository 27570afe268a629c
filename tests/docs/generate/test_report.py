"""Every key of the JSON report is described, with links between its parts."""

from __future__ import annotations

import json

from docs.generate.report import pages
from netdiag.report.formats import FORMATS
from netdiag.report.schema import schema_text

PAGE = pages()["report.md"]


def test_every_key_has_its_row_in_its_part() -> None:
    for name, part in json.loads(schema_text())["$defs"].items():
        text = PAGE.split(f"\n### {name}\n")[1].split("\n### ")[0]
        for key in part.get("properties", {}):
            assert f"| `{key}` |" in text, f"{name}.{key}"


def test_a_part_is_linked_and_a_choice_is_listed() -> None:
    assert "list of [finding](#json-finding)" in PAGE
    assert "`client`, `server`, `middle`, `unknown`" in PAGE


def test_every_format_is_described_in_its_own_words() -> None:
    rows = [line.split("|")[2] for line in PAGE.splitlines() if line.startswith("| `--format ")]
    assert len(set(rows)) == len(FORMATS)
