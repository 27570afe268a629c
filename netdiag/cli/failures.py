"""`OneLineGroup`: a command group in which every failure ends as one line and an exit status.

Made from click's group: errors of the program, of the system, of usage, and bugs all come by here,
and none of them leaves as a traceback (unless NETDIAG_DEBUG asks for it). What each command does,
and what it returns when it succeeds, is left to the commands.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from netdiag.cli.exit_status import ExitStatus
from netdiag.cli.signals import ToldToEnd, stay_to_the_end, told_of_signals
from netdiag.errors import NetdiagError
from netdiag.report.escape import visible

DEBUG_VARIABLE = "NETDIAG_DEBUG"


class OneLineGroup(click.Group):
    """A group whose `main` never shows a traceback and knows the exit statuses of netdiag."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command and exit, with the `ExitStatus` that it returned or failed with."""
        try:
            with told_of_signals():
                status = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            if not standalone_mode:
                return status
        except click.ClickException as error:
            if not standalone_mode:
                raise
            _say(_usage_message(error))
            status = ExitStatus.COULD_NOT
        except click.Abort:
            _say("interrupted")
            status = ExitStatus.INTERRUPTED
        except OSError as error:  # of --help and --version, which click itself writes
            from netdiag.cli.output import discard_stdout  # noqa: PLC0415 - seldom needed

            discard_stdout()
            _say(f"cannot write to standard output: {error.strerror or error}")
            status = ExitStatus.COULD_NOT
        except ToldToEnd as told:
            stay_to_the_end()
            with suppress(OSError):  # the terminal may be what has gone
                _say("terminated")
            status = told.status
        sys.exit(status or ExitStatus.ANALYSED)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; failures that aren't click's become a line and a status here."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            return ExitStatus.BROKEN_PIPE
        except KeyboardInterrupt:
            _say("interrupted")
            return ExitStatus.INTERRUPTED
        except (NetdiagError, OSError) as error:
            _show_traceback_if_asked()
            _say(str(error) or type(error).__name__)
        except MemoryError:
            _show_traceback_if_asked()
            _say("out of memory; look at less of the capture with --since and --until")
        except Exception as error:
            if not _show_traceback_if_asked():
                _say(
                    f"this is a bug in netdiag ({type(error).__name__}: {error}); "
                    f"set {DEBUG_VARIABLE}=1 to see the traceback, and please report it"
                )
        return ExitStatus.COULD_NOT

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a capture in its place gets a hint at the command that was meant."""
        if args and self.get_command(ctx, args[0]) is None and Path(args[0]).exists():
            raise click.UsageError(
                f"'{args[0]}' is a file, not a command; use 'netdiag analyze {args[0]}'", ctx
            )
        return super().resolve_command(ctx, args)


def _usage_message(error: click.ClickException) -> str:
    message = error.format_message()
    if isinstance(error, click.UsageError) and error.ctx is not None:
        message = f"{message.rstrip('.')} (see '{error.ctx.command_path} --help')"
    return message


def _say(message: str) -> None:
    """Write one line to standard error; what it quotes may hold anything, newlines included."""
    click.echo(f"netdiag: {visible(message)}", err=True)


def _show_traceback_if_asked() -> bool:
    if not os.environ.get(DEBUG_VARIABLE):
        return False
    import traceback  # noqa: PLC0415 - only for debugging

    for line in traceback.format_exc().rstrip("\n").split("\n"):
        click.echo(visible(line), err=True)
    return True
