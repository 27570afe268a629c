"""Chooses what to change: which side, which purpose, with which number."""

from __future__ import annotations

import math

from msgspec.structs import replace

from netdiag.diagnosis.causes.manual import section
from netdiag.diagnosis.diagnose import Finding
from netdiag.diagnosis.products.product import Product
from netdiag.diagnosis.products.recognise import recognise_client, recognise_server
from netdiag.diagnosis.products.remedies import Purpose
from netdiag.diagnosis.products.store import generic
from netdiag.diagnosis.recommendation import client_limit, find_scope, server_side
from netdiag.language import N_, _
from netdiag.report.build.hints import server_hints
from netdiag.report.build.subject import Subject
from netdiag.report.finding import Advice

_CLIENT: tuple[Purpose, ...] = ("client-idle-limit", "client-validate", "client-retry")
PURPOSES: dict[str, tuple[Purpose, ...]] = {
    "stale-keep-alive": (*_CLIENT, "server-idle-timeout"),
    "keep-alive-race": ("client-idle-limit", "client-retry", "server-idle-timeout"),
    "lost-close": ("client-idle-limit", "client-retry", "network-keepalive"),
    "silent-drop": ("client-idle-limit", "network-keepalive", "network-idle-timeout"),
    "middlebox-reset": ("client-idle-limit", "network-keepalive", "network-idle-timeout"),
    "announced-close-ignored": ("client-honour-close",),
    "server-abort": (),
    "response-truncated": (),
    "request-timeout": (),
    "max-requests": ("server-request-limit",),
    "max-age": ("client-age-limit",),
    "server-restart": ("client-validate", "client-retry"),
    "idle-reset": ("client-idle-limit", "client-validate", "server-idle-timeout"),
    "connection-refused": (),
    "close-wait-leak": ("client-evict", "client-idle-limit"),
    "timeout-mismatch": ("client-idle-limit", "server-idle-timeout"),
}
"""What would cure each cause, the best first; an empty entry needs a look, not a setting."""

_GUESSED = {
    "client": N_("If the client is {product}, which it acts like: {advice}"),
    "server": N_("If the server is {product}, which it acts like: {advice}"),
}

AGE_SHARE = 0.75
"""Leaves room for servers that end connections up to a tenth earlier or later (gRPC does)."""


def advice(subject: Subject, finding: Finding) -> tuple[Advice, ...]:
    """What each side can change, in the words of its product where that is known."""
    scene = subject.scene
    connection = finding.cases[0].story.connection
    protocol = finding.cases[0].story.service.slug
    client = recognise_client(subject.user_agent(connection), protocol)
    server = recognise_server(subject.introductions.server.get(finding.server), protocol)
    products = {
        "client": client.product if client else None,
        "server": server.product if server else None,
        "network": None,
    }
    guesses = {} if server else {"server": server_hints(subject, finding.server)}
    scope = find_scope(scene, finding)
    limit, raised = client_limit(scope), server_side(scene, scope.hosts)
    limit_s = None if limit is None else limit.limit_s
    if finding.cause.slug == "max-age":
        limit_s = _age_limit_s(finding)
    raise_to_s = None if raised is None else raised.timeout_s
    found = []
    for purpose in PURPOSES.get(finding.cause.slug, ()):
        side = purpose.split("-", 1)[0]
        item = _remedy(products[side], side, purpose, limit_s, raise_to_s)
        if item is not None:
            found.append(item)
        for guess in guesses.get(side, ())[:1]:
            guessed = _remedy(guess.product, side, purpose, limit_s, raise_to_s)
            if guessed is not None and guessed.product is not None:
                text = _(_GUESSED[side]).format(product=guessed.product, advice=guessed.text)
                found.append(replace(guessed, text=text))
    return tuple(found) or (_look(finding),)


def _age_limit_s(finding: Finding) -> float:
    """An age at which to replace connections: three quarters of the least that was allowed."""
    limit_s = AGE_SHARE * min(case.story.age_s for case in finding.cases)
    return float(math.floor(limit_s)) if limit_s >= 2 else round(limit_s, 1)


def _remedy(
    product: Product | None,
    side: str,
    purpose: Purpose,
    limit_s: float | None,
    raise_to_s: float | None,
) -> Advice | None:
    for source in (product, generic(side)):  # type: ignore[arg-type]  # a purpose begins with one
        remedy = (
            None if source is None else source.remedy(purpose, limit_s=limit_s, server_s=raise_to_s)
        )
        if remedy is not None and source is not None:
            return Advice(
                audience=remedy.audience,
                product=source.name if source is product else None,
                text=remedy.text,
                snippet=remedy.snippet and remedy.snippet.strip("\n"),
                language=remedy.language,
            )
    return None


def _look(finding: Finding) -> Advice:
    """Where no setting is the cure: what the manual says."""
    text = section(finding.cause.manual, "What to change")
    return Advice(audience="server", product=None, text=text)
