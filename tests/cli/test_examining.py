"""Running an analysis for a command."""

from __future__ import annotations

import gc

from netdiag.cli.examining import run_analysis, run_examination
from tests.recorded import PCAPS


def test_both_find_the_same() -> None:
    captures = [PCAPS / "tomcat-stale-20s.pcap"]
    report = run_analysis(captures, {"port": 18082})
    examination = run_examination(captures, {"port": 18082})
    assert report.verdict.cause == "stale-keep-alive"
    assert examination.report() == report
    assert examination.options.port == 18082


def test_what_was_chosen_is_passed_on() -> None:
    report = run_analysis([PCAPS / "tomcat-stale-20s.pcap"], {"port": 1})
    assert (report.verdict.cause, report.connections_total) == ("none", 0)


def test_several_processes_find_the_same() -> None:
    captures = [PCAPS / "rotated-1.pcap", PCAPS / "rotated-2.pcap"]
    assert run_analysis(captures, {"jobs": 2}) == run_analysis(captures, {"jobs": 1})
    examination = run_examination(captures, {"jobs": 2, "port": 18082})
    assert examination.options.port == 18082


def test_garbage_is_looked_for_again_but_not_in_modules() -> None:
    frozen = gc.get_freeze_count()
    try:
        run_analysis([PCAPS / "tomcat-stale-20s.pcap"], {})
        assert gc.isenabled()
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
