"""`netdiag explain`: the manual of every cause that netdiag can name.

From the shelf of causes, whose docstrings are the manual; how a manual is laid out on the page is
left to `netdiag.cli.manual`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netdiag.cli.options import language_option
from netdiag.cli.output import write
from netdiag.language import ENGLISH, N_, _, current

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from netdiag.diagnosis.causes import Cause

_MEANING = {
    "error": N_("ERROR: a request was harmed"),
    "warning": N_("WARNING: no request was harmed yet, but one will be"),
    "info": N_("INFO: worth knowing, nothing wrong"),
}


def _complete(_ctx: click.Context, _param: click.Parameter, start: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - seldom needed

    return [
        CompletionItem(cause.slug, help=cause.title)
        for cause in _shelf()
        if cause.slug.startswith(start)
    ]


@click.command(short_help="Explain a cause, or list them all.")
@click.argument("cause", required=False, shell_complete=_complete)
@language_option
@click.pass_context
def explain(ctx: click.Context, cause: str | None) -> None:
    """Print the manual of a CAUSE, such as stale-keep-alive; without one, list them all."""
    causes = {entry.slug: entry for entry in _shelf()}
    if cause is None:
        write(_list(tuple(causes.values())), None)
    elif cause in causes:
        write(_manual(causes[cause]), None)
    else:
        raise click.UsageError(f"no cause '{cause}'; {_nearest(cause, list(causes))}", ctx)


def _shelf() -> tuple[Cause, ...]:
    from netdiag.diagnosis.causes import CAUSES  # noqa: PLC0415 - not needed for --help

    return CAUSES


def _list(causes: tuple[Cause, ...]) -> str:
    width = max((len(cause.slug) for cause in causes), default=0)
    blocks = []
    for severity, meaning in _MEANING.items():
        entries = [cause for cause in causes if cause.severity == severity]
        if entries:
            lines = [_hang(f"  {cause.slug:<{width}}  ", _(cause.title)) for cause in entries]
            blocks.append("\n".join([_(meaning), *lines]))
    return "\n\n".join([*blocks, _("Read on with: netdiag explain CAUSE")]) + "\n"


def _hang(head: str, text: str) -> str:
    import textwrap  # noqa: PLC0415 - not needed for --help

    from netdiag.cli.manual import WIDTH  # noqa: PLC0415
    from netdiag.language.lines import is_wide, wrap  # noqa: PLC0415

    if is_wide(text):
        return f"\n{' ' * len(head)}".join(wrap(head + text, WIDTH))
    return textwrap.fill(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))


def _manual(cause: Cause) -> str:
    from netdiag.cli.manual import lay_out  # noqa: PLC0415 - not needed for --help
    from netdiag.diagnosis.causes.manual import translated  # noqa: PLC0415

    title = f"{cause.slug} ({cause.severity}): {_(cause.title)}"
    manual = cause.manual if current() == ENGLISH else translated(cause.manual)
    return f"{lay_out(title)}\n{lay_out(manual)}"


def _nearest(word: str, slugs: list[str]) -> str:
    import difflib  # noqa: PLC0415 - only for misspelt words

    near = difflib.get_close_matches(word.lower(), slugs, n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return "'netdiag explain' lists them all"
