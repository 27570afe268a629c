"""A page a cause, from its module's docstring, and one that lists them.

The headings and words are those that `netdiag explain` prints. Added are links between causes
that look alike, the recorded captures that show the cause, and what netdiag says of one of them.
"""

from __future__ import annotations

import re

from docs.generate.fixtures import Fixture, fixtures
from docs.generate.markdown import code, prose, table, with_rfcs
from netdiag.diagnosis.causes import CAUSES, Cause

SEVERITIES = {
    "error": "a request was harmed",
    "warning": "no request was harmed, but one will be",
    "info": "worth knowing, nothing wrong",
}
_SLUGS = re.compile(rf"(?<![\w-])({'|'.join(cause.slug for cause in CAUSES)})(?![\w-])")


def pages() -> dict[str, str]:
    """The list, and a page for each entry of the shelf."""
    made = {f"causes/{cause.slug}.md": _page(cause) for cause in CAUSES}
    return {"causes/index.md": _index(), **made}


def look_alikes(cause: Cause) -> list[str]:
    """Slugs of the causes that its manual names as looking like it."""
    alike = cause.manual.split("## Look-alikes")[1].split("\n## ")[0]
    return list(dict.fromkeys(slug for slug in _SLUGS.findall(alike) if slug != cause.slug))


def _index() -> str:
    rows = [
        (f"[{cause.slug}]({cause.slug}.md)", prose(_meaning(cause)), _links(look_alikes(cause)))
        for cause in CAUSES
    ]
    entries = "\n".join(cause.slug for cause in CAUSES)
    return f"""# Causes

A connection gets the first cause of this list that explains it, so what explains more comes first.
On the command line, `netdiag explain CAUSE` prints the same pages.

{table(("cause", "what it means", "looks like"), rows)}
```{{toctree}}
:hidden:

{entries}
```
"""


def _page(cause: Cause) -> str:
    severities = dict.fromkeys((cause.severity, cause.harmless))
    meaning = "; ".join(f"**{name}**: {SEVERITIES[name]}" for name in severities)
    lead, manual = cause.manual.split("\n\n", 1)
    return f"""# {cause.slug}

{prose(lead)}

Severity: {meaning}. On the command line: `netdiag explain {cause.slug}`.

{_manual(manual, cause)}
{_recorded(cause)}"""


def _manual(text: str, cause: Cause) -> str:
    lines = []
    for line in text.splitlines():
        is_heading = line.startswith("## ")
        lines.append(line if is_heading else with_rfcs(_linked(prose(line), cause)))
    return "\n".join(lines) + "\n"


def _linked(text: str, cause: Cause) -> str:
    def link(found: re.Match[str]) -> str:
        return found[0] if found[1] == cause.slug else f"[{found[1]}]({found[1]}.md)"

    return _SLUGS.sub(link, text)


def _recorded(cause: Cause) -> str:
    shown = [f for f in fixtures() if cause.slug in (*f.causes, *f.worth_knowing)]
    if not shown:
        return ""
    example = min(shown, key=lambda f: (cause.slug not in f.causes[:1], f.size_bytes))
    harms = cause.slug in example.causes
    part = ":until: SERVERS" if harms else ":begin: ALSO FOUND\n:until: WHAT THIS CAPTURE"
    rows = [(code(f.name), prose(f.description), prose(", ".join(f.products))) for f in shown]
    return f"""## Recorded captures that show it

In a clone of the repository, `fixtures/pcaps/` has {_count(shown)}:

{table(("capture", "what happens", "products"), rows)}
What netdiag says of {code(example.name)}:

```{{run}} netdiag analyze {example.path}
{part}
```
"""


def _count(shown: list[Fixture]) -> str:
    return "one" if len(shown) == 1 else f"{len(shown)} of them"


def _meaning(cause: Cause) -> str:
    return cause.manual.split("\n\n", 1)[0].removesuffix(".")


def _links(slugs: list[str]) -> str:
    return ", ".join(f"[{slug}]({slug}.md)" for slug in slugs)
