"""The columns of connections: what the list of connections and the report say of the same ones."""

from __future__ import annotations

from typing import Any

import pytest

from netdiag.analysis import Options
from netdiag.export import CONNECTIONS
from tests.conversations import Conversation
from tests.export.exported import connections, nanoseconds, read, rows_of
from tests.listing.listed import all_rows
from tests.messages import get, ok
from tests.recorded import examine, names, recorded
from tests.scripted import Scripted, reused

SAME = {
    **{
        name: name
        for name in (
            *("id", "stream", "capture", "file", "protocol", "duration_s", "first_frame"),
            *("last_frame", "last_capture", "frames", "syn_seen", "round_trip_s", "exchanges"),
            *("bytes_to_server", "bytes_to_client", "retransmissions", "longest_idle_s"),
            *("idle_before_close_s", "close_wait_s", "closed_by", "close_flag", "close_frame"),
            *("close_capture", "client_state", "server_state", "leg_of"),
        )
    },
    "start_time": "start",
    "end_time": "end",
}
"""Columns that the list of connections has as well, by their name there."""


def listed(value: Any, name: str) -> Any:
    """What the list says, as a value that Parquet has."""
    if name in {"start_time", "end_time"}:
        return nanoseconds(value)
    return value


def endpoint(row: dict[str, Any], side: str) -> str:
    address, port = row[f"{side}_address"], row[f"{side}_port"]
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


@pytest.mark.parametrize("name", names())
def test_it_is_the_list_of_connections(name: str) -> None:
    rows, expected = connections(name), all_rows(name)
    assert len(rows) == len(expected) == len(examine(name).scene.connections)
    for row, known in zip(rows, expected, strict=True):
        assert {key: row[key] for key in SAME} == {
            key: listed(known[there], key) for key, there in SAME.items()
        }
        assert endpoint(row, "client") == known["client"]
        assert endpoint(row, "server") == known["server"]
        assert (row["causes"] or []) == known["causes"]
        assert row["cause"] == (known["causes"] or [None])[0]


@pytest.mark.parametrize("name", names()[::5])
def test_the_closes_of_servers_add_up_to_the_report(name: str) -> None:
    for server in examine(name).json["servers"]:
        mine = [row for row in connections(name) if endpoint(row, "server") == server["endpoint"]]
        if any(row["leg_of"] for row in connections(name)):
            continue  # counted once in the report
        assert len(mine) == server["connections"]
        assert sum(row["exchanges"] for row in mine) == server["exchanges"]
        assert {row["server_product"] for row in mine} == {server["product"]}


def test_what_was_found_is_the_report() -> None:
    report = examine("nginx-stale").json
    found = {
        occurrence["connection"]: (finding["cause"], finding["severity"], finding["confidence"])
        for finding in reversed(report["findings"])
        for occurrence in finding["occurrences"]
    }
    rows = connections("nginx-stale")
    assert 0 < len(found) < len(rows)
    for row in rows:
        said = (row["cause"], row["severity"], row["confidence"])
        assert said == found.get(row["id"], (None, None, None))


def test_the_close_of_the_server() -> None:
    rows = {row["id"]: row for row in connections("tomcat-stale-20s")}
    told = examine("tomcat-stale-20s").json["findings"][0]["occurrences"]
    for occurrence in told:
        row, close = rows[occurrence["connection"]], occurrence["close"]
        assert (row["server_close"], row["server_close_frame"]) == (close["flag"], close["frame"])
        assert row["server_close_time"] == nanoseconds(close["time"])
        assert row["close_time"] == row["server_close_time"]
        assert (row["reason"], row["used_after_close"]) == ("idle", True)
    assert sum(row["used_after_close"] for row in rows.values()) == len(told)


def test_only_what_was_asked_for(scripted: Scripted) -> None:
    talks = reused(client_port=40_001), reused(client_port=40_002, port=81)
    rows = rows_of(read(CONNECTIONS, scripted(*talks, options=Options(port=81))))
    assert [(row["id"], row["server_port"]) for row in rows] == [("c2", 81)]


def test_a_connection_across_rotated_files_is_one() -> None:
    rows = connections("rotated-1", "rotated-2")
    across = [row for row in rows if row["capture"] != row["last_capture"]]
    assert across
    assert {(row["capture"], row["last_capture"]) for row in across} == {(0, 1)}
    assert {row["file"] for row in across} == {str(recorded("rotated-1").path)}


def test_hostile_names_are_data(scripted: Scripted) -> None:
    name = "evil\x1b[2J\x00|<b>\u202e"
    talk = pooled_by(name).client.fin().server.fin()
    row = rows_of(read(CONNECTIONS, scripted(talk)))[0]
    assert row["client_product"] == row["server_product"]
    assert row["server_product"].startswith("evil")
    assert "\x1b" in row["server_product"]


def pooled_by(name: str) -> Conversation:
    """A client and a server that give themselves that name."""
    asked = get("/", "GET", f"User-Agent: {name}")
    return Conversation().handshake().asks(asked, ok(b"hello", f"Server: {name}"))
