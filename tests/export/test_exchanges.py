"""The columns of exchanges: what reports and tables say of the same requests."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.export.exported import connections, exchanges, nanoseconds, source
from tests.recorded import examine, names


@pytest.mark.parametrize("name", names())
def test_every_exchange_of_a_capture(name: str) -> None:
    check_its_connection(name)
    check_what_was_found(name)


def check_its_connection(name: str) -> None:
    rows = exchanges(name)
    assert len(rows) == len(examine(name).scene.exchanges)
    owners = {row["id"]: row for row in connections(name)}
    counted = Counter(row["connection"] for row in rows)
    assert counted == {c: row["exchanges"] for c, row in owners.items() if row["exchanges"]}
    for row in rows:
        owner = owners[row["connection"]]
        for shared in ("stream", "client_address", "client_port", "server_address", "protocol"):
            assert row[shared] == owner[shared]
        assert row["answered"] == (row["response_frame"] is not None)
        assert (row["response_time"] is None) == (row["response_end_frame"] is None)
        assert not row["after_close"] or owner["used_after_close"]
    payload = {c: [0, 0] for c in owners}
    for row in rows:
        payload[row["connection"]][0] += row["request_bytes"]
        payload[row["connection"]][1] += row["response_bytes"]
    for c, (up, down) in payload.items():
        assert up <= owners[c]["bytes_to_server"]
        assert down <= owners[c]["bytes_to_client"]


def check_what_was_found(name: str) -> None:
    found = examine(name)
    cases = [(f.cause.slug, case) for f in found.findings for case in f.cases]
    expected = Counter(
        (found.subject.connection_id(case.story.connection), slug, case.claim.harmed)
        for slug, case in cases
        if case.story.exchange >= 0
    )
    rows = exchanges(name)
    said = Counter((row["connection"], row["cause"], row["harmed"]) for row in rows if row["cause"])
    assert said == expected
    assert not any(row["harmed"] for row in rows if row["cause"] is None)


def test_a_request_that_failed_is_told_as_in_the_report() -> None:
    rows = {(row["connection"], row["request_frame"]): row for row in exchanges("tomcat-stale-20s")}
    for occurrence in examine("tomcat-stale-20s").json["findings"][0]["occurrences"]:
        row = rows[occurrence["connection"], occurrence["request"]["frame"]]
        assert row["request_time"] == nanoseconds(occurrence["request"]["time"])
        assert row["idle_before_s"] == occurrence["idle_before_reuse_s"]
        assert (row["cause"], row["harmed"]) == ("stale-keep-alive", True)
        assert (row["after_close"], row["answered"], row["status"]) == (True, False, None)
        assert occurrence["request"]["summary"].startswith(f"{row['method']} ")


def test_durations_go_from_end_to_end() -> None:
    row = exchanges("tomcat-stale-20s")[0]
    assert row["idle_before_s"] is None
    assert row["response_after_s"] == (row["response_time"] - row["request_end_time"]) / 1e9
    assert row["duration_s"] == (row["response_end_time"] - row["request_time"]) / 1e9


def test_they_are_in_the_order_of_connections_and_of_time() -> None:
    rows = exchanges("server-restart")
    order = [(int(row["connection"][1:]), row["exchange"]) for row in rows]
    assert order == sorted(order)
    for (one, _), (other, number), before, after in zip(
        order[:-1], order[1:], rows[:-1], rows[1:], strict=True
    ):
        assert (number == 1) == (one != other)
        assert one != other or before["request_time"] <= after["request_time"]


def test_statuses_are_those_of_the_responses() -> None:
    found = examine("server-restart")
    rows = found.scene.exchanges.response
    said = Counter(row["status"] for row in exchanges("server-restart"))
    assert said == Counter(found.scene.status(row) for row in np.asarray(rows).tolist())


def test_an_exchange_across_rotated_files_names_both() -> None:
    rows = exchanges("rotated-1", "rotated-2")
    assert {row["request_capture"] for row in rows} == {0, 1}
    found = examine("rotated-1", "rotated-2")
    for row, index in zip(rows, source(found).exchange_rows.tolist(), strict=True):
        for prefix in ("request", "request_end", "response", "response_end"):
            place = int(getattr(found.scene.exchanges, prefix)[index])
            said = (row[f"{prefix}_capture"], row[f"{prefix}_frame"], row[f"{prefix}_time"])
            if place < 0:
                assert said == (None, None, None)
            else:
                subject = found.subject
                time_ns = found.scene.time_ns(place)
                assert said == (subject.capture(place), subject.frame(place), time_ns)
