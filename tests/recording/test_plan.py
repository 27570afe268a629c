"""What to run on which host."""

from __future__ import annotations

from pathlib import PurePath

from netdiag.recording.plan import Wanted, plan


def paths(wanted: Wanted) -> list[str]:
    return [str(step.command.path) for step in plan(wanted).steps]


def test_both_ends_have_a_command_each() -> None:
    made = plan(Wanted(hosts=("10.0.0.1",), ports=(80,), duration_s=60))
    assert [step.end for step in made.steps] == ["client", "server"]
    assert {step.command.packets for step in made.steps} == {"tcp and host 10.0.0.1 and port 80"}
    assert {step.command.duration_s for step in made.steps} == {60}
    assert made.patterns == ("/var/tmp/netdiag-client.pcap*", "/var/tmp/netdiag-server.pcap*")


def test_one_end_or_none() -> None:
    assert paths(Wanted(ends=("server",))) == ["/var/tmp/netdiag-server.pcap"]
    assert paths(Wanted(ends=())) == ["/var/tmp/netdiag.pcap"]


def test_a_path_of_ones_own() -> None:
    output = PurePath("/srv/dumps/case.pcap")
    assert paths(Wanted(output=output)) == [
        *("/srv/dumps/case-client.pcap", "/srv/dumps/case-server.pcap"),
    ]
    assert paths(Wanted(output=output, ends=())) == [str(output)]
    assert paths(Wanted(output=output, ends=("client",))) == [str(output)]


def test_root_stays_root_only_where_it_must() -> None:
    (plain,) = plan(Wanted(ends=())).steps
    (own,) = plan(Wanted(ends=(), output=PurePath("/srv/x"))).steps
    assert "-Z" not in plain.command.options
    assert own.command.options[-2:] == ("-Z", "root")
