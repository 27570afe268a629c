"""Pieces of MyST Markdown: text, code and tables that come out as they were meant.

What the code says in plain text (`<host>`, `*`, `_`) must not become mark-up, and references that
readers want to follow (RFCs, sources, other causes) become links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\*_\[\]<>$~{}#|])")
_RFC = re.compile(r"\bRFC (\d{3,5})(?:, sections? (\d+(?:\.\d+)*))?")
_SOURCE = re.compile(
    r"(?P<url>https?://[^\s;,)]+)"
    r"|(?P<repo>\b[A-Za-z0-9][\w.-]*/[\w.-]+) (?P<path>[\w.@+-]+(?:/[\w.@+-]+)*\.\w+)"
)


def prose(text: str) -> str:
    """Plain text, in which only `code` in backticks is mark-up."""
    parts = re.split(r"(`[^`\n]+`)", text)
    return "".join(
        p if p.startswith("`") and len(p) > 1 else _SPECIAL.sub(r"\\\1", p) for p in parts
    )


def code(text: str) -> str:
    """Text as inline code, whatever backticks it holds."""
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def block(text: str, language: str = "text") -> str:
    """Lines as a block of code."""
    fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; empty where there are no rows."""
    lines = [head, ["---"] * len(head), *rows]
    if len(lines) == 2:
        return ""
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def with_rfcs(text: str) -> str:
    """Markdown in which each RFC links to its section."""

    def link(found: re.Match[str]) -> str:
        anchor = f"#section-{found[2]}" if found[2] else ""
        return f"[{found[0]}](https://www.rfc-editor.org/rfc/rfc{found[1]}.html{anchor})"

    return _RFC.sub(link, text)


def sources(text: str) -> str:
    """A fact's source, as the data files give it, with links to pages and to files on GitHub."""
    made, end = [], 0
    for found in _SOURCE.finditer(text):
        made.append(prose(text[end : found.start()]))
        made.append(_link(found))
        end = found.end()
    return "".join([*made, prose(text[end:])])


def _link(found: re.Match[str]) -> str:
    if found["url"]:
        return f"<{found['url']}>"
    repo, path = found["repo"], found["path"]
    return f"[{prose(f'{repo} {path}')}](https://github.com/{repo}/blob/HEAD/{path})"


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))
