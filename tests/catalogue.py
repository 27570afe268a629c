"""The catalogues of translations: what the sources say, extracted, merged and compiled.

    python -m tests.catalogue

extracts every message of the package, updates each ``netdiag.po`` (new messages come without a
translation, gone ones are dropped) and compiles it to the ``netdiag.mo`` beside it.
`tests/language/test_catalogues.py` fails where a message is missing or not translated.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from netdiag.diagnosis.causes import CAUSES
from netdiag.diagnosis.causes.manual import units
from netdiag.language import CATALOGUES, DOMAIN, ENGLISH, LANGUAGES

PACKAGE = Path(__file__).parent.parent / "netdiag"
KEYWORDS = {"_": None, "N_": None, "NN_": (1, 2), "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**.j2", "jinja2")]
TRANSLATED_KEYS = {"text"}
"""Keys of the products' data files whose values are sentences that a report shows."""


_NOISE = (
    b'"POT-Creation',
    b'"PO-Revision',
    b'"Last-Translator',
    b'"Report-Msgid',
    b'"Language-Team',
)


def template() -> Catalog:
    """Every message that a report can show, where it comes from beside it."""
    catalog = Catalog(project="netdiag", charset="utf-8")
    for source, line, message, comments, _context in extract_from_dir(
        PACKAGE, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        catalog.add(message, locations=[(source, line)], auto_comments=comments)
    for source, message in [*_of_causes(), *_of_products()]:
        catalog.add(message, locations=[(source, 0)])
    return catalog


def _of_causes() -> Iterator[tuple[str, str]]:
    for cause in CAUSES:
        source = f"diagnosis/causes/{cause.slug.replace('-', '_')}.py"
        yield source, cause.title
        for _mark, piece in units(cause.manual):
            yield source, piece


def _of_products() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.glob("diagnosis/products/**/*.toml")):
        for text in _texts(tomllib.loads(path.read_text("utf-8"))):
            yield str(path.relative_to(PACKAGE)), text


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in TRANSLATED_KEYS and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


def po_path(language: str) -> Path:
    """Where the catalogue of a language is kept."""
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def updated(language: str) -> Catalog:
    """The catalogue of a language with exactly the messages of today."""
    path = po_path(language)
    catalog = Catalog(locale=language, project="netdiag", charset="utf-8")
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    catalog.header_comment = f"# The reports of netdiag in {catalog.locale.english_name}."
    return catalog


def po_text(catalog: Catalog) -> bytes:
    """A catalogue as its file has it: without dates and line numbers, which only make noise."""
    out = io.BytesIO()
    write_po(out, catalog, omit_header=False, sort_by_file=True, include_lineno=False, width=100)
    lines = out.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_NOISE))


def mo_bytes(catalog: Catalog) -> bytes:
    """A catalogue compiled; its dates are fixed, so that the same text makes the same bytes."""
    catalog.creation_date = catalog.revision_date = datetime(1970, 1, 1, tzinfo=UTC)
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main() -> None:
    """Write all catalogues anew."""
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        catalog = updated(language)
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_text(catalog))
        with path.open("rb") as file:
            path.with_suffix(".mo").write_bytes(mo_bytes(read_po(file, locale=language)))


if __name__ == "__main__":
    main()
