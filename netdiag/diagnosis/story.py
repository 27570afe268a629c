"""`Story`: what happened to the last request of one connection, as the causes ask about it.

Told only for the connections that look as if something happened; the causes read it and say
which of them it was.
"""

from __future__ import annotations

from netdiag.decode.marks import Mark
from netdiag.diagnosis.checks import is_check
from netdiag.diagnosis.facts import Facts
from netdiag.diagnosis.fates import is_acknowledged
from netdiag.diagnosis.messages import (
    is_cut_before_fields,
    is_partial_request,
    may_be_cut_announcement,
    may_be_partial_request,
    may_begin_request,
)
from netdiag.diagnosis.pooling import (
    are_last_words,
    is_provoked,
    lay_idle,
    may_be_last_words,
    spoke_unseen,
    waited_unused,
)
from netdiag.diagnosis.resets import is_reset_at_once
from netdiag.exchanges import CloseKind, Protocol
from netdiag.timeouts import Reason


class Story(Facts, frozen=True):
    """The facts, and the questions that the causes ask about them."""

    @property
    def reused_after_close(self) -> bool:
        """A request that nobody answered, on a connection that the server had ended."""
        if self.close < 0:
            return bool(self.told)  # the close itself was not captured
        unanswered = self.after_close and self.closed_by_server and self.outcome != "answered"
        rest = self.announcement_cut and not may_begin_request(self.scene, self.request)
        new = not self.is_farewell and not rest  # of a body that the response had refused
        return unanswered and self.lay_idle and new

    @property
    def lay_idle(self) -> bool:
        """The connection was idle before the request, and its business done."""
        return lay_idle(self.scene, self.connection, self.exchange, self.close)

    @property
    def is_check(self) -> bool:
        """The request is a pool's check of the connection, whose failure harms nobody."""
        return is_check(self.scene, self.connection, self.exchange)

    @property
    def was_received(self) -> bool:
        """The server acknowledged the request."""
        return is_acknowledged(self.scene, self.connection, self.request)

    @property
    def answer_unseen(self) -> bool:
        """The server sent something after the request that the capture has not got."""
        return spoke_unseen(self.scene, self.connection, self.request)

    @property
    def is_farewell(self) -> bool:
        """The last words of a protocol that netdiag doesn't know, rather than a request.

        They are shorter than all requests that the connection has carried, and the client's own
        close comes with them: SSH, IMAP and many others say goodbye to a server that has gone.
        """
        known = self.protocol is not Protocol.UNKNOWN
        if known or self.exchange < 0 or self.close < 0:
            return False
        reset = -1 if self.reset is None else self.reset.row
        return are_last_words(self.scene, self.connection, self.exchange, self.close, reset)

    @property
    def may_be_farewell(self) -> bool:
        """It may be one for all that is known: its protocol isn't, nor how the client ended."""
        if self.protocol is not Protocol.UNKNOWN or self.exchange < 0:
            return False
        return may_be_last_words(self.scene, self.connection, self.exchange)

    @property
    def after_close_ns(self) -> int:
        """From the close to the request; negative where it was captured the other way round."""
        return self.scene.time_ns(self.request) - self.scene.time_ns(self.close)

    @property
    def client_ended_before_reset(self) -> bool:
        """The client had closed before the RST came: it drew it, or no longer cared."""
        end = int(self.scene.endings.client_end[self.connection])
        return self.reset is not None and 0 <= end < self.reset.row

    @property
    def reset_behind_close(self) -> bool:
        """The server sent a RST right behind its close, unprovoked."""
        return is_reset_at_once(self.scene, self.connection, self.close)

    @property
    def closed_unused(self) -> bool:
        """The server waited in vain for a first request, before it closed."""
        return self.reason is Reason.UNUSED and waited_unused(self.scene, self.connection)

    @property
    def closed_idle(self) -> bool:
        """The server closed it as idle, or its client as silent; nothing else explains that."""
        return self.reason in {Reason.IDLE, Reason.BEATING}

    @property
    def closed_unanswered(self) -> bool:
        """The server closed it with a request outstanding."""
        return self.reason is Reason.UNANSWERED

    @property
    def closed_at_limit(self) -> bool:
        """The server closed it after as many requests as others."""
        return self.reason is Reason.REQUEST_LIMIT

    @property
    def age_s(self) -> float:
        """From the connection's first segment to the server's close, in seconds."""
        start = int(self.scene.connections.start[self.connection])
        return (self.scene.time_ns(self.close) - self.scene.time_ns(start)) / 1e9

    @property
    def closed_at_age(self) -> bool:
        """The server closed it at the same age as others."""
        return self.reason is Reason.AGE_LIMIT

    @property
    def closed_together(self) -> bool:
        """The server closed it together with all its other connections."""
        return self.reason is Reason.TOGETHER

    @property
    def may_be_restart(self) -> bool:
        """All idle closes of the server came within one moment, at ages that differ."""
        server = int(self.scene.connections.server[self.connection])
        return self.reason is Reason.IDLE and server in self.scene.ended_in_one_moment

    @property
    def dismissed(self) -> bool:
        """The server said that it shuts down, or that an administrator ends the connection."""
        return self.reason is Reason.DISMISSED

    @property
    def announced(self) -> bool:
        """The last response before the request had announced the close."""
        return bool(self.scene.endings.announced[self.connection])

    @property
    def announcement_cut(self) -> bool:
        """The close came with the last response, whose head the snap length has cut."""
        at_once = self.reason is Reason.AT_ONCE
        return at_once and may_be_cut_announcement(self.scene, self.connection)

    @property
    def asks(self) -> bool:
        """Whether the unanswered request is one that this server would have answered.

        HTTP says so itself. For other protocols the connection must have shown it: what a client
        says last need not ask for anything, and what the snap length has cut may be a farewell.
        """
        if self.exchange < 0:
            return False
        if self.is_http:
            return self.scene.mark(self.request) == Mark.HTTP_REQUEST
        if is_cut_before_fields(self.scene, self.request):
            return False
        if self.protocol is Protocol.UNKNOWN:
            return False  # many protocols end with a message that nothing answers
        first = int(self.scene.endings.first_exchange[self.connection])
        if self.scene.endings.settled[self.connection]:
            return True
        return bool(self.scene.exchanges.answered[first : self.exchange].any())

    @property
    def partial_request(self) -> bool:
        """The server closed while it waited for the rest of a request."""
        before = int(self.scene.endings.before_close[self.connection])
        if before < 0 or self.close < 0:
            return False
        return is_partial_request(self.scene, self.connection, before)

    @property
    def may_be_partial_request(self) -> bool:
        """The server waited before it closed, and the snap length hides whether for the rest."""
        return may_be_partial_request(self.scene, self.connection, self.exchange)

    @property
    def timed_out_with_408(self) -> bool:
        """The server's farewell was 408 Request Timeout."""
        return self.close_kind is CloseKind.GOODBYE and bool(self.crowds.timed_out[self.connection])

    @property
    def truncated(self) -> bool:
        """The server closed inside an HTTP response."""
        return bool(self.scene.endings.truncated[self.connection])

    @property
    def at_idle_timeout(self) -> bool:
        """The close came when the server's idle timeout was due, whatever came just before."""
        timeout = self.scene.idle_timeout(self.connection)
        if timeout is None or timeout.estimate_s is None or self.exchange < 0 or self.close < 0:
            return False
        idle_s = (
            self.idle_ns + self.scene.time_ns(self.close) - self.scene.time_ns(self.request)
        ) / 1e9
        margin_s = 0.05 + (timeout.granularity_s or 0.0)
        return self.idle_ns >= 0 and abs(idle_s - timeout.estimate_s) <= margin_s

    @property
    def close_was_provoked(self) -> bool:
        """The close followed a segment of the client within a round trip: no timer made it."""
        return is_provoked(self.scene, self.connection, self.close)

    @property
    def closed_by_reset(self) -> bool:
        """The server's first sign was a RST."""
        return self.closed_by_server and self.close_kind is CloseKind.RST

    @property
    def refused(self) -> bool:
        """The SYN drew a RST."""
        return bool(self.crowds.refused[self.connection])

    @property
    def refused_again(self) -> bool:
        """The same SYN had drawn one before."""
        return bool(self.crowds.tried_again[self.connection])

    @property
    def refusal_is_harmless(self) -> bool:
        """One of many in a scan, or another address of the same name worked."""
        return bool(self.crowds.scanned[self.connection])

    @property
    def kept_in_close_wait(self) -> bool:
        """The client has left it in CLOSE_WAIT, with others or for long."""
        return bool(self.crowds.leaking[self.connection])

    @property
    def given_up_for_another(self) -> bool:
        """The client found it closed when it wanted to send, as it does again and again."""
        return bool(self.crowds.near_misses[self.connection])
