"""`netdiag capture`: the options, and what is refused."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from netdiag.cli import main
from netdiag.cli import recording as recording_module
from netdiag.recording.run import Recording, Totals


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["capture", *arguments], prog_name="netdiag")


def commands(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [line for line in result.stdout.splitlines() if line and not line.startswith("#")]


def test_both_ends_are_the_default() -> None:
    client, server, analyze = commands(run("--host", "10.0.2.2", "--port", "8080"))
    assert shlex.split(client)[-2:] == [
        *("/var/tmp/netdiag-client.pcap", "tcp and host 10.0.2.2 and port 8080"),
    ]
    assert "netdiag-server.pcap" in server
    assert analyze.startswith("netdiag analyze ")


def test_every_option_arrives() -> None:
    line, _ = commands(
        run(
            *("--host", "::1", "--host=10.0.0.1", "--port=1", "--port=2", "--interface=eth0"),
            *("--duration=90s", "--at=client", "-o", "/srv/x.pcap", "--size=100M"),
            *("--snap-length=96", "--vlan"),
        )
    )
    one = "tcp and (host ::1 or host 10.0.0.1) and (port 1 or port 2)"
    assert shlex.split(line) == [
        *("timeout", "90s", "tcpdump", "-i", "eth0", "-s", "96", "-n", "-U", "-Z", "root"),
        *("-B", "16384", "-C", "5", "-W", "20", "-w", "/srv/x.pcap"),
        f"({one}) or (vlan and {one})",
    ]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--host", "-w"], "--host: expected an IP address"),
        (["--host", "10.0.0.1 or port 22"], "--host: expected an IP address"),
        (["--port", "0"], "0 is not in the range"),
        (["--interface", "-Z"], "--interface: expected"),
        (["--duration", "soon"], "--duration: expected a duration"),
        (["--size", "1k"], "--size: expected at least 1M"),
        (["--output", "a\nb"], "--output: expected"),
        (["--vlan"], "--vlan needs an --interface"),
        (["--analyze"], "--analyze needs --run"),
        (["--run", "--at", "both"], "on this host alone"),
        (["--run", "-o", "/nowhere/at/all/x.pcap"], "there is no directory"),
        (["--bogus"], "No such option"),
    ],
)
def test_what_is_refused_is_one_line(arguments: list[str], complaint: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert complaint in result.stderr


def test_a_run_hands_its_files_to_analyze(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorded = Path(__file__).parents[2] / "fixtures" / "pcaps" / "nginx-stale.pcap"
    monkeypatch.setattr(recording_module, "check_host", lambda *_: None)
    monkeypatch.setattr(
        recording_module,
        "record",
        lambda *_: Recording((recorded,), Totals(captured=70, dropped=0), 2.0, "time"),
    )
    result = run("--run", "--port", "80", "-o", str(tmp_path / "x"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"netdiag analyze {recorded}" in result.stderr
    analyzed = run("--run", "--port", "80", "-o", str(tmp_path / "x"), "--analyze")
    assert analyzed.exit_code == 0
    assert analyzed.stdout.startswith("stale-keep-alive  error")
