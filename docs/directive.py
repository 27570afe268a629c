"""The directive `run`: a command of netdiag and what it prints, on the page.

    ```{run} netdiag analyze fixtures/pcaps/stale.pcapng
    :begin: HOW WE KNOW
    :until: SERVERS
    ```

Options: `begin` and `until` cut out a part (the line of `until` is not shown), `head` is the most
lines to show, `status` the exit status that is expected (0), `hidden` runs without showing. A
command that ends otherwise, or a part that is not there, is an error, and so fails the build.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from docs.run import CommandError, Desk, Shown, desk

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


class Run(SphinxDirective):
    """Runs its argument on the desk of its page."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        "begin": directives.unchanged_required,
        "until": directives.unchanged_required,
        "head": directives.positive_int,
        "status": directives.nonnegative_int,
        "hidden": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Give the block that shows the command, and the printed part."""
        try:
            shown = _desk(self.env).run(self.arguments[0])
            self._check_status(shown)
            if "hidden" in self.options:
                return []
            part = shown.cut(*(self.options.get(key) for key in ("begin", "until", "head")))
        except CommandError as error:
            raise self.error(str(error)) from None
        text = f"$ {shown.command}\n{part}"
        block = nodes.literal_block(text, text, language="console")
        self.set_source_info(block)
        return [block]

    def _check_status(self, shown: Shown) -> None:
        expected = self.options.get("status", 0)
        if shown.status != expected:
            raise CommandError(
                f"'{shown.command}' ends with {shown.status}, not {expected}: {shown.text[:500]}"
            )


_open = ExitStack()
_desks: dict[str, Desk] = {}


def _desk(env: BuildEnvironment) -> Desk:
    """The desk of the page that is being read."""
    if env.docname not in _desks:
        _desks[env.docname] = _open.enter_context(desk())
    return _desks[env.docname]


def _clear(*_: object) -> None:
    """Clear all desks away; a page that is read again gets a new one."""
    _open.close()
    _desks.clear()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("run", Run)
    app.connect("env-updated", _clear)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
