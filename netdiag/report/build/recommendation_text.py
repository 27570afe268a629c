"""The sentences that say what a recommendation rests on, with its numbers in them."""

from __future__ import annotations

from netdiag.diagnosis.recommendation import ClientLimit, Part, Race, Replay, Retrying, ServerSide
from netdiag.language import _, ngettext
from netdiag.language.clauses import listing, sentence_of, sentences_of


def of_limit(server: str, limit: ClientLimit) -> str:
    """The limit, and where its margin comes from."""
    why = {
        "server": _("{server} ends them after {time}"),
        "path": _("one had gone after {time}"),
    }[limit.bound_by].format(server=server, time=_short(limit.below_s))
    parts = [_of_part(part, limit) for part in limit.parts if part.seconds >= 0.001]
    return _(
        "Keep idle connections for at most {limit}: {why}. The margin of {margin} is {parts}."
    ).format(
        limit=_short(limit.limit_s),
        why=why,
        margin=_short(limit.margin_s),
        parts=listing(parts),
    )


def _of_part(part: Part, limit: ClientLimit) -> str:
    words = {
        "granularity": _("{time} for how well that is known (it may be {least})"),
        "eviction": _("{time} for the lateness of the client's own timer"),
        "round-trip": _("{time} for the round trip"),
        "jitter": _("{time} for a packet sent again"),
        "rounding": _("{time} for a round number"),
    }
    if not part.measured:
        words["eviction"] = _("{time} for the lateness of the client's own timer (assumed)")
        words["round-trip"] = _("{time} for the round trip (assumed)")
    return words[part.reason].format(time=_short(part.seconds), least=_short(limit.low_s))


def of_replay(limit: ClientLimit, tried: Replay) -> str:
    """What the limit would have prevented in this capture, and its price."""
    if tried.any_harmed:
        done = ngettext(
            "{n} of {total} harmed reuse in this capture would not have happened",
            "{n} of {total} harmed reuses in this capture would not have happened",
            tried.harmed,
        )
    else:
        done = ngettext(
            "the client would have closed {n} of this {total} connection itself, in time",
            "the client would have closed {n} of these {total} connections itself, in time",
            tried.harmed,
        )
    clauses = [
        _("With a client limit of {limit}, {done}, {price} for {requests}").format(
            limit=_short(limit.limit_s),
            done=done.format(n=tried.prevented, total=tried.harmed),
            price=_price(tried),
            requests=ngettext("{n} request", "{n} requests", tried.requests).format(
                n=tried.requests
            ),
        )
    ]
    if tried.near_misses:
        clauses.append(
            ngettext(
                "{n} other reuse after longer was answered",
                "{n} other reuses after longer were answered",
                tried.near_misses,
            ).format(n=tried.near_misses)
        )
    return sentence_of(clauses)


def _price(tried: Replay) -> str:
    if not tried.new_connections:
        return _("with no more connections")
    if tried.per_minute is None:
        price = ngettext(
            "at the price of at most {n} more connection",
            "at the price of at most {n} more connections",
            tried.new_connections,
        )
        return price.format(n=tried.new_connections)
    return ngettext(
        "at the price of at most {n} more connection ({rate} a minute)",
        "at the price of at most {n} more connections ({rate} a minute)",
        tried.new_connections,
    ).format(n=tried.new_connections, rate=_rate(tried.per_minute))


def of_retrying(tried: Replay, retrying: Retrying) -> list[str]:
    """What a retry would have hidden; nothing where no request was harmed."""
    if not tried.any_harmed:
        return []
    if not retrying.idempotent and not retrying.unsafe:
        clauses = [
            _(
                "Which of these requests may be repeated can't be read from the capture, so what "
                "a retry would have hidden is not known"
            )
        ]
        return [sentence_of([*clauses, *_sent_again(tried, retrying)])]
    if retrying.waited == tried.harmed:
        text = _(
            "A retry of idempotent requests (RFC 9110, section 9.2.2) would have hidden {n} of "
            "{total}, after the client's own timeout"
        )
    else:
        text = _(
            "A retry of idempotent requests (RFC 9110, section 9.2.2) would have hidden {n} of "
            "{total}"
        )
    clauses = [text.format(n=retrying.idempotent, total=tried.harmed)]
    clauses += _sent_again(tried, retrying)
    for method, number in retrying.unsafe.items():
        clauses.append(
            ngettext(
                "{n} is {method}, never to be repeated blindly",
                "{n} are {method}, never to be repeated blindly",
                number,
            ).format(n=number, method=method)
        )
    if retrying.unknown:
        clauses.append(_("of {n} it is not known").format(n=retrying.unknown))
    return [sentence_of(clauses)]


def _sent_again(tried: Replay, retrying: Retrying) -> list[str]:
    if not retrying.retried:
        return []
    return [
        ngettext(
            "{n} of {total} was sent again", "{n} of {total} were sent again", retrying.retried
        ).format(n=retrying.retried, total=tried.harmed)
    ]


def of_race(limit: ClientLimit, race: Race) -> str:
    """What is left of the race with the limit, and with a check instead of it."""
    clauses = [
        _(
            "The race that remains with the limit: none, unless the client's timer and the way "
            "together take more than {time}"
        ).format(time=_short(limit.tolerance_s))
    ]
    if race.failed:
        clauses.append(
            _("but {n} of {total} reuses within the limit failed").format(
                n=race.failed, total=race.tries
            )
        )
    elif race.one_in is not None:
        clauses.append(
            _(
                "none of {total} reuses within the limit failed, which by itself shows only that "
                "fewer than 1 in {one_in} do (rule of three, 95 %)"
            ).format(total=race.tries, one_in=race.one_in)
        )
    sentences = [sentence_of(clauses)]
    if race.check_only_one_in is not None:
        if race.check_only_seen:
            text = _(
                "With a check before each use instead of the limit, about 1 in {one_in} requests "
                "would race: the close goes unseen for {time}, a round trip and a millisecond for "
                "the two hosts."
            )
        else:
            text = _(
                "With a check before each use instead of the limit, fewer than 1 in {one_in} "
                "requests would race: the close goes unseen for {time}, a round trip and a "
                "millisecond for the two hosts."
            )
        time = _short(race.window_s)
        sentences.append(text.format(one_in=f"{race.check_only_one_in:,}", time=time))
    return sentences_of(sentences)


def of_server(limit: ClientLimit, raised: ServerSide | None) -> list[str]:
    """The alternative at the other end; nothing where none is known."""
    if raised is None:
        return []
    if limit.bound_by == "server":
        text = _(
            "Or raise the server's timeout to {timeout}: clients kept idle connections for up to "
            "{longest} in this capture."
        )
    else:
        text = _(
            "Or raise what forgets them to {timeout}: clients kept idle connections for up to "
            "{longest} in this capture."
        )
    return [text.format(timeout=_short(raised.timeout_s), longest=_short(raised.above_s))]


def _rate(per_minute: float) -> str:
    return f"{per_minute:.2g}" if per_minute < 10 else f"{per_minute:,.0f}"


def _short(seconds: float) -> str:
    """No more digits than a reader compares: ``20 s``, ``0.83 s``, ``1.2 ms``."""
    return f"{seconds * 1000:.2g} ms" if seconds < 0.01 else f"{round(seconds, 2):g} s"
