"""What netdiag makes of scripted conversations, from their capture to the report."""

from __future__ import annotations

from pathlib import Path

from netdiag.analysis import Options
from tests.conversations import Conversation, Edit, on_the_wire, write
from tests.messages import CCS, CLIENT_HELLO, FINISHED, SERVER_HELLO, data, get, ok
from tests.recorded import Examined, examine_files


class Scripted:
    """Writes conversations into a capture and examines it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def capture(self, *talks: Conversation, edit: Edit = list, snap_length: int = 65535) -> Path:
        """A capture of conversations; `edit` drops, doubles or reorders packets."""
        path = self.folder / f"scripted-{len(list(self.folder.iterdir()))}.pcap"
        write(path, edit(on_the_wire(talks)), snap_length)
        return path

    def __call__(
        self,
        *talks: Conversation,
        edit: Edit = list,
        snap_length: int = 65535,
        options: Options | None = None,
    ) -> Examined:
        path = self.capture(*talks, edit=edit, snap_length=snap_length)
        return examine_files([path], options)


def pooled(requests: int = 1, pause_s: float = 0.0, **ends: object) -> Conversation:
    """A connection after its handshake and some answered requests."""
    talk = Conversation(**ends).handshake()  # type: ignore[arg-type]
    for _ in range(requests):
        talk.asks(get(), ok()).wait(pause_s)
    return talk


def closed_when_idle(idle_s: float = 5.0, **ends: object) -> Conversation:
    """A connection that the server has ended after an idle time; the client's kernel knows."""
    return pooled(**ends).wait(idle_s).server.fin().client.acks()


def speaks_tls(talk: Conversation) -> Conversation:
    """TLS 1.3 on a connection that was opened, and one exchange in it."""
    talk.client.says(CLIENT_HELLO).server.says(SERVER_HELLO + CCS + data(800, 53))
    return talk.client.says(CCS + FINISHED).client.says(data(150)).server.says(data(300))


def by_server(talk: Conversation, leaves_s: float = 0) -> Conversation:
    """The server ends it, and the client so long after."""
    return talk.server.fin().client.acks().wait(leaves_s).client.fin().server.acks()


def by_client(talk: Conversation) -> Conversation:
    """The client ends it, and the server at once."""
    return talk.client.fin().server.fin().client.acks()


def reused(idle_s: float = 5.0, pause_s: float = 3.0, **ends: object) -> Conversation:
    """The same, and the client has used it again: a stale connection."""
    return closed_when_idle(idle_s, **ends).wait(pause_s).client.says(get("/stale")).server.resets()


def never_answered(talk: Conversation, request: bytes) -> Conversation:
    """A request that a server takes and closes upon."""
    talk.client.says(request).server.acks().wait(1).server.fin()
    return talk.client.fin().server.acks()


def sent_in_vain(talk: Conversation, request: bytes) -> Conversation:
    """A request on an idle connection that nobody takes, however often it is sent."""
    talk.wait(6).client.says(request)
    for pause in (0.2, 0.4, 0.8):
        talk.wait(pause).client.repeats()
    return talk
