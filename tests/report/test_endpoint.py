"""What a report says of servers and clients agrees with itself."""

from __future__ import annotations

import pytest
from msgspec.structs import asdict

from tests.recorded import examine

NAMES = ["tomcat-stale-20s", "race-client", "mariadb-idle-reset", "server-restart", "masquerade"]


@pytest.mark.parametrize("name", NAMES)
def test_every_connection_of_a_server_ended_in_one_way(name: str) -> None:
    for server in examine(name).report.servers:
        assert sum(asdict(server.closes).values()) == server.connections


@pytest.mark.parametrize("name", NAMES)
def test_an_estimate_lies_in_its_range(name: str) -> None:
    report = examine(name).report
    timeouts = [end.idle_timeout for end in (*report.servers, *report.clients)]
    known = [timeout for timeout in timeouts if timeout and timeout.estimate_s is not None]
    assert known
    for timeout in known:
        assert (timeout.low_s or 0) <= (timeout.estimate_s or 0)
        assert timeout.high_s is None or (timeout.estimate_s or 0) <= timeout.high_s
