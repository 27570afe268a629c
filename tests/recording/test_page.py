"""A plan as lines to read and to paste."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import PurePath

import pytest

from netdiag.language import speaking
from netdiag.recording.page import WIDTH, analyze_line, plan_text
from netdiag.recording.plan import Wanted, plan
from tests.conftest import Golden
from tests.recorded import PCAPS

BOTH = Wanted(hosts=("10.0.2.2",), ports=(8080,), duration_s=600)


def commands(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_both_ends(golden: Golden) -> None:
    golden("both-ends.txt", plan_text(plan(BOTH)))


def test_what_is_no_comment_is_a_command() -> None:
    client, server, analyze = commands(plan_text(plan(BOTH)))
    assert shlex.split(client)[:3] == ["timeout", "10m", "tcpdump"]
    assert shlex.split(server)[-1] == "tcp and host 10.0.2.2 and port 8080"
    assert analyze == (
        "netdiag analyze /var/tmp/netdiag-client.pcap* /var/tmp/netdiag-server.pcap*"
    )


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_comments_fit_the_page(language: str) -> None:
    with speaking(language):
        text = plan_text(plan(BOTH))
    prose = [line for line in text.splitlines() if line.startswith("# ") and line[2:4] != "  "]
    assert all(len(line) <= WIDTH for line in prose)
    assert any("chronyc" in line for line in prose)


def test_only_what_concerns_this_plan_is_said() -> None:
    alone = plan_text(plan(Wanted(ends=(), ports=(80,))))
    assert alone.startswith("# On this host, as root:\ntcpdump -i any")
    assert "timeout" not in alone
    assert "chronyc" not in alone
    assert "load balancer" not in alone
    assert "-Z root" not in alone
    assert "all TCP" in plan_text(plan(Wanted()))


def test_a_path_is_quoted_but_for_the_star() -> None:
    made = plan(Wanted(ends=(), output=PurePath("/srv/my dumps/x.pcap")))
    assert analyze_line(made) == "netdiag analyze '/srv/my dumps/x.pcap'*"


@pytest.mark.skipif(shutil.which("tcpdump") is None, reason="tcpdump is not installed")
@pytest.mark.parametrize(
    "wanted", [BOTH, Wanted(), Wanted(hosts=("::1", "10.0.0.1"), ports=(1, 2), vlan=True)]
)
def test_every_filter_is_one(wanted: Wanted) -> None:
    for line in commands(plan_text(plan(wanted)))[:-1]:
        *_, packets = shlex.split(line)
        given = ["tcpdump", "-d", "-r", str(PCAPS / "nginx-stale.pcap"), packets]
        assert subprocess.run(given, capture_output=True, check=False).returncode == 0
