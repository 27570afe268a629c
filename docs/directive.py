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
        self.env.note_reread()  # the command may print something else next time
        try:
            shown = _desk(self.env).run(self.arguments[0])
            self._check_status(shown)
            if "hidden" in self.options:
                return []
            part = shown.cut(*(self.options.get(key) for key in ("begin", "until", "head")))
        except CommandError as error:
            raise self.error(str(error)) from None
        blocks = [self._block(f"$ {shown.command}", "console"), self._block(part, "text")]
        return [nodes.container("", *blocks, classes=["run"])]

    def _block(self, text: str, language: str) -> nodes.Node:
        block = nodes.literal_block(text, text, language=language)
        self.set_source_info(block)
        return block

    def _check_status(self, shown: Shown) -> None:
        expected = self.options.get("status", 0)
        if shown.status != expected:
            raise CommandError(
                f"'{shown.command}' ends with {shown.status}, not {expected}: {shown.text[:500]}"
            )


_open: dict[str, tuple[ExitStack, Desk]] = {}
_elsewhere: dict[str, Shown] = {}


def _desk(env: BuildEnvironment) -> Desk:
    """The desk of the page that is being read."""
    if env.docname not in _open:
        stack = ExitStack()
        _open[env.docname] = (stack, stack.enter_context(desk(_elsewhere)))
    return _open[env.docname][1]


def _clear(app: Sphinx, _: nodes.document) -> None:
    """Clear the desk of a page away that has been read."""
    if app.env.docname in _open:
        _open.pop(app.env.docname)[0].close()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("run", Run)
    app.connect("doctree-read", _clear)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
