"""Where to capture next, with a command that runs."""

from __future__ import annotations

import shlex
import shutil
import subprocess

import pytest

from netdiag.report.build.doubts import doubts
from netdiag.report.build.next_captures import next_captures
from netdiag.report.next_capture import NextCapture
from tests.messages import get
from tests.recorded import PCAPS, Examined, examine, names
from tests.scripted import Scripted, pooled

CLIENT, SERVER = "/var/tmp/netdiag-client.pcap", "/var/tmp/netdiag-server.pcap"


def of(found: Examined) -> tuple[NextCapture, ...]:
    finding = found.findings[0]
    return next_captures(found.subject, finding, doubts(found.subject, finding))


def lost(idle_s: float, **ends: object):  # type: ignore[no-untyped-def]
    talk = pooled(**ends).wait(idle_s).client.says(get("/x"), late=True)
    for _ in range(6):
        talk.wait(1).client.repeats(late=True)
    return talk


def test_the_end_that_is_missing_and_this_one_at_the_same_time() -> None:
    server, client = of(examine("silent-drop-client"))
    assert server.where == "on the server 10.0.2.2"
    assert server.command == (
        f"tcpdump -i any -s 256 -C 100 -W 20 -w {SERVER} 'tcp and port 18080'"
    )
    assert client.where == "on the client 10.0.1.2"
    assert "at the same time" in client.why
    assert client.command == (
        f"tcpdump -i any -s 256 -C 100 -W 20 -w {CLIENT} 'tcp and host 10.0.2.2 and port 18080'"
    )


def test_nothing_where_nothing_is_open() -> None:
    assert of(examine("nginx-stale")) == ()
    assert of(examine("server-crash-inside-response")) == ()


def test_once_more_where_it_was() -> None:
    (again,) = of(examine("mid-capture-start"))
    assert again.where == "where this capture was taken"
    assert "from before the connections begin" in again.why


def test_of_a_translated_address_only_the_port_is_known() -> None:
    for name in ("silent-drop-client", "lost-fin-client", "middlebox-reset-client"):
        assert of(examine(name))[0].command.endswith("'tcp and port 18080'")
    command = of(examine("connection-refused-remote-client"))[0].command
    assert "host 10.0.1.2" in command


def test_several_clients(scripted: Scripted) -> None:
    def resets(count: int) -> str:
        talks = [pooled(client=f"10.0.0.{10 + i}").wait(60).server.aborts() for i in range(count)]
        return shlex.split(of(scripted(*talks))[0].command)[-1]

    assert resets(1) == "tcp and host 10.0.0.10 and port 80"
    assert resets(2) == "tcp and (host 10.0.0.10 or host 10.0.0.11) and port 80"
    assert resets(4) == "tcp and port 80"


def test_many_clients_are_not_all_named(scripted: Scripted) -> None:
    talks = [lost(300, client=f"10.0.0.{10 + i}") for i in range(5)]
    _, client = of(scripted(*talks))
    assert client.where == "on the client 10.0.0.10 or 10.0.0.11 or 10.0.0.12 or 2 more"


@pytest.mark.parametrize(
    ("idle_s", "span"), [(30, "10 minutes"), (300, "100 minutes"), (3600, "20 hours")]
)
def test_long_enough_for_the_idle_time(scripted: Scripted, idle_s: float, span: str) -> None:
    assert f"for {span} or longer" in of(scripted(lost(idle_s)))[0].why


@pytest.mark.skipif(shutil.which("tcpdump") is None, reason="tcpdump is not installed")
@pytest.mark.parametrize("name", names())
def test_the_filters_are_filters(name: str) -> None:
    found = examine(name)
    for step in found.report.next_captures:
        *_, packets = shlex.split(step.command)
        given = ["tcpdump", "-d", "-r", str(PCAPS / "nginx-stale.pcap"), packets]
        run = subprocess.run(given, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr


@pytest.mark.skipif(shutil.which("tcpdump") is None, reason="tcpdump is not installed")
def test_the_filters_of_ipv6_are_filters(scripted: Scripted) -> None:
    found = scripted(lost(300, client="2001:db8::1", server="2001:db8::2"))
    _, client = of(found)
    *_, packets = shlex.split(client.command)
    assert packets == "tcp and host 2001:db8::2 and port 80"
    given = ["tcpdump", "-d", "-r", str(PCAPS / "nginx-stale.pcap"), packets]
    assert subprocess.run(given, capture_output=True, check=False).returncode == 0


def test_a_reports_commands_are_those_of_its_findings() -> None:
    for name in names():
        report = examine(name).report
        of_findings = [step for f in report.findings for step in f.next_captures]
        assert {step.command for step in of_findings} == {s.command for s in report.next_captures}
        assert len({s.command for s in report.next_captures}) == len(report.next_captures)
