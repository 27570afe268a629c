"""`Habits` of a product, `Behaviour` of a party in a capture, and whether the two fit.

Where the payload is encrypted or cut, no header names a product. What is left is how it acts:
how it closes, how late its timer runs, what it does with a request that comes after its close.
None of that is proof: other programs may act alike, and every timer can be set. So a fit is a
hint, it says what it rests on, and a number alone never makes one.
"""

from __future__ import annotations

from msgspec import Struct

from netdiag.diagnosis.products.remedies import Role, number_text
from netdiag.language import N_, _

SLACK_S = 0.25
"""What a busy machine or a path may add to a timer before it counts as the timer's own."""

EXACT_S = 0.1
"""Closes that lie closer together come from a timer that does not tick."""

FEWEST_CLOSES = 3
"""Fewer closes say nothing of a timer."""

AT_ONCE_S = 0.05
"""An event loop answers a close within this and a round trip; a pool that looks only when it
hands a connection out does not."""

TICK_S = 0.3
"""A spread from here on is seen as a tick."""

SWEEP_S = 5.0
PUNCTUAL_SHARE = 0.05
"""A server that looks at its connections only every `SWEEP_S` or more does not close several within
this share of that time after their timeout."""

PROBES_ALIKE = 0.05
"""Two pauses before a probe are the same within this share."""

SEEN_OF_TICK = 0.25
"""A few closes at any moment of a tick lie at least this share of it apart, mostly."""


class Habits(Struct, frozen=True):
    """How a product acts, as far as it is known; None and empty: not known, so no contradiction.

    Attributes:
        role: as which side.
        closes: how it ends idle connections without TLS: ``FIN``, ``RST,ACK``.
        tls_closes: and with TLS: ``close_notify, FIN``, ``FIN`` (no close_notify), ``close_notify``
            (its FIN waits for the client's), ``RST,ACK``.
        close_notify_bytes: length of the TLS 1.3 record that says close_notify: 19, or 35 where
            JSSE pads it (RFC 8446, section 5.4).
        late_s: how late its timer may run after the setting, in seconds.
        late_requests: what it does with a request after its FIN: ``reset``, ``acknowledge``.
        keep_alive_header: whether it announces ``Keep-Alive: timeout=``.
        reaction: when a client ends its side after the server's close: ``at once``, ``on use``.
            It never contradicts: an event loop may be busy, and a program may be waiting.
        probes_s: pauses before its TCP keep-alive probes by default, in seconds.
        source: where that can be read, or with what it was measured.
    """

    role: Role
    closes: frozenset[str]
    tls_closes: frozenset[str]
    close_notify_bytes: frozenset[int]
    late_s: float | None
    late_requests: frozenset[str]
    keep_alive_header: bool | None
    reaction: str | None
    probes_s: frozenset[float]
    source: str


class Behaviour(Struct, frozen=True, kw_only=True):
    """What was seen of one server or one client, in the words of `Habits`.

    Attributes:
        gaps_s: idle times that it ended, ascending, in seconds.
        setting_s: the timeout that they point to, or None.
        declared_s: what it said in ``Keep-Alive: timeout=``, or None.
        reactions_s: how long after the server's closes the client ended or used the connection,
            ascending, in seconds.
        round_trip_s: of its connections, in seconds.
    """

    closes: frozenset[str] = frozenset()
    tls_closes: frozenset[str] = frozenset()
    close_notify_bytes: frozenset[int] = frozenset()
    gaps_s: tuple[float, ...] = ()
    setting_s: float | None = None
    declared_s: float | None = None
    late_requests: frozenset[str] = frozenset()
    reactions_s: tuple[float, ...] = ()
    probe_s: float | None = None
    round_trip_s: float = 0.0

    @property
    def spread_s(self) -> float | None:
        """How far apart its idle closes lie; None where they are too few."""
        return self.gaps_s[-1] - self.gaps_s[0] if len(self.gaps_s) >= FEWEST_CLOSES else None

    @property
    def reaction(self) -> str | None:
        """``at once``, ``on use``, or None where the capture does not tell."""
        if len(self.reactions_s) < FEWEST_CLOSES:
            return None
        if self.reactions_s[-1] <= AT_ONCE_S + self.round_trip_s:
            return "at once"
        return "on use" if self.reactions_s[0] > 2 * AT_ONCE_S + self.round_trip_s else None


class Fit(Struct, frozen=True):
    """A product whose habits nothing contradicts.

    Attributes:
        telling: what only a few products do, one clause each.
        common: what many do.
        numbers: what any program may be set to.
    """

    telling: tuple[str, ...]
    common: tuple[str, ...]
    numbers: tuple[str, ...]


