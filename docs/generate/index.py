"""The first page of the reference: what is where."""

from __future__ import annotations

_INDEX = """\
# Reference

All pages here are made from the code when the documentation is built.

| what you look for | page |
| --- | --- |
| what a command does, and its options | [Commands](commands/index.md) |
| what a cause means, its look-alikes and its cure | [Causes](causes/index.md) |
| which program writes a log line, and when | [Log lines](symptoms.md) |
| which product has an idle timeout of so many seconds | [Known timeouts](timeouts.md) |
| a product's settings, habits and remedies | [Products](products/index.md) |
| a key of the JSON report; the report's formats | [Reports](report.md) |
| a column of the exported tables | [Exported tables](tables.md) |
| what netdiag can read | [Formats and protocols](protocols.md) |
| a capture to try it on | [Recorded captures](captures.md) |

```{toctree}
:hidden:

commands/index
causes/index
symptoms
timeouts
products/index
report
tables
protocols
captures
```
"""


def pages() -> dict[str, str]:
    """The one page."""
    return {"index.md": _INDEX}
