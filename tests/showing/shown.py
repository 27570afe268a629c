"""Views of connections of recorded and scripted captures."""

from __future__ import annotations

from typing import Any

from netdiag.analysis import Examination, Options
from netdiag.report.connection_view import ConnectionView
from netdiag.showing import Wanted, show
from tests.recorded import Examined, examine, recorded


def shown(found: Examined, connection: str = "c1", paths: Any = (), **more: Any) -> ConnectionView:
    """What `show` makes of it; `paths` only if frames are taken apart."""
    examination = Examination(found.subject, found.findings, Options())
    return show(examination, paths, Wanted(connection, **more))


def shown_of(name: str, connection: str = "c1", **more: Any) -> ConnectionView:
    """The same of a recorded capture."""
    return shown(examine(name), connection, [recorded(name).path], **more)
