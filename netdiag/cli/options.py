"""Options that several commands share, each a decorator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from netdiag.language import LANGUAGES, preferred, speaking

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_SELECTION = (
    click.option("--server", metavar="HOST[:PORT]", help="Only connections to this server."),
    click.option("--client", metavar="HOST", help="Only connections from this client."),
    click.option("--port", type=click.IntRange(1, 65535), help="Only connections to this port."),
    click.option("--since", metavar="T", help="Only what happened at or after T."),
    click.option("--until", metavar="T", help="Only what happened at or before T."),
)


def selection_options(command: Decorated) -> Decorated:
    """What to look at; the command passes it on to `netdiag.analysis.Options` by these names."""
    for option in reversed(_SELECTION):
        command = option(command)
    return command


def jobs_option(command: Decorated) -> Decorated:
    """How many processes read the captures; None for what they are worth."""
    return click.option(
        "--jobs",
        metavar="N",
        type=click.IntRange(1),
        help="Read several captures in N processes.  [default: one a core for large ones]",
    )(command)


def dask_option(command: Decorated) -> Decorated:
    """Which cluster reads the captures; None for this machine."""
    return click.option(
        "--dask",
        metavar="ADDRESS",
        help="Read them on a Dask cluster: tcp://HOST:8786, or 'local'.",
    )(command)


_LOGS = (
    click.option(
        "--log",
        "logs",
        metavar="FILE",
        multiple=True,
        type=click.Path(),
        help="Say which lines of this log are which failures; can be repeated.",
    ),
    click.option(
        "--log-timezone",
        metavar="ZONE",
        help="Zone of times in logs that name none: UTC, +02:00 or Europe/Berlin.",
    ),
)


def log_options(command: Decorated) -> Decorated:
    """Logs to lay over the capture; passed on to `netdiag.analysis.Options` by these names."""
    for option in reversed(_LOGS):
        command = option(command)
    return command


def output_options(formats: Sequence[str], what: str) -> Callable[[Decorated], Decorated]:
    """How to write `what` (``format_name``; the first if none is named), and where (``output``)."""

    def decorate(command: Decorated) -> Decorated:
        for option in (
            click.option(
                "-o",
                "--output",
                metavar="FILE",
                type=click.Path(),
                help="Write to FILE instead of standard output ('-').",
            ),
            click.option(
                "--format",
                "format_name",
                type=click.Choice(formats),
                default=formats[0],
                show_default=True,
                help=f"How to write {what}.",
            ),
        ):
            command = option(command)
        return command

    return decorate


def language_option(command: Decorated) -> Decorated:
    """The language of everything that the command writes but its errors.

    It is set before the command runs; the command itself has no argument for it.
    """
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        callback=_speak,
        expose_value=False,
        is_eager=True,
        help="Language of the report.  [default: the locale's, else en]",
    )(command)


def _speak(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    ctx.with_resource(speaking(preferred() if value is None else value))
