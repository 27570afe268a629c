"""`Dialogue`: a scripted conversation with what is true of it, for searches through conversations.

Each move sends one or a few packets through `Conversation` and keeps the books beside it, by facts
of RFC 9293 rather than by a table of states: which FINs were sent, have arrived and are
acknowledged, and who did which first. The states follow from these. What netdiag makes of the
packets is compared with it elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from netdiag.decode.segments import Flag
from tests.conversations import Conversation, Side
from tests.messages import (
    CCS,
    CLIENT_HELLO,
    CLOSE_NOTIFY,
    FINISHED,
    SERVER_HELLO,
    TICKETS,
    data,
    get,
    ok,
    post,
)

HANDSHAKE = (CLIENT_HELLO, SERVER_HELLO + CCS + data(800, 53), CCS + FINISHED, TICKETS)
"""Of TLS 1.3, client first."""


@dataclass(eq=False)
class End:
    """One end: what it has sent, and what of the other's has arrived there.

    Attributes:
        opened: its state up to ESTABLISHED, or CLOSED once a RST has ended it.
        unheard: what it sent last may have been lost: nothing has acknowledged it.
        said: octets of payload, each counted once.
    """

    side: Side
    name: str
    opened: str
    fin_sent: bool = False
    fin_acknowledged: bool = False
    fin_received: bool = False
    closed_first: bool = False
    unheard: bool = False
    said: int = 0

    def state(self) -> str:
        """As RFC 9293, section 3.3.2, names it."""
        if self.opened != "ESTABLISHED":
            return self.opened
        if not self.fin_sent:
            return "CLOSE_WAIT" if self.fin_received else "ESTABLISHED"
        if not self.fin_received:
            return "FIN_WAIT_2" if self.fin_acknowledged else "FIN_WAIT_1"
        if self.fin_acknowledged:
            return "TIME_WAIT" if self.closed_first else "CLOSED"
        return "CLOSING" if self.closed_first else "LAST_ACK"


@dataclass(eq=False)
class Request:
    """One request and whether anything answered it."""

    name: str
    answered: bool = False


@dataclass(eq=False)
class Dialogue:
    """One connection and the truth about it.

    Attributes:
        quiet: in TLS the server's FIN comes without a close_notify before it.
        closed_by: who ended it first, with a FIN, a RST or a close_notify.
        close: the server's first sign that it ended the connection, by its packet's name.
    """

    talk: Conversation
    encrypted: bool = False
    quiet: bool = False
    requests: list[Request] = field(default_factory=list)
    closed_by: str | None = None
    close: str | None = None

    def __post_init__(self) -> None:
        self.client = End(self.talk.client, "client", "CLOSED")
        self.server = End(self.talk.server, "server", "LISTEN")
        self._rest = b""

    @property
    def waits(self) -> bool:
        """A request is outstanding."""
        return bool(self.requests) and not self.requests[-1].answered

    @property
    def outstanding(self) -> int:
        """So many requests are."""
        return sum(not request.answered for request in self.requests)

    @property
    def is_answering(self) -> bool:
        """The server has begun with a response, and not ended it."""
        return bool(self._rest)

    @property
    def is_established(self) -> bool:
        """Both ends have been, and no RST has ended them."""
        return self.client.opened == self.server.opened == "ESTABLISHED"

    @property
    def is_under_way(self) -> bool:
        """The same, and there is more to say."""
        return self.is_established and not self.is_over

    @property
    def is_open(self) -> bool:
        """Both ends are ESTABLISHED."""
        return {self.client.state(), self.server.state()} == {"ESTABLISHED"}

    @property
    def is_stale(self) -> bool:
        """The server has closed it and been heard, with nothing outstanding."""
        states = self.client.state(), self.server.state()
        return states == ("CLOSE_WAIT", "FIN_WAIT_2") and not self.waits

    @property
    def is_over(self) -> bool:
        """Neither end will say anything more."""
        over = {self.client.state(), self.server.state()} <= {"CLOSED", "TIME_WAIT"}
        return over and bool(self.talk.packets)

    def make(self, move: str, end: End, size: int = 0, pieces: int = 1) -> None:
        """Make one of the moves below, which that end can make."""
        match move:
            case "begin":
                end.side.syn()
                end.opened = "SYN_SENT"
            case "accept":
                end.side.syn_ack()
                end.opened, self.client.opened = "SYN_RECEIVED", "ESTABLISHED"
            case "ask" | "pipeline":
                self.asks(size, pieces)
            case "answer":
                self.answers(size, pieces)
            case "start_answer":
                self.starts_answer(size)
            case "probe":
                end.side.probes(pieces - 1 and 1)
                self._hears(end)
                self._acknowledge(self._other(end))
            case "reuse":
                self._reuse(pieces)
            case _:
                getattr(self, f"_{move}")(end)

    def _other(self, end: End) -> End:
        return self.server if end is self.client else self.client

    def _settle(self, end: End) -> None:
        """The handshake's last segment, and in TLS the handshake behind it."""
        end.side.acks()
        self.server.opened = "ESTABLISHED"
        if self.encrypted:
            hello, answer, finished, tickets = HANDSHAKE
            self.talk.client.says(hello).server.says(answer)
            self.talk.client.says(finished).server.says(tickets).client.acks()
            self.client.said += len(hello + finished)
            self.server.said += len(answer + tickets)

    def asks(self, size: int = 0, pieces: int = 1) -> None:
        """A request: of HTTP/1, or application data of a plausible length."""
        number = len(self.requests)
        plain = post(b"x" * size, f"/{number}") if size else get(f"/{number}")
        whole = data(150 + size) if self.encrypted else plain
        self._says(self.client, whole, f"request {number}", pieces)
        self.requests.append(Request(f"request {number}"))

    def answers(self, size: int = 5, pieces: int = 1) -> None:
        """The whole response to the first request that waits, or the rest of it."""
        number = len(self.requests) - self.outstanding
        whole = self._rest or self._response(size)
        name = f"rest of response {number}" if self._rest else f"response {number}"
        self._says(self.server, whole, name, pieces)
        self._rest = b""
        self.requests[number].answered = True

    def starts_answer(self, size: int = 5) -> None:
        """The first half of that response."""
        whole = self._response(size)
        half, self._rest = whole[: len(whole) // 2], whole[len(whole) // 2 :]
        self._says(self.server, half, f"response {len(self.requests) - self.outstanding}", 1)

    def _response(self, size: int) -> bytes:
        return data(40 + size) if self.encrypted else ok(b"y" * size)

    def _says(self, end: End, whole: bytes, name: str, pieces: int) -> None:
        step = -(-len(whole) // pieces)
        for at in range(0, len(whole), step):
            end.side.says(whole[at : at + step], name=f"{name}, {at}" if at else name)
        end.said += len(whole)
        end.unheard = True
        self._hears(end)

    def _acknowledge(self, end: End) -> None:
        end.side.acks()
        self._hears(end)

    def _hears(self, end: End) -> None:
        """A segment of this end has arrived: it acknowledges all that had arrived there."""
        other = self._other(end)
        other.unheard = False
        other.fin_acknowledged |= other.fin_sent and end.fin_received

    def _resend(self, end: End) -> None:
        """What it sent last, once more, for want of an acknowledgement (RFC 6298)."""
        end.side.repeats()
        end.unheard = False
        self._hears(end)

    def _close(self, end: End) -> None:
        """FIN, in TLS behind a close_notify; it arrives at once."""
        self._sends_fin(end)
        self._other(end).fin_received = True
        end.unheard = True
        self._hears(end)

    def _reuse(self, how: int) -> None:
        """A request behind the server's end: nothing is there, or it lingers, or gives up."""
        self.asks()
        server = self.talk.server
        (server.resets, server.acks, server.aborts)[how - 1]()
        self._ends()

    def _depart(self, end: End) -> None:
        """A client's close_notify and FIN behind the server's end, which may draw a RST."""
        self._close(end)
        self.talk.server.resets()
        self._ends()

    def _cross(self, end: End) -> None:
        """Both close before either FIN has arrived; then both acknowledge (figure 13)."""
        other = self._other(end)
        self._sends_fin(end, late=True)
        self._sends_fin(other, late=True)
        self.talk.arrives()
        end.fin_received = other.fin_received = True
        self._acknowledge(end)
        self._acknowledge(other)

    def _sends_fin(self, end: End, *, late: bool = False) -> None:
        notifies = self.encrypted and not (self.quiet and end is self.server)
        if notifies:
            end.side.says(CLOSE_NOTIFY, name=f"{end.name} close_notify", late=late)
            end.said += len(CLOSE_NOTIFY)
        end.side.fin(late=late)
        end.fin_sent, end.closed_first = True, not end.fin_received
        self._ended_by(end, "close_notify" if notifies else "FIN")

    def _abort(self, end: End) -> None:
        """A RST in sequence (RFC 9293, section 3.10.5): both ends are gone."""
        end.side.aborts()
        self._ended_by(end, "RST")
        self._ends()

    def _refuse(self, end: End) -> None:
        """Nothing listens (RFC 9293, section 3.10.7.1)."""
        end.side.sends(Flag.RST | Flag.ACK, sequence=0)
        self._ended_by(end, "RST")
        self._ends()

    def _ended_by(self, end: End, how: str) -> None:
        self.closed_by = self.closed_by or end.name
        if end is self.server:
            self.close = self.close or f"server {how}"

    def _ends(self) -> None:
        self.client.opened = self.server.opened = "CLOSED"
