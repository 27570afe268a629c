"""Which connection a user means."""

from __future__ import annotations

import pytest

from netdiag.errors import SelectionError
from netdiag.showing.naming import find_connection
from tests.recorded import Examined, examine
from tests.scripted import Scripted, pooled


def found(examined: Examined, text: str) -> str:
    return examined.subject.connection_id(find_connection(examined.subject, text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("c3", "c3"),
        ("C3", "c3"),
        ("2", "c3"),
        ("stream 2", "c3"),
        ("stream=2", "c3"),
        ("1:2", "c3"),
        ("127.0.0.1:46896-127.0.0.1:18082", "c3"),
        ("127.0.0.1:18082-127.0.0.1:46896", "c3"),
        ("127.0.0.1:46896", "c3"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert found(examine("tomcat-stale-20s"), text) == name


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("c10", "no such connection; there are the connections c1 to c9"),
        ("c0", "no such connection"),
        ("9", "no such connection; there are the streams 0 to 8"),
        ("2:0", "there are 1 captures"),
        ("127.0.0.1:18082", "9 connections are meant (c1, c2, c3, c4, c5, …)"),
        ("10.9.9.9:1", "no such connection"),
        ("[2001:db8::1]:1", "no such connection"),
        ("nonsense", "expected a connection: c17, a stream such as 16"),
        ("a-b-c", "expected a connection"),
        ("", "expected a connection"),
        ("c99999999999999999999", "expected a connection"),
    ],
)
def test_what_is_meant_must_be_there_once(text: str, complaint: str) -> None:
    with pytest.raises(SelectionError) as caught:
        found(examine("tomcat-stale-20s"), text)
    assert complaint in str(caught.value)


def test_streams_of_several_captures() -> None:
    both = examine("tomcat-stale-20s", "rotated-1")
    first, second = found(both, "1:0"), found(both, "2:0")
    assert first != second
    with pytest.raises(SelectionError, match=r"several captures have a stream 0 \(c1, c6\)"):
        found(both, "0")


def test_ipv6_and_one_connection(scripted: Scripted) -> None:
    six = scripted(pooled(client="2001:db8::1", server="2001:db8::2"))
    assert found(six, "[2001:db8::1]:40000-[2001:db8::2]:80") == "c1"
    assert found(six, "2001:db8::1") == "c1"
    with pytest.raises(SelectionError, match="there are no others than c1"):
        found(six, "c2")


def test_captures_without_connections(scripted: Scripted) -> None:
    with pytest.raises(SelectionError, match="hold no TCP connection"):
        found(scripted(pooled(), edit=lambda packets: []), "c1")
