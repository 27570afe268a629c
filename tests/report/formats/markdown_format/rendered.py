"""What readers of Markdown make of a text: GitHub's own parser, and one that links bare names."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import cmarkgfm
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt
from markdown_it.token import Token

READER = MarkdownIt("commonmark", {"linkify": True, "html": True}).enable(
    ["table", "strikethrough", "linkify"]
)
OURS = {"h2", "h3", "p", "strong", "code", "pre", "ul", "li"}
OURS |= {"table", "thead", "tbody", "tr", "th", "td"}
"""All that a report is made of: no link, no image, nothing else that does something."""

# What one reader or another would do something with.
ACTIVE = re.compile(
    r"[@#$<>`*_~|\[\]{}\\^=&]|![0-9a-z\[]|:\d*[a-z+-]\S*:|\w:/|www\.|\w\.[a-z]", re.IGNORECASE
)


@dataclass(frozen=True)
class Table:
    """A table as it is read: the text of its cells."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def github(markdown: str) -> str:
    """Render as GitHub's parser does before GitHub looks for mentions and references."""
    return cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE)


def elements(markdown: str) -> set[str]:
    """Name the elements of what GitHub renders."""
    return set(re.findall(r"<([a-z0-9]+)", github(markdown)))


def text(markdown: str) -> str:
    """Read what GitHub renders, without its elements."""
    return html.unescape(re.sub(r"<[^>]*>", "", github(markdown)))


def outside_code(markdown: str) -> list[str]:
    """Collect the pieces of text that are not code, which readers look through for references."""
    return [
        child.content
        for token in READER.parse(markdown)
        for child in token.children or ()
        if child.type not in {"code_inline", "strong_open", "strong_close", "softbreak"}
    ]


def blocks(markdown: str) -> list[str]:
    """Name the blocks, as the other parser sees them, tables cell by cell."""
    return [token.type for token in READER.parse(markdown)]


def fences(markdown: str) -> list[tuple[str, str]]:
    """List the blocks of code: their language and what is in them."""
    return [(t.info, t.content) for t in READER.parse(markdown) if t.type == "fence"]


def tables(markdown: str) -> list[Table]:
    """List the tables."""
    found: list[Table] = []
    row: list[str] = []
    rows: list[tuple[str, ...]] = []
    tokens = READER.parse(markdown)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline" and before is not None and before.type in {"th_open", "td_open"}:
            row.append(_content(token))
        elif token.type == "tr_close":
            rows.append(tuple(row))
            row = []
        elif token.type == "table_close":
            found.append(Table(rows[0], tuple(rows[1:])))
            rows = []
    return found


def _content(token: Token) -> str:
    return "".join(child.content for child in token.children or ())
