"""Products from their TOML files: read when first asked for, checked, and kept.

The files lie beside this module. A mistake in one is a mistake of whoever wrote it, so every
check says the file, the place in it, what was expected and what was found.
"""

from __future__ import annotations

from functools import cache
from string import Template
from types import MappingProxyType
from typing import cast, get_args

from netdiag.diagnosis.products.cards import read_card, read_text, role_of, toml
from netdiag.diagnosis.products.habits_file import read_habits
from netdiag.diagnosis.products.product import Kind, Outcome, Product, Setting
from netdiag.diagnosis.products.remedies import PLACEHOLDERS, Purpose, RemedyTemplate, Role
from netdiag.diagnosis.products.toml_table import Table
from netdiag.diagnosis.products.version_ranges import VersionRange

_PURPOSES = get_args(Purpose)
_OUTCOMES = get_args(Outcome)
_KINDS = get_args(Kind)


@cache
def load(slug: str) -> Product:
    """Read the product of this slug; the same object each time.

    Raises:
        ProductFileError: there is no such file, or it breaks the rules.
    """
    return parse(slug, read_text(slug))


def generic(role: Role) -> Product:
    """Load the stand-in for a client, server or network product that nothing names."""
    return load(f"generic-{role}")


def parse(slug: str, text: str) -> Product:
    """Read a product from its file's text; `slug` must be the one it gives itself.

    Raises:
        ProductFileError: the text breaks the rules.
    """
    table = toml(slug, text)
    card = read_card(slug, table)
    roles = card.roles
    product = Product(
        slug=slug,
        name=table.text("name"),
        roles=roles,
        protocols=card.protocols,
        implied_by=card.implied_by,
        unseen=table.text("unseen", ""),
        signatures=card.signatures,
        settings=tuple(_setting(part, roles) for part in table.tables("settings")),
        habits=tuple(read_habits(part, role_of(part, roles)) for part in table.tables("habits")),
        remedies=MappingProxyType(_remedies(table.table("remedies"), roles)),
        symptoms=MappingProxyType(_symptoms(table.table("symptoms"))),
    )
    table.finish()
    if bool(product.signatures) == bool(product.unseen):
        raise table.error("expected either signatures or 'unseen', the reason for having none")
    return product


def _setting(table: Table, roles: tuple[Role, ...]) -> Setting:
    try:
        versions = VersionRange.parse(table.text("versions", "all"))
    except ValueError as error:
        raise table.error(f"versions: {error}") from None
    requests = table.number("default_requests")
    setting = Setting(
        name=table.text("name"),
        role=role_of(table, roles),
        kind=cast("Kind", table.choice("kind", _KINDS, "idle")),
        main=table.flag("main"),
        default_seconds=table.number("default_seconds"),
        default_requests=None if requests is None else int(requests),
        late_seconds=table.number("late_seconds") or 0,
        tick_seconds=table.number("tick_seconds"),
        whole_seconds=table.flag("whole_seconds"),
        versions=versions,
        where=table.text("where"),
        source=table.text("source"),
        note=table.text("note", ""),
    )
    table.finish()
    if setting.main and setting.kind != "idle":
        raise table.error(f"main: a main setting is of kind 'idle', not {setting.kind!r}")
    if setting.default_requests is not None and setting.kind != "requests":
        raise table.error("default_requests: only for settings of kind 'requests'")
    return setting


def _remedies(table: Table, roles: tuple[Role, ...]) -> dict[Purpose, RemedyTemplate]:
    return {
        (purpose := cast("Purpose", key)): _remedy(purpose, table.table(key), roles)
        for key in table.names()
        if _known(table, key, _PURPOSES)
    }


def _remedy(purpose: Purpose, table: Table, roles: tuple[Role, ...]) -> RemedyTemplate:
    side = cast("Role", purpose.partition("-")[0])
    # what keeps a middlebox's memory fresh is set on the client, unless it is the middlebox's own
    audience: Role = "client" if side == "network" and "network" not in roles else side
    if audience not in roles:
        raise table.error(f"advice for the {audience}, but the product is {' and '.join(roles)}")
    snippet = table.text("snippet", "") or None
    template = RemedyTemplate(
        purpose,
        audience,
        table.text("text"),
        snippet,
        None if snippet is None else table.text("language"),
    )
    table.finish()
    for part in (template.text, snippet or ""):
        unknown = set(Template(part).get_identifiers()) - PLACEHOLDERS
        if unknown or not Template(part).is_valid():
            raise table.error(f"placeholders: {', '.join(sorted(unknown)) or 'a stray $'}")
    return template


def _symptoms(table: Table) -> dict[Outcome, str]:
    return {
        cast("Outcome", key): table.text(key)
        for key in table.names()
        if _known(table, key, _OUTCOMES)
    }


def _known(table: Table, key: str, allowed: tuple[str, ...]) -> bool:
    if key not in allowed:
        raise table.error(f"{key}: expected one of {', '.join(allowed)}")
    return True
