"""`--redact`: the options of it that commands share, and the `Redactor` that they ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from netdiag.redaction import Redactor

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def redaction_options(command: Decorated) -> Decorated:
    """Adds `redact` and `redact_key`, which are for `chosen_redactor`."""
    key = click.option(
        "--redact-key",
        metavar="FILE",
        type=click.Path(),
        help="Key of --redact: as in other outputs made with it; made where there is none.",
    )
    redact = click.option(
        "--redact",
        is_flag=True,
        help="Replace addresses, names and paths by stand-ins, and mask what else may be private.",
    )
    return redact(key(command))


def chosen_redactor(redact: bool, redact_key: str | None) -> Redactor | None:
    """The redaction that was asked for; None without one.

    Raises:
        RedactionKeyError: the key's file can't be used.
        click.UsageError: there is a key, and nothing to be redacted.
    """
    if not redact:
        if redact_key is not None:
            raise click.UsageError("--redact-key is of use with --redact only")
        return None
    from netdiag.redaction import Redactor  # noqa: PLC0415 - brings numpy along
    from netdiag.redaction.keys import key_of_file  # noqa: PLC0415

    return Redactor(None if redact_key is None else key_of_file(Path(redact_key)))
