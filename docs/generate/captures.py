"""All recorded captures, with what is true of each: something to try netdiag on."""

from __future__ import annotations

from docs.generate.fixtures import Fixture, fixtures
from docs.generate.markdown import code, prose, table


def pages() -> dict[str, str]:
    """The one page."""
    rows = [_row(fixture) for fixture in fixtures()]
    return {
        "captures.md": f"""# Recorded captures

Made with real servers and clients; in a clone of the repository they lie in `fixtures/pcaps/`, each
with a label that says what happened by the clients' own account. How they were made:
[captures](../contributing/captures.md).

{table(("capture", "what happens", "products", "causes"), rows)}"""
    }


def _row(fixture: Fixture) -> tuple[str, ...]:
    slugs = (*fixture.causes, *fixture.worth_knowing)
    return (
        code(fixture.name),
        prose(fixture.description),
        prose(", ".join(fixture.products)),
        ", ".join(f"[{slug}](causes/{slug}.md)" for slug in slugs) or "none",
    )
