"""The page about exported tables: every query runs, and answers what the page says."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner

from netdiag.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guide" / "query.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```\n(?:\n((?:\|[^\n]*\n)+))?", PAGE, re.DOTALL)
QUERIES = [(text, shown) for language, text, shown in BLOCKS if language == "sql"]
PROGRAMS = [
    (text, shown) for language, text, shown in BLOCKS if language == "python" and "pl." in text
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which the page's first command has been run."""
    folder = tmp_path_factory.mktemp("query")
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    before = Path.cwd()
    os.chdir(folder)
    try:
        command = next(text for language, text, _ in BLOCKS if language == "console")
        words = shlex.split(command.removeprefix("$ netdiag "))
        assert CliRunner().invoke(main, words, prog_name="netdiag").exit_code == 0
        yield folder
    finally:
        os.chdir(before)


def as_markdown(names: list[str], rows: list[tuple[object, ...]]) -> str:
    cells = [["NULL" if cell is None else str(cell) for cell in row] for row in rows]
    lines = [names, ["---"] * len(names), *cells]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def test_the_page_has_examples() -> None:
    assert len(QUERIES) == 5
    assert len(PROGRAMS) == 1


@pytest.mark.parametrize(("query", "shown"), QUERIES, ids=range(len(QUERIES)))
def test_every_query_answers_what_the_page_says(tables: Path, query: str, shown: str) -> None:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    relation = connection.sql(query)
    texts = ", ".join(f'"{name}"::VARCHAR' for name in relation.columns)
    rows = relation.project(texts).fetchall()
    assert as_markdown(relation.columns, rows) == shown


@pytest.mark.parametrize(("program", "shown"), PROGRAMS)
def test_polars_answers_what_the_page_says(tables: Path, program: str, shown: str) -> None:
    found: dict[str, pl.DataFrame] = {}
    exec(program, found)
    frame = found["slowest"]
    assert as_markdown(frame.columns, frame.rows()) == shown
