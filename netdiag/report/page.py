"""`Page`: what a text report will be shown on, as far as its format has to know."""

from __future__ import annotations

from msgspec import Struct


class Page(Struct, frozen=True):
    """What the reader's screen or file can show.

    Attributes:
        width: columns; no line is longer.
        colour: whether ANSI colours are understood and wanted.
        unicode: whether box drawing, arrows and the text of the capture can be shown as they are;
            otherwise everything is ASCII.
    """

    width: int = 80
    colour: bool = False
    unicode: bool = True


PLAIN = Page()
