"""What is true of all that is made of any payload: it has the shape that a harmless word leaves.

Each check gets what was made of a payload, and what was made of the harmless one.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pyarrow.parquet

from netdiag.listing.formats.csv_rows import _FORMULA
from tests.hostile.outputs import Made, option_texts
from tests.hostile.planting import PAYLOADS, fields_in, marker
from tests.report.formats.markdown_format.rendered import (
    ACTIVE,
    OURS,
    blocks,
    elements,
    outside_code,
)
from tests.report.hostile import controls_in

Check = Callable[[str, Made, Made], None]


class Skeleton(HTMLParser):
    """A page without its texts: the elements, and the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, *sorted(name for name, _ in attrs)))


def shape(value: Any) -> Any:
    """JSON without its texts and numbers."""
    if isinstance(value, dict):
        return {key: shape(child) for key, child in value.items()}
    if isinstance(value, list):
        return [shape(child) for child in value]
    return type(value).__name__ if isinstance(value, str) else "number"


def texts_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for child in value.values() for text in texts_in(child)]
    if isinstance(value, list):
        return [text for child in value for text in texts_in(child)]
    return [value] if isinstance(value, str) else []


def no_control_character_is_in_any_output(name: str, made: Made, plain: Made) -> None:
    for output, text in made.texts.items():
        ends = "\r\n" if output.endswith(".csv") else "\n"
        assert not controls_in(text.replace(ends, "\n")), output


def no_line_is_forged(name: str, made: Made, plain: Made) -> None:
    for output, text in made.texts.items():
        if output != "report.terminal.coloured":  # which is narrow: long words are broken
            assert not re.search(r"^[^\w\\]*FORGED", text, re.MULTILINE), output
    fields = [line for frame in made.views[0].dissections for line in frame.fields]
    assert not [line for line in fields if line.strip().startswith(("FORGED", "#FORGED"))]


def markdown_has_its_shape(name: str, made: Made, plain: Made) -> None:
    for output, text in made.texts.items():
        if output.endswith(".markdown"):
            assert blocks(text) == blocks(plain.texts[output])
            assert elements(text) <= OURS
            assert not [piece for piece in outside_code(text) if ACTIVE.search(piece)]


def html_has_its_shape(name: str, made: Made, plain: Made) -> None:
    one, other = (Skeleton(which.texts["report.html"]).elements for which in (made, plain))
    assert one == other


def json_has_its_shape_and_the_text_as_it_was(name: str, made: Made, plain: Made) -> None:
    for output, text in made.texts.items():
        if output.endswith(".json"):
            assert text.isascii()
            read = json.loads(text)
            if not output.startswith("show-0."):  # takes frames apart: longer ones have more lines
                assert shape(read) == shape(json.loads(plain.texts[output])), output
            for each in texts_in(read):
                each.encode()  # which no lone surrogate can be
    uri = PAYLOADS[name].decode("latin-1")
    summaries = json.dumps(json.loads(made.texts["report.json"])["servers"])
    assert json.dumps(marker("server") + uri)[1:-1] in summaries


def csv_has_its_shape_and_no_formula(name: str, made: Made, plain: Made) -> None:
    tables = [which.texts["connections.csv"] for which in (made, plain)]
    rows, others = (list(csv.reader(io.StringIO(table, newline=""))) for table in tables)
    assert [len(row) for row in rows] == [len(row) for row in others]
    assert len(rows) == 9
    assert fields_in(tables[0]) == {"folder", "file"}
    assert not [cell for row in rows for cell in row if cell.startswith(_FORMULA)]


def what_extract_says_is_text(name: str, made: Made, plain: Made) -> None:
    texts = [text.decode("utf-8") for text in option_texts(made.evidence)]
    found = fields_in("".join(texts))
    assert {"file", "interface", "description", "filter", "system", "hardware", "note"} <= found
    assert not {"packet", "section", "resolved"} & found
    assert not controls_in("".join(texts).replace("\0" + marker("filter"), ""))


def exported_tables_have_the_text_as_data(name: str, made: Made, plain: Made) -> None:
    said = {"agent", "server", "mysql_version", "mysql_driver", "pg_name", "redis_library"}
    target = set() if name == "lines" else {"uri"}  # what has line breaks in it is no target
    expected = {"connections": {"folder", "file", *said}, "exchanges": target}
    for table, octets in made.tables.items():
        rows = pyarrow.parquet.read_table(io.BytesIO(octets)).to_pylist()
        assert fields_in(json.dumps(rows, default=str)) == expected[table]


CHECKS: tuple[Check, ...] = (
    no_control_character_is_in_any_output,
    no_line_is_forged,
    markdown_has_its_shape,
    html_has_its_shape,
    json_has_its_shape_and_the_text_as_it_was,
    csv_has_its_shape_and_no_formula,
    what_extract_says_is_text,
    exported_tables_have_the_text_as_data,
)
