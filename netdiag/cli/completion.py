"""`netdiag completion`: prints the script with which a shell completes netdiag's command line.

The scripts are click's own; this only picks one.
"""

from __future__ import annotations

import os
from pathlib import PurePath

import click

from netdiag.cli.output import write

SHELLS = ("bash", "zsh", "fish")


@click.command(short_help="Print a shell completion script.")
@click.argument("shell", required=False, type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str | None) -> None:
    """Print the completion script for a shell (without SHELL: for the one in $SHELL).

    \b
    To install:
      bash  netdiag completion bash > ~/.netdiag-completion
            echo '. ~/.netdiag-completion' >> ~/.bashrc
      zsh   netdiag completion zsh > "${fpath[1]}/_netdiag"
      fish  netdiag completion fish > ~/.config/fish/completions/netdiag.fish

    Then start a new shell.
    """  # noqa: D301 - click's \b keeps the table as it is
    from click.shell_completion import get_completion_class  # noqa: PLC0415 - seldom needed

    name = shell or PurePath(os.environ.get("SHELL", "")).name
    found = get_completion_class(name) if name in SHELLS else None
    if found is None:
        raise click.UsageError(f"cannot tell the shell; name one of {', '.join(SHELLS)}", ctx)
    script = found(ctx.find_root().command, {}, "netdiag", "_NETDIAG_COMPLETE")
    # Not script.source(): that one runs bash first to ask for its version.
    write(script.source_template % script.source_vars(), None)
