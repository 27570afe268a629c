"""What the logs of all known clients say, by what happened on the wire: what a line means."""

from __future__ import annotations

from docs.generate.markdown import code, prose, table
from docs.generate.products import OUTCOMES
from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.store import load

_CAUSES = {
    "told-why": ("stale-keep-alive", "server-restart"),
    "reset-after-fin": ("stale-keep-alive", "keep-alive-race", "server-restart", "max-requests"),
    "closed": ("stale-keep-alive", "keep-alive-race", "server-abort", "request-timeout"),
    "reset": ("lost-close", "middlebox-reset", "idle-reset", "server-abort"),
    "timeout": ("silent-drop",),
    "refused": ("connection-refused",),
}


def pages() -> dict[str, str]:
    """The one page: a table for each thing that a request can meet."""
    parts = "\n".join(_part(outcome) for outcome in OUTCOMES)
    return {
        "symptoms.md": f"""# Log lines

What a client writes into its log tells what its request met, and that narrows the causes down; it
never settles them. Search this page for a word of your line.

{parts}"""
    }


def _part(outcome: str) -> str:
    products = sorted(map(load, PRODUCTS), key=lambda product: product.name.lower())
    rows = [
        (f"[{prose(p.name)}](products/{p.slug}.md)", code(text))
        for p in products
        for said, text in p.symptoms.items()
        if said == outcome
    ]
    causes = ", ".join(f"[{slug}](causes/{slug}.md)" for slug in _CAUSES[outcome])
    title = OUTCOMES[outcome]
    return (
        f"## {title[0].upper()}{title[1:]}\n\nPossible causes: {causes}.\n\n"
        f"{table(('client', 'its log'), rows)}"
    )
