"""Products from their TOML files, checked.

The files lie beside this module. A mistake in one is a mistake of whoever wrote it, so every
check says the file, the place in it, what was expected and what was found. That takes a millisecond
a file: what is needed in an analysis is what `netdiag.diagnosis.products.store` keeps of them.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from string import Template
from typing import cast, get_args

from netdiag.diagnosis.products.habits_file import read_habits
from netdiag.diagnosis.products.product import Kind, Outcome, Product, Setting, Signature
from netdiag.diagnosis.products.remedies import PLACEHOLDERS, Purpose, RemedyTemplate, Role
from netdiag.diagnosis.products.toml_table import ProductFileError, Table
from netdiag.diagnosis.products.version_ranges import VersionRange

FOLDER = Path(__file__).parent

_ROLES = get_args(Role)
_PURPOSES = get_args(Purpose)
_OUTCOMES = get_args(Outcome)
_KINDS = get_args(Kind)


def read(slug: str) -> Product:
    """Read the product of this slug.

    Raises:
        OSError: it has no file.
        ProductFileError: the file breaks the rules.
    """
    return parse(slug, (FOLDER / f"{slug}.toml").read_text(encoding="utf-8"))


def parse(slug: str, text: str) -> Product:
    """Read a product from its file's text; `slug` must be the one it gives itself.

    Raises:
        ProductFileError: the text breaks the rules.
    """
    try:
        table = Table(f"{slug}.toml", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProductFileError(f"{slug}.toml: {error}") from None
    if table.text("slug") != slug:
        raise table.error(f"slug: expected {slug!r}, as in the file's name")
    roles = cast("tuple[Role, ...]", table.choices("roles", _ROLES))
    product = Product(
        slug=slug,
        name=table.text("name"),
        roles=roles,
        protocols=table.texts("protocols", ("http",)),
        implied_by=table.texts("implied_by", ()),
        unseen=table.text("unseen", ""),
        signatures=tuple(_signature(part, roles) for part in table.tables("signatures")),
        settings=tuple(_setting(part, roles) for part in table.tables("settings")),
        habits=tuple(read_habits(part, _role_of(part, roles)) for part in table.tables("habits")),
        remedies=_remedies(table.table("remedies"), roles),
        symptoms=_symptoms(table.table("symptoms")),
    )
    table.finish()
    if bool(product.signatures) == bool(product.unseen):
        raise table.error("expected either signatures or 'unseen', the reason for having none")
    return product


def _role_of(table: Table, roles: tuple[Role, ...]) -> Role:
    """Read the role that a part is about, which the product has where it has only one."""
    return cast("Role", table.choice("role", roles, roles[0] if len(roles) == 1 else None))


def _signature(table: Table, roles: tuple[Role, ...]) -> Signature:
    pattern = table.text("pattern")
    try:
        re.compile(pattern)
    except re.error as error:
        raise table.error(f"pattern: {error}: {pattern!r}") from None
    signature = Signature(_role_of(table, roles), pattern, table.texts("examples", ()))
    table.finish()
    if not signature.examples:
        raise table.error("examples: expected at least one real header")
    return signature


def _setting(table: Table, roles: tuple[Role, ...]) -> Setting:
    try:
        versions = VersionRange.parse(table.text("versions", "all"))
    except ValueError as error:
        raise table.error(f"versions: {error}") from None
    requests = table.number("default_requests")
    setting = Setting(
        name=table.text("name"),
        role=_role_of(table, roles),
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
