"""How clients end their connections, and what tells of a FIN that was not captured."""

from __future__ import annotations

import pytest

from netdiag.exchanges.client_ends import counts_fin
from netdiag.timeouts import Reason
from tests.conversations import PSH, Conversation, Heard, Recorder
from tests.messages import COM_QUIT, get, ok


def used() -> Conversation:
    """A connection after one exchange."""
    return Conversation().handshake().asks(get("/1"), ok(b"hello"))


def counts(heard: Heard, end: str) -> bool:
    """Whether that packet counts a FIN behind the first request."""
    return counts_fin(heard.traffic, heard.row("GET /1 HTTP/1.1"), heard.row(end))


def test_the_clients_first_end_counts_whatever_its_kind(record: Recorder) -> None:
    talk = used()
    talk.client.aborts(name="first").client.fin()
    assert record(talk).ending().client_end == "first"
    talk = used()
    talk.client.fin(name="first").client.aborts()
    assert record(talk).ending().client_end == "first"


def test_an_end_that_was_lost_is_acknowledged(record: Recorder) -> None:
    """By the server's close, or by what it says later: its number counts the FIN."""
    lost = used().wait(5)
    lost.client.fin(unseen=True).server.acks().server.fin().client.acks()
    assert record(lost).ending().client_end == "server ACK"
    crossed = used().wait(5)
    crossed.server.fin(late=True).client.fin(unseen=True).arrives().server.acks()
    heard = record(crossed)
    assert heard.ending().client_end == "server ACK"
    assert heard.reason_of() == Reason.IDLE


def test_a_probe_is_no_end_that_was_lost(record: Recorder) -> None:
    """A keep-alive probe's octet lies below what was acknowledged (RFC 9293, section 3.8.4)."""
    heard = record(used().wait(5).client.probes(1).server.acks())
    assert heard.ending().client_end is None


@pytest.mark.parametrize("first", [1_000_000, (1 << 32) - 1 - len(get("/1"))], ids=["", "wrap"])
def test_an_end_that_was_lost_is_counted(record: Recorder, first: int) -> None:
    """By what the client sends behind it: its own number is one beyond its payload."""
    talk = Conversation(client_first=first).handshake().asks(get("/1"), ok(b"hello")).wait(5)
    talk.client.fin(unseen=True, late=True).server.fin().client.acks(name="proof").client.acks()
    heard = record(talk)
    assert heard.ending().client_end == "proof"
    assert heard.ending().close == "server FIN"
    assert counts(heard, "proof")
    first_by_client = used().wait(5)
    first_by_client.client.fin(unseen=True, late=True).client.acks(name="proof").server.fin()
    heard = record(first_by_client)
    assert heard.ending().client_end == "proof"
    assert heard.reason_of() == Reason.NOT_CLOSED


def test_whichever_counts_it_first(record: Recorder) -> None:
    talk = used().wait(5)
    talk.client.fin(unseen=True).server.acks(name="proof").server.fin().client.acks()
    heard = record(talk)
    assert heard.ending().client_end == "proof"
    assert counts(heard, "proof")


def test_a_number_without_an_ack_acknowledges_nothing(record: Recorder) -> None:
    """The field is there all the same (RFC 9293, section 3.1), and may hold anything."""
    talk = used().wait(5)
    talk.server.sends(PSH, acknowledgment=talk.server.expects + 1, name="odd")
    talk.client.fin(unseen=True).server.acks(name="proof")
    assert record(talk).ending().client_end == "proof"


@pytest.mark.parametrize(("said", "end"), [(COM_QUIT, "quit"), (b"\x05\0\0\0\x03quit", None)])
def test_a_capture_that_begins_with_the_last_words(
    record: Recorder, said: bytes, end: str | None
) -> None:
    talk = Conversation(port=3306)
    talk.client.says(said, name="quit").server.fin()
    assert record(talk).ending().client_end == end


def test_a_longer_gap_is_of_payload(record: Recorder) -> None:
    """That was lost, with or without a FIN behind it: nothing says which."""
    talk = used().wait(5)
    talk.client.says(b"GO", unseen=True).server.acks().client.acks(name="later")
    heard = record(talk)
    assert heard.ending().client_end is None
    assert not counts(heard, "later")


def test_an_octet_that_was_lost_before_others_is_no_end(record: Recorder) -> None:
    talk = used().wait(5)
    talk.client.says(b"\r", unseen=True).server.acks().client.acks()
    talk.client.says(get("/2")).server.says(ok())
    assert record(talk).ending().client_end is None


def test_an_octet_that_was_captured_late_is_no_end(record: Recorder) -> None:
    """Behind the segment that has the number after it."""
    talk = used().wait(5)
    talk.client.says(b"\r", name="late").server.acks(unseen=True).client.acks()
    heard = record(talk, edit=lambda packets: [*packets[:-2], packets[-1], packets[-2]])
    assert heard.packets[-1].name == "late"
    assert heard.ending().client_end is None


def test_each_of_several_has_an_end_of_its_own(record: Recorder) -> None:
    """One that said nothing, one that ended, and two whose FIN was lost or never sent."""
    talks = [Conversation(client_port=40_000 + i).handshake() for i in range(4)]
    for talk in talks[1:]:
        talk.asks(get("/1"), ok()).wait(1)
    talks[1].client.fin()
    talks[2].client.fin(unseen=True, late=True).client.acks(name="proof")
    talks[3].client.acks()
    heard = record(*talks)
    ends = [heard.ending(talk).client_end for talk in talks]
    assert ends == [None, "client FIN", "proof", None]


def test_segments_without_payload_end_nothing(record: Recorder) -> None:
    """Acknowledgements have the number of what comes next; a probe's lies below."""
    talk = used().wait(5)
    talk.client.acks(name="ack").client.probes(name="probe").server.acks(name="answer")
    heard = record(talk)
    assert heard.ending().client_end is None
    assert not any(counts(heard, name) for name in ("ack", "probe", "answer"))


def test_a_fin_that_was_captured_is_the_end_itself(record: Recorder) -> None:
    talk = used().wait(5)
    talk.client.fin().client.acks(name="later").server.acks()
    heard = record(talk)
    assert heard.ending().client_end == "client FIN"
    assert not counts(heard, "client FIN")


def test_a_reset_may_count_it_as_well(record: Recorder) -> None:
    """A program's has its own next number, a host's without a socket what it answers says it has.

    What the host answers may have been sent before the FIN came.
    """
    talk = used().wait(5)
    talk.client.fin(unseen=True).client.aborts(name="reset")
    heard = record(talk)
    assert heard.ending().client_end == "reset"
    assert counts(heard, "reset")
    crossed = used().wait(5)
    crossed.client.fin(unseen=True, late=True).server.says(b"late").client.resets(name="reset")
    heard = record(crossed)
    assert heard.ending().client_end == "reset"
    assert not counts(heard, "reset")
