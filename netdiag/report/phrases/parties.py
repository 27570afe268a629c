"""What is known of a server or a client: a list of facts, each a label and what is said by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from netdiag.language import N_, _, ngettext
from netdiag.language.clauses import alternatives
from netdiag.report.phrases.verdict import confidence
from netdiag.report.phrases.words import listed, more, seconds, setting

if TYPE_CHECKING:
    from netdiag.report.endpoint import (
        ClientReport,
        IdleTimeoutReport,
        ProductHint,
        ServerCloses,
        ServerReport,
    )

Fact: TypeAlias = tuple[str, str]

# By what is known: the estimate, its lower bound, its upper bound.
_ESTIMATES = {
    (True, True, True): N_("{estimate} (from {low} to {high}), {confidence}"),
    (True, True, False): N_("{estimate} (more than {low}), {confidence}"),
    (True, False, True): N_("{estimate} (at most {high}), {confidence}"),
    (True, False, False): N_("{estimate}, {confidence}"),
    (False, True, True): N_("from {low} to {high}, {confidence}"),
    (False, True, False): N_("more than {low}, {confidence}"),
    (False, False, True): N_("at most {high}, {confidence}"),
}


def spoken(server: ServerReport) -> str:
    """Name a server's protocol and product: ``http/1, nginx``."""
    protocol = server.protocol if server.protocol != "unknown" else _("unknown protocol")
    return listed(filter(None, (protocol, server.product)))


def server_facts(server: ServerReport) -> list[Fact]:
    """Say after how much idle time a server ends a connection, and what else it was seen to do."""
    facts = _fits(server.product_hints)
    if server.idle_timeout is None:
        facts.append((_("idle timeout"), _("nothing in this capture tells")))
    else:
        facts += _timeout(server.idle_timeout)
    if server.max_requests is not None:
        limit = _("{n} per connection").format(n=server.max_requests)
        facts.append((_("request limit"), limit))
    if server.max_age_s is not None:
        age = _("{age} or a little less").format(age=seconds(server.max_age_s))
        facts.append((_("age limit"), age))
    seen = listed((_connections(server.connections), _exchanges(server.exchanges)))
    return [*facts, (_("seen"), seen), (_("ended by"), _closes(server.closes))]


def client_facts(client: ClientReport) -> list[Fact]:
    """Say after how much idle time a client used a connection again, or ended it."""
    facts = _fits(client.product_hints)
    if client.longest_idle_reuse_s is not None:
        facts.append((_("longest idle reuse"), setting(client.longest_idle_reuse_s)))
    if client.idle_timeout is not None:
        facts += _timeout(client.idle_timeout)
    return [*facts, (_("seen"), _connections(client.connections))]


def more_servers(n: int, listed: int) -> str:
    """Say how many servers are not shown, of which so many are in the JSON report."""
    whole = ngettext(
        "and {n} more server, listed in the JSON report",
        "and {n} more servers, listed in the JSON report",
        n,
    )
    partly = ngettext(
        "and {n} more server, of which the JSON report lists {listed}",
        "and {n} more servers, of which the JSON report lists {listed}",
        n,
    )
    return more(n, listed, whole, partly)


def more_clients(n: int, listed: int) -> str:
    """Say how many clients are not shown, of which so many are in the JSON report."""
    whole = ngettext(
        "and {n} more client, listed in the JSON report",
        "and {n} more clients, listed in the JSON report",
        n,
    )
    partly = ngettext(
        "and {n} more client, of which the JSON report lists {listed}",
        "and {n} more clients, of which the JSON report lists {listed}",
        n,
    )
    return more(n, listed, whole, partly)


def _fits(hints: tuple[ProductHint, ...]) -> list[Fact]:
    if not hints:
        return []
    names = alternatives([hint.product for hint in hints])
    guess = _("{products}, a guess: {reason}").format(products=names, reason=hints[0].because[0])
    return [(_("fits"), guess)]


def _timeout(timeout: IdleTimeoutReport) -> list[Fact]:
    facts = [(_("idle timeout"), _estimate(timeout))]
    if timeout.likely_setting_s is not None:
        likely = setting(timeout.likely_setting_s)
        start, default, product = (timeout.likely_setting_basis or "").partition("default of ")
        if default and not start:
            likely = _("{setting}, the default of {product}").format(
                setting=likely, product=product
            )
        facts.append((_("likely setting"), likely))
    if timeout.declared_s is not None:
        facts.append((_("declared"), f"Keep-Alive: timeout={timeout.declared_s:g}"))
    facts.append((_("measured by"), _measured(timeout)))
    if not timeout.consistent:
        but = timeout.contradiction or _("no single timeout explains all of these closes")
        facts.append((_("but"), but))
    return facts


def _measured(timeout: IdleTimeoutReport) -> str:
    if timeout.longest_survived_s is None:
        words = ngettext("{n} idle close", "{n} idle closes", timeout.closes)
        return words.format(n=f"{timeout.closes:,}")
    return ngettext(
        "{n} idle close; longest idle survived: {longest}",
        "{n} idle closes; longest idle survived: {longest}",
        timeout.closes,
    ).format(n=f"{timeout.closes:,}", longest=setting(timeout.longest_survived_s))


def _estimate(timeout: IdleTimeoutReport) -> str:
    values = {"estimate": timeout.estimate_s, "low": timeout.low_s, "high": timeout.high_s}
    known = {name: setting(value) for name, value in values.items() if value is not None}
    sure = confidence(timeout.confidence)
    if not known:
        return sure
    words = _ESTIMATES["estimate" in known, "low" in known, "high" in known]
    return _(words).format(**known, confidence=sure)


def _connections(n: int) -> str:
    return ngettext("{n} connection", "{n} connections", n).format(n=f"{n:,}")


def _exchanges(n: int) -> str:
    return ngettext("{n} exchange", "{n} exchanges", n).format(n=f"{n:,}")


def _closes(closes: ServerCloses) -> str:
    counts = (
        (_("server FIN {n}"), closes.server_fin),
        (_("server RST {n}"), closes.server_rst),
        (_("client FIN {n}"), closes.client_fin),
        (_("client RST {n}"), closes.client_rst),
        (_("still open {n}"), closes.open),
    )
    return listed(words.format(n=f"{n:,}") for words, n in counts if n) or _("nobody")
