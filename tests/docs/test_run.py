"""Commands on pages run as a reader would run them, and show what is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from docs.run import CommandError, Desk, Shown, desk

TEXT = "first\n\nWHAT\n  one\n  two\n\nHOW\n  three\n"


@pytest.fixture
def a_desk() -> Iterator[Desk]:
    with desk({}) as made:
        yield made


def test_a_part_is_cut_out_and_what_is_left_out_is_marked() -> None:
    shown = Shown("netdiag", TEXT, 0)
    assert shown.cut() == TEXT.rstrip()
    assert shown.cut(begin="WHAT", until="HOW") == "…\nWHAT\n  one\n  two\n…"
    assert shown.cut(begin="HOW") == "…\nHOW\n  three"
    assert shown.cut(head=1) == "first\n…"


def test_a_part_that_is_not_there_is_an_error() -> None:
    shown = Shown("netdiag x", TEXT, 0)
    with pytest.raises(CommandError, match="no line that begins with 'WHY'"):
        shown.cut(begin="WHY")
    with pytest.raises(CommandError, match="nothing to show"):
        Shown("netdiag x", "\n", 0).cut()


def test_a_command_runs_beside_the_captures_and_what_was_written_before(a_desk: Desk) -> None:
    a_desk.run("netdiag analyze fixtures/pcaps/stale.pcapng --format json -o report.json")
    assert (a_desk.folder / "report.json").stat().st_size > 0
    shown = a_desk.run("netdiag explain no-such-cause")
    assert shown.status == 2
    assert "no cause" in shown.text
    assert a_desk.run("netdiag explain no-such-cause") is shown


def test_only_netdiag_is_run(a_desk: Desk) -> None:
    with pytest.raises(CommandError, match="only commands of netdiag"):
        a_desk.run("rm -r fixtures")


def test_what_a_clear_desk_has_shown_is_not_run_again() -> None:
    known = Shown("netdiag explain", "known\n", 0)
    with desk({"netdiag explain": known}) as clear:
        assert clear.run("netdiag explain") is known
        assert list(clear.elsewhere) == ["netdiag explain"]
    with desk({"netdiag explain": known}) as used:
        (used.folder / "notes").write_text("x")
        assert used.run("netdiag explain") is not known