def fit(habits: Habits, seen: Behaviour, buffer_s: float = 0.0) -> Fit | None:
    """Compare; None where something was seen that this product does not do.

    Args:
        habits: of the product.
        seen: in the capture.
        buffer_s: how much longer than it says (and is set to) the product always waits.
    """
    if _contradicted(habits, seen, buffer_s):
        return None
    telling: list[str] = []
    common: list[str] = []
    for style in sorted(seen.closes & habits.closes):
        clause = _("ends idle connections by {flag}").format(flag=style)
        (common if style == "FIN" else telling).append(clause)
    for style in sorted(seen.tls_closes & habits.tls_closes):
        (common if style == "close_notify, FIN" else telling).append(_(_TLS_CLOSES[style]))
    for length in sorted(seen.close_notify_bytes & habits.close_notify_bytes):
        clause = _("its close_notify takes {n} bytes").format(n=length)
        (telling if length > 19 else common).append(clause)
    _timer(habits, seen, buffer_s, telling, common)
    if "acknowledge" in seen.late_requests & habits.late_requests:
        telling.append(_("acknowledges requests after its FIN and ignores them"))
    if seen.declared_s is not None and habits.keep_alive_header:
        common.append(_("announces Keep-Alive: timeout="))
    numbers = [
        _("probes idle connections after {time} s").format(time=number_text(pause))
        for pause in sorted(habits.probes_s)
        if seen.probe_s is not None and abs(seen.probe_s - pause) <= PROBES_ALIKE * pause
    ]
    if seen.reaction is not None and habits.reaction == seen.reaction:
        common.append(_(_REACTIONS[seen.reaction]))
    return Fit(tuple(telling), tuple(common), tuple(numbers))


_TLS_CLOSES = {
    "close_notify, FIN": N_("ends idle TLS connections by close_notify and FIN"),
    "FIN": N_("ends idle TLS connections by a FIN without close_notify"),
    "close_notify": N_("ends idle TLS connections by close_notify and waits for the client's FIN"),
    "RST,ACK": N_("resets idle TLS connections"),
}
_REACTIONS = {
    "at once": N_("closes its side as soon as the server has"),
    "on use": N_("leaves connections that the server has closed in CLOSE_WAIT until it wants one"),
}


def _contradicted(habits: Habits, seen: Behaviour, buffer_s: float) -> bool:
    return any(
        (
            habits.closes and not seen.closes <= habits.closes,
            habits.tls_closes and not seen.tls_closes <= habits.tls_closes,
            habits.close_notify_bytes and not seen.close_notify_bytes <= habits.close_notify_bytes,
            habits.late_requests and not seen.late_requests <= habits.late_requests,
            habits.keep_alive_header is False and seen.declared_s is not None,
            _wrong_timer(habits, seen, buffer_s),
        )
    )


def _wrong_timer(habits: Habits, seen: Behaviour, buffer_s: float) -> bool:
    """Whether its closes come later than declared, or more in time, than the product's timer."""
    if habits.late_s is None or seen.spread_s is None:
        return False
    slack = habits.late_s + SLACK_S + seen.round_trip_s
    if seen.setting_s is not None and habits.late_s >= SWEEP_S:
        latest = seen.gaps_s[-1] - seen.setting_s
        if latest < habits.late_s * PUNCTUAL_SHARE:
            return True
    # a wide spread alone is none: a server short of connections closes some before their time
    late = None if seen.declared_s is None else seen.gaps_s[0] - seen.declared_s
    # how much longer than it says Node.js waits can be set
    return late is not None and not buffer_s and late > slack


def _timer(
    habits: Habits, seen: Behaviour, buffer_s: float, telling: list[str], common: list[str]
) -> None:
    spread = seen.spread_s
    if habits.late_s is None or spread is None or seen.setting_s is None:
        return
    late = None if seen.declared_s is None else seen.gaps_s[0] - seen.declared_s
    if late is not None and buffer_s and abs(late - buffer_s) <= SLACK_S:
        clause = _("closes {time} s later than it announces")
        telling.append(clause.format(time=number_text(buffer_s)))
    least = max(TICK_S, habits.late_s * SEEN_OF_TICK)
    if habits.late_s >= TICK_S and least <= spread <= habits.late_s + SLACK_S + seen.round_trip_s:
        clause = _("its idle closes lie {time} s apart, as its timer ticks")
        telling.append(clause.format(time=f"{spread:.1f}"))
    elif spread <= EXACT_S and habits.late_s <= EXACT_S:
        common.append(_("its timer is exact"))
