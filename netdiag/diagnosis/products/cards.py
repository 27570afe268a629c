"""`Card`: the part of a product's file that shows whether the product is meant, and no more.

A header is compared with the cards of all products, and only the file of the one that it names is
read to the end: all files together would take six times as long. A file therefore begins with its
names and signatures, before its settings, habits and advice.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import cast, get_args

from msgspec import Struct

from netdiag.diagnosis.products.product import Signature
from netdiag.diagnosis.products.remedies import Role
from netdiag.diagnosis.products.toml_table import ProductFileError, Table

_ROLES = get_args(Role)

_REST = re.compile(r"^\[(?!\[signatures\]\])", re.MULTILINE)
"""The first table of a file that is no signature."""


class Card(Struct, frozen=True):
    """How a product shows itself; see `Product` for the meaning of each.

    Attributes:
        slug: the data file's name without its ending.
        roles: the sides that it can be.
        protocols: families of protocols that it speaks.
        implied_by: protocols that are enough to assume it.
        signatures: the headers by which it is known.
    """

    slug: str
    roles: tuple[Role, ...]
    protocols: tuple[str, ...]
    implied_by: tuple[str, ...]
    signatures: tuple[Signature, ...]


@cache
def card(slug: str) -> Card:
    """Read the beginning of a product's file; the same object each time.

    Raises:
        ProductFileError: there is no such file, or it breaks the rules.
    """
    text = read_text(slug)
    rest = _REST.search(text)
    return read_card(slug, toml(slug, text if rest is None else text[: rest.start()]))


def read_card(slug: str, table: Table) -> Card:
    """The card of a product out of its file's table, which must give it that slug.

    Raises:
        ProductFileError: something is missing, or is not what is expected.
    """
    if table.text("slug") != slug:
        raise table.error(f"slug: expected {slug!r}, as in the file's name")
    roles = cast("tuple[Role, ...]", table.choices("roles", _ROLES))
    return Card(
        slug=slug,
        roles=roles,
        protocols=table.texts("protocols", ("http",)),
        implied_by=table.texts("implied_by", ()),
        signatures=tuple(_signature(part, roles) for part in table.tables("signatures")),
    )


def read_text(slug: str) -> str:
    """The text of a product's file.

    Raises:
        ProductFileError: there is none.
    """
    if re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug) is None:
        raise ProductFileError(f"expected a slug such as 'apache-httpd', found {slug!r}")
    try:
        return _folder().joinpath(f"{slug}.toml").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ProductFileError(
            f"no product file {slug}.toml in netdiag/diagnosis/products"
        ) from None


def toml(slug: str, text: str) -> Table:
    """A product's file, or its beginning, as a table.

    Raises:
        ProductFileError: the text is no TOML.
    """
    try:
        return Table(f"{slug}.toml", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProductFileError(f"{slug}.toml: {error}") from None


def role_of(table: Table, roles: tuple[Role, ...]) -> Role:
    """Read the role that a part is about, which the product has where it has only one."""
    return cast("Role", table.choice("role", roles, roles[0] if len(roles) == 1 else None))


@cache
def _folder() -> Traversable:
    return files("netdiag.diagnosis.products")


def _signature(table: Table, roles: tuple[Role, ...]) -> Signature:
    pattern = table.text("pattern")
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise table.error(f"pattern: {error}: {pattern!r}") from None
    signature = Signature(role_of(table, roles), compiled, table.texts("examples", ()))
    table.finish()
    if not signature.examples:
        raise table.error("examples: expected at least one real header")
    return signature
