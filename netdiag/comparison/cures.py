"""`find_cures`: which change the wire shows, from what became of the same kind of request.

A cure leaves its mark on the requests that it keeps from failing. That a mark is there does not say
that the cure is enough: that is the verdict's business.
"""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.comparison.model import ClientLimit, Cure, CureKind, Exposure, Measures
from netdiag.language import _, ngettext
from netdiag.report.build.clock import in_words

GROWN = 0.1
"""A share that has grown by less than this has not changed: traffic varies."""

_KINDS: tuple[tuple[CureKind, str], ...] = (
    ("client-limit", "expired"),
    ("check-before-use", "checked"),
    ("client-follows", "noticed"),
    ("server-timeout", "answered"),
    ("not-kept", "not_kept"),
)


def find_cures(before: Measures, after: Measures) -> tuple[Cure, ...]:
    """What has changed, most often first."""
    found = [*_of_fates(before, after), *_of_retries(before, after)]
    return tuple(sorted(found, key=lambda cure: -cure.after))


def _of_fates(before: Measures, after: Measures) -> Iterator[Cure]:
    if after.exposure.idle_s is None:
        return
    for kind, fate in _KINDS:
        was, is_ = getattr(before.exposure.fates, fate), getattr(after.exposure.fates, fate)
        if is_ and _share(is_, after.exposure) - _share(was, before.exposure) > GROWN:
            yield Cure(kind, was, is_, _text(kind, before, after))


def _share(number: int, exposure: Exposure) -> float:
    return number / exposure.occasions if exposure.occasions else 0.0


def _of_retries(before: Measures, after: Measures) -> Iterator[Cure]:
    was = before.absorbed / before.harmed if before.harmed else 0.0
    is_ = after.absorbed / after.harmed if after.harmed else 0.0
    if is_ - was > GROWN:
        text = ngettext(
            "Clients send a request again that was lost: {n} of {m} was answered on another"
            " connection. A retry hides the failure, and must not repeat what is not idempotent.",
            "Clients send requests again that were lost: {n} of {m} were answered on another"
            " connection. A retry hides the failure, and must not repeat what is not idempotent.",
            after.absorbed,
        ).format(n=after.absorbed, m=after.harmed)
        yield Cure("retries", before.absorbed, after.absorbed, text)


def _text(kind: CureKind, before: Measures, after: Measures) -> str:
    return {
        "client-limit": _limit,
        "check-before-use": _check,
        "client-follows": _follows,
        "server-timeout": _server,
        "not-kept": _not_kept,
    }[kind](before, after)


def _limit(_before: Measures, after: Measures) -> str:
    known = [limit for limit in after.client_limits if limit.estimate_s is not None]
    if not known:
        return _("Clients now end idle connections themselves, before the server does.")
    return _(
        "Clients now end idle connections themselves, after {time}, before the server does."
    ).format(time=_times(known))


def _times(limits: list[ClientLimit]) -> str:
    shortest = min(limit.estimate_s or 0.0 for limit in limits)
    longest = max(limit.estimate_s or 0.0 for limit in limits)
    if longest - shortest < 0.1:
        return in_words(longest)
    return _("{shortest} to {longest}").format(
        shortest=in_words(shortest), longest=in_words(longest)
    )


def _check(_before: Measures, _after: Measures) -> str:
    return _(
        "Clients now look at a connection before they use it, and open another one where the"
        " server has ended it. A close that comes between the look and the request still harms;"
        " an idle limit below the server's timeout leaves no such gap."
    )


def _follows(_before: Measures, _after: Measures) -> str:
    return _("Clients now let go of a connection when the server ends it.")


def _server(before: Measures, after: Measures) -> str:
    was, is_ = before.server_timeout, after.server_timeout
    if was is not None and is_ is not None and was.estimate_s and is_.estimate_s:
        return _("The server's idle timeout is {after} now; it was {before}.").format(
            after=in_words(is_.estimate_s), before=in_words(was.estimate_s)
        )
    if is_ is not None and is_.longest_survived_s is not None:
        return _(
            "The server keeps idle connections for longer: a request after {time} was still"
            " answered."
        ).format(time=in_words(is_.longest_survived_s))
    return _("Idle connections last for longer: requests on them are answered.")


def _not_kept(_before: Measures, _after: Measures) -> str:
    return _(
        "Connections are no longer kept after a response: none is idle for long, and each request"
        " pays for a connection of its own."
    )
