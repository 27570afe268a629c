"""`Note`: why a packet is part of the evidence, and the sentence that says so in Wireshark.

From what `gather` puts into it. The sentences name connections, times and frames only: nothing of
what the capture's packets contain.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from netdiag.language import N_, _
from netdiag.report.build.clock import in_words


class Part(Enum):
    """What a packet is in the story; the value is what its comment says."""

    CLIENT_SYN = N_("the client's SYN")
    SERVER_SYN = N_("the server's SYN/ACK")
    CLIENT_FIN = N_("the client's FIN")
    SERVER_FIN = N_("the server's FIN")
    CLIENT_RST = N_("the client's RST")
    SERVER_RST = N_("the server's RST")
    CLIENT_DATA = N_("data of the client")
    SERVER_DATA = N_("data of the server")
    CLIENT_AGAIN = N_("the client sends again what it had sent")
    SERVER_AGAIN = N_("the server sends again what it had sent")
    CLIENT_ACK = N_("the client acknowledges")
    SERVER_ACK = N_("the server acknowledges")
    REQUEST_BEFORE = N_("the exchange before: its request")
    RESPONSE_BEFORE = N_("the exchange before: its response")
    CLOSE = N_("the server ends the connection")
    IDLE_CLOSE = N_("the server ends the connection, {time} after the last byte of an exchange")
    TOLD = N_("the client's kernel acknowledges the close")
    REQUEST = N_("the request")
    REQUEST_TOLD = N_("the request; its acknowledgement number covers the close, {time} after it")
    REQUEST_NOT_TOLD = N_("the request; its acknowledgement number does not cover the close")
    AGAIN = N_("the request is sent again")
    RESET = N_("the RST that the request drew")
    RETRY = N_("the same request on another connection, {time} after the failure")
    RETRYING = N_("the connection that carried the request again")
    REPLACEMENT = N_("the connection that the client opened in its place")
    PASSED_ON = N_("what the proxy's own client got, {time} after the failure")
    FRONT = N_("the exchange of the proxy with its own client")
    OTHER_LEG = N_("the same packet on the other side of an address translation")
    MEASURING = N_("the last exchange before an idle close that measured the timeout")
    MEASURED = N_("an idle close that measured the timeout: {time} after the last exchange")
    SURVIVED = N_("an exchange after {time} idle that was still answered: a lower bound")
    FELLOW = N_("another connection that the server ended for the same reason")
    LAST = N_("the last TCP packet of the captures: nothing more was seen until here")
    CONTEXT = N_("kept so that these packets alone give the same verdict")
    WHOLE = N_("a packet of the connection that was asked for")


class Note(Struct, frozen=True):
    """One reason to keep a packet.

    Attributes:
        connection: the connection's `id` in the report.
        part: what the packet is.
        cause: slug of the finding that it proves; None where it belongs to no occurrence.
        number: which occurrence of the finding, from 1, as reports number them.
        time_ns: the duration that the sentence names, if it names one.
    """

    connection: str
    part: Part
    cause: str | None = None
    number: int = 0
    time_ns: int = 0


def comment(note: Note, frame: int, capture: str) -> str:
    """The packet's comment, in the language of the context.

    Args:
        note: why it was kept.
        frame: its 1-based number in the capture that it is from.
        capture: what to call that capture.
    """
    what = _(note.part.value).format(time=in_words(max(note.time_ns, 0) / 1e9))
    if note.cause is None:
        return _("netdiag: {connection}: {what} (frame {frame} of {capture})").format(
            connection=note.connection, what=what, frame=frame, capture=capture
        )
    return _(
        "netdiag: {connection}, occurrence {number} of {cause}: {what} (frame {frame} of {capture})"
    ).format(
        connection=note.connection,
        number=note.number,
        cause=note.cause,
        what=what,
        frame=frame,
        capture=capture,
    )
