"""A page a command, from what click knows of it, and one of the whole program.

Usage, description, arguments, options and examples are those of `--help`; the exit statuses are
those of `netdiag.cli.exit_status`.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import click

from docs.generate.markdown import block, code, prose, table
from netdiag.cli import COMMANDS, exit_status, load, main

DOCS = Path(__file__).parent.parent
_MEMBERS = re.compile(r"((?:    #[^\n]*\n)+)((?:    \w+ = \d+\n)+)")
_VERBATIM = "\b\n"


def pages() -> dict[str, str]:
    """The program's page, and one for each command."""
    made = {f"commands/{name}.md": _page(load(name)) for name in COMMANDS}
    return {"commands/index.md": _index(), **made}


def statuses() -> list[tuple[tuple[int, ...], str]]:
    """Exit statuses that share a meaning, and the comment above them that says it."""
    found = _MEMBERS.findall(inspect.getsource(exit_status.ExitStatus))
    return [
        (
            tuple(int(number) for number in re.findall(r"= (\d+)", members)),
            " ".join(re.sub(r"^ *# ?", " ", comment, flags=re.MULTILINE).split()),
        )
        for comment, members in found
    ]


def _index() -> str:
    rows = [
        (f"[netdiag {c.name}]({c.name}.md)", prose(c.get_short_help_str(limit=200)))
        for c in map(load, COMMANDS)
    ]
    numbers = [(", ".join(map(str, values)), prose(text)) for values, text in statuses()]
    entries = "\n".join(f"netdiag {name} <{name}>" for name in COMMANDS)
    return f"""# Commands

{_described(main)}
{table(("command", "what it does"), rows)}
## Options

{_options(main, _program())}
(exit-statuses)=
## Exit statuses

Every command ends with one of these. What goes wrong is said in one line on standard error; with
the variable `NETDIAG_DEBUG` set, a traceback follows it.

{table(("status", "meaning"), numbers)}
```{{toctree}}
:hidden:

{entries}
```
"""


def _page(command: click.Command) -> str:
    name = command.name or ""
    context = click.Context(command, info_name=name, parent=_program())
    usage = command.get_usage(context).removeprefix("Usage: ")
    return f"""# netdiag {name}

{block(usage, "console")}
{_described(command)}
## Options

{_options(command, context)}
Exit statuses: see [all of them](#exit-statuses).
{_guides(name)}"""


def _described(command: click.Command) -> str:
    """The help text: paragraphs as prose, what click keeps as it is as a block."""
    made = []
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith(_VERBATIM):
            head, _, rest = paragraph.removeprefix(_VERBATIM).partition("\n")
            made.append(f"**{prose(head)}**\n\n{block(inspect.cleandoc(rest), 'console')}")
        else:
            made.append(prose(paragraph) + "\n")
    return "\n".join(made)


def _program() -> click.Context:
    """The context of `netdiag` with its settings: click remembers the names of help options."""
    return click.Context(main, info_name="netdiag", **main.context_settings)


def _options(command: click.Command, context: click.Context) -> str:
    records = [
        record
        for parameter in command.get_params(context)
        if (record := parameter.get_help_record(context)) is not None
    ]
    return table(("option", "meaning"), [(code(option), prose(text)) for option, text in records])


def _guides(name: str) -> str:
    """Links to the pages that are written by hand and use the command."""
    used = re.compile(rf"\bnetdiag {re.escape(name)}\b")
    pages = [page for page in sorted(DOCS.rglob("*.md")) if used.search(page.read_text("utf-8"))]
    written = [page for page in pages if "reference" not in page.parts]
    links = "\n".join(
        f"- {{doc}}`/{page.relative_to(DOCS).with_suffix('').as_posix()}`" for page in written
    )
    return f"\nUsed in:\n\n{links}\n" if links else ""
