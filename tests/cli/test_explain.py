"""`netdiag explain`."""

from __future__ import annotations

from click.shell_completion import ShellComplete

from netdiag.cli import main
from tests.cli.stub import SHELF

from .conftest import Calls, Run


def test_the_list(run: Run) -> None:
    result = run("explain")
    assert result.exit_code == 0
    assert result.stdout == (
        "ERROR: a request was harmed\n"
        "  stale-keep-alive  a request on a connection that the server had closed\n"
        "  keep-alive-race   a request and a close that crossed\n"
        "\n"
        "WARNING: no request was harmed yet, but one will be\n"
        "  close-wait-leak   connections kept in CLOSE_WAIT after the server has ended\n"
        "                    them, all of them\n"
        "\n"
        "Read on with: netdiag explain CAUSE\n"
    )


def test_a_manual(run: Run) -> None:
    result = run("explain", "stale-keep-alive")
    assert result.exit_code == 0
    assert result.stdout == (
        "stale-keep-alive (error): a request on a connection that the server had closed\n"
        "\n"
        "The server ended an idle connection, and the client sent a request on it.\n"
        "\n"
        "WHAT THE WIRE SHOWS\n"
        "\n"
        "- a FIN of the server after the idle timeout, which the client's kernel\n"
        "  acknowledges;\n"
        "- a request.\n"
        "\n"
        "WHAT TO DO\n"
        "\n"
        "    pool.setValidateAfterInactivity(1_000);\n"
    )


def test_a_misspelt_cause(run: Run) -> None:
    result = run("explain", "stale-keepalive")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "no cause 'stale-keepalive'; did you mean stale-keep-alive" in result.stderr


def test_nothing_like_a_cause(run: Run) -> None:
    result = run("explain", "xyzzy")
    assert result.exit_code == 2
    assert "'netdiag explain' lists them all" in result.stderr


def test_causes_are_completed(calls: Calls) -> None:
    completion = ShellComplete(main, {}, "netdiag", "_NETDIAG_COMPLETE")
    items = completion.get_completions(["explain"], "k")
    assert [(item.value, item.help) for item in items] == [(SHELF[1].slug, SHELF[1].title)]
