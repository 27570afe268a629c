"""`Remedy`: a piece of advice with its numbers filled in, from a product file's template.

Templates use `string.Template` placeholders. ``limit_*`` is what the client's idle limit should
be (it stays below the server's timeout), ``server_*`` what the server's timeout should be raised
to. Limits are rounded down and timeouts up, so that rounding never undoes the advice.

    ${limit_s}        15 or 4.5           ${server_s}        75 or 4.5
    ${limit_ms}       15000               ${server_ms}       75000
    ${limit_whole_s}  15, at least 1      ${server_whole_s}  75
                                          ${server_minutes}  2

Which value suits a capture is for the causes to say; without one, the placeholder's name in
capitals takes its place and the text says what it stands for.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from netdiag.language import N_, _
from netdiag.language.clauses import sentences_of

if TYPE_CHECKING:
    from string import Template

Role: TypeAlias = Literal["client", "server", "network"]
"""Which side of a connection a product, a setting or a piece of advice is about."""

Purpose: TypeAlias = Literal[
    "client-idle-limit",  # keep idle connections for a shorter time than the server does
    "client-validate",  # check an idle connection before it is used again
    "client-retry",  # send idempotent requests again
    "client-honour-close",  # never reuse after `Connection: close`
    "client-evict",  # close what the server has closed, instead of keeping it in CLOSE_WAIT
    "client-age-limit",  # replace connections before the server's limit on their age
    "server-idle-timeout",  # raise it above the client's
    "server-request-limit",  # raise or lift the number of requests a connection may carry
    "network-keepalive",  # TCP keep-alive probes more often than the middlebox forgets
    "network-idle-timeout",  # raise the middlebox's
]

PLACEHOLDERS = frozenset(
    {"limit_s", "limit_ms", "limit_whole_s"}
    | {"server_s", "server_ms", "server_whole_s", "server_minutes"}
)

_MEANS = {
    "limit": N_(
        "{name} stands for an idle time below that of the server or of whatever forgets the "
        "connection first, {unit}."
    ),
    "server": N_("{name} stands for an idle time above that of every client, {unit}."),
}
_UNITS = {"s": N_("in seconds"), "ms": N_("in milliseconds"), "minutes": N_("in minutes")}


class Remedy(Struct, frozen=True):
    """One piece of advice, ready to be shown.

    Attributes:
        product: the product's name, as in ``Apache HttpClient 4``.
        purpose: what the advice achieves.
        audience: who has to act on it.
        text: one or two sentences.
        snippet: code or configuration to adapt, or None where words must do.
        language: the snippet's language; None exactly where there is no snippet.
    """

    product: str
    purpose: Purpose
    audience: Role
    text: str
    snippet: str | None
    language: str | None


class RemedyTemplate(Struct, frozen=True):
    """A remedy as a product file holds it, with its placeholders still open."""

    purpose: Purpose
    audience: Role
    text: str
    snippet: str | None
    language: str | None

    def fill(self, product: str, *, limit_s: float | None, server_s: float | None) -> Remedy:
        """Fill these values in, in a product's name."""
        values = _values(limit_s, server_s)
        snippet = None if self.snippet is None else _template(self.snippet).substitute(values)
        sentences = [_template(_(self.text)).substitute(values)]
        for name in self.placeholders():
            sentences += _remarks(name, limit_s, server_s)
        text = sentences_of(sentences)
        return Remedy(product, self.purpose, self.audience, text, snippet, self.language)

    def placeholders(self) -> tuple[str, ...]:
        """List the placeholders that text and snippet use, in order of appearance."""
        return tuple(_template(f"{self.text}\n{self.snippet or ''}").get_identifiers())


def _template(text: str) -> Template:
    from string import Template  # noqa: PLC0415 - not needed where there is nothing to advise

    return Template(text)


def number_text(value: float) -> str:
    """15.0 as ``15``, 4.5 as ``4.5``; never more than milliseconds."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _values(limit_s: float | None, server_s: float | None) -> dict[str, str]:
    values = {name: name.upper() for name in PLACEHOLDERS}
    if limit_s is not None:
        limit_ms = max(1, math.floor(round(limit_s * 1000, 6)))
        values["limit_ms"] = str(limit_ms)
        values["limit_s"] = number_text(limit_ms / 1000)
        # 0 means "for ever" or "off" in most products, so it never stands for "less than 1"
        values["limit_whole_s"] = str(max(1, limit_ms // 1000))
    if server_s is not None:
        server_ms = max(1, math.ceil(round(server_s * 1000, 6)))
        values["server_ms"] = str(server_ms)
        values["server_s"] = number_text(server_ms / 1000)
        values["server_whole_s"] = str(math.ceil(server_ms / 1000))
        values["server_minutes"] = str(math.ceil(server_ms / 60_000))
    return values


def _remarks(name: str, limit_s: float | None, server_s: float | None) -> list[str]:
    """What must be said about a placeholder's value; mostly nothing."""
    side, _underscore, unit = name.partition("_")
    known = limit_s if side == "limit" else server_s
    if known is None:
        unit = _(_UNITS[unit.removeprefix("whole_")])
        return [_(_MEANS[side]).format(name=name.upper(), unit=unit)]
    if name == "limit_whole_s" and known < 1:
        return [
            _("It takes whole seconds only, and none is short enough: don't reuse connections.")
        ]
    return []
