"""A page a product, from its data file, and a table of them all."""

from __future__ import annotations

from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from docs.generate.markdown import block, code, prose, sources, table
from netdiag.diagnosis.products import PRODUCTS
from netdiag.diagnosis.products.habits import Habits
from netdiag.diagnosis.products.product import Product, Setting
from netdiag.diagnosis.products.remedies import number_text
from netdiag.diagnosis.products.store import load

KINDS = {
    "idle": "idle time",
    "age": "age of a connection",
    "requests": "requests of a connection",
    "check": "idle time after which a connection is checked before use",
    "request": "wait for (the rest of) a request",
}
OUTCOMES = {
    "told-why": "the server had said why it closes",
    "reset-after-fin": "a RST answered a request that came after the server's FIN",
    "closed": "the connection ended instead of a response, without RST",
    "reset": "a RST on an ESTABLISHED connection",
    "timeout": "nothing answered",
    "refused": "a RST answered the SYN",
}
_ROLES = {"client": "client", "server": "server", "network": "between the two"}


def pages() -> dict[str, str]:
    """The table, and a page for each product."""
    made = {f"products/{slug}.md": _page(load(slug)) for slug in PRODUCTS}
    return {"products/index.md": _index(), **made}


def default(setting: Setting) -> str:
    """A setting's default for a reader."""
    if setting.default_requests is not None:
        return f"{setting.default_requests}"
    if setting.default_seconds is None:
        return "none"
    return f"{number_text(setting.default_seconds)} s"


def _index() -> str:
    products = sorted(map(load, PRODUCTS), key=lambda product: product.name.lower())
    rows = [
        (f"[{prose(p.name)}]({p.slug}.md)", ", ".join(_ROLES[r] for r in p.roles), _main(p))
        for p in products
    ]
    entries = "\n".join(f"{p.name} <{p.slug}>" for p in products)
    return f"""# Products

What netdiag knows of clients, servers and what lies between them: how they show themselves, their
settings and defaults with the source of each fact, and what to change. Each is a data file in
`netdiag/diagnosis/products/`. See also [the timeouts in order](../timeouts.md).

{table(("product", "role", "what ends its idle connections, and the default"), rows)}
```{{toctree}}
:hidden:

{entries}
```
"""


def _main(product: Product) -> str:
    return "; ".join(f"{prose(s.name)}: {default(s)}" for s in product.main_settings())


def _page(product: Product) -> str:
    parts = [
        f"# {prose(product.name)}\n\nRole: {', '.join(_ROLES[role] for role in product.roles)}.\n",
        _shown(product),
        _settings(product),
        *(_habits(habits) for habits in product.habits),
        _symptoms(product),
        _remedies(product),
    ]
    return "\n".join(part for part in parts if part)


def _shown(product: Product) -> str:
    if product.unseen:
        return f"No header names it: {prose(product.unseen)}.\n"
    rows = [
        (signature.role, code(signature.pattern), ", ".join(map(code, signature.examples)))
        for signature in product.signatures
    ]
    return f"## How it shows itself\n\n{table(('as', 'pattern', 'examples'), rows)}"


def _settings(product: Product) -> str:
    rows = [
        (prose(s.name), KINDS[s.kind], default(s), *_where(s, len(product.roles) > 1))
        for s in product.settings
    ]
    head = ("setting", "limits", "default", "where", "source")
    return f"## Settings\n\n{table(head, rows)}" if rows else ""


def _where(setting: Setting, several: bool) -> tuple[str, str]:
    parts = [setting.where]
    if several:
        parts.append(f"as {setting.role}")
    if setting.versions.text != "all":
        parts.append(f"versions {setting.versions.text}")
    if setting.note:
        parts.append(setting.note.removesuffix("."))
    return prose("; ".join(parts)), sources(setting.source)


def _habits(habits: Habits) -> str:
    facts = {
        "ends an idle connection with": " or ".join(sorted(habits.closes)),
        "… with TLS": " or ".join(sorted(habits.tls_closes)),
        "acts late by at most": "" if habits.late_s is None else f"{habits.late_s:g} s",
        "does with a request after its close": " or ".join(sorted(habits.late_requests)),
        "announces Keep-Alive: timeout=": _yes(habits.keep_alive_header),
        "closes after the server's close": habits.reaction or "",
        "sends keep-alive probes after": ", ".join(f"{s:g} s" for s in sorted(habits.probes_s)),
    }
    rows = [(name, prose(value)) for name, value in facts.items() if value]
    return (
        f"## How it acts as a {habits.role}\n\nA hint where no header names it, never evidence.\n\n"
        f"{table(('habit', 'value'), rows)}\nSource: {sources(habits.source)}\n"
    )


def _yes(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _symptoms(product: Product) -> str:
    rows = [(OUTCOMES[outcome], code(text)) for outcome, text in product.symptoms.items()]
    return f"## What its log says\n\n{table(('what happened', 'line'), rows)}" if rows else ""


def _remedies(product: Product) -> str:
    made = []
    for purpose in product.remedies:
        remedy = product.remedy(purpose, limit_s=15, server_s=60)
        assert remedy is not None
        snippet = block(remedy.snippet, _lexer(remedy.language)) if remedy.snippet else ""
        made.append(f"**For the {remedy.audience}.** {prose(remedy.text)}\n\n{snippet}")
    if not made:
        return ""
    told = "The numbers are examples: netdiag fills in those that it worked out from a capture."
    return f"## What to change\n\n{told}\n\n" + "\n".join(made)


def _lexer(language: str | None) -> str:
    """The language as the page's highlighter knows it; plain text for those that it doesn't."""
    try:
        return str(get_lexer_by_name(language or "text").aliases[0])
    except ClassNotFound:
        return "text"
