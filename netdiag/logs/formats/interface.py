"""`LogFormat`: one way to write a log, as far as its lines have to be told apart."""

from __future__ import annotations

import re

from msgspec import Struct, field

from netdiag.logs.symptoms import Kinds

Access = tuple[bytes, bytes, int]
"""Method, target and status of a request."""


class LogFormat(Struct, frozen=True):
    """One format.

    Attributes:
        name: a slug.
        begins: matches the first line of an entry.
        access: finds a request in such a line: groups ``method``, ``target``, ``status``; None for
            formats that are no access logs.
        ended: finds what an access log's line says of a failure at the server behind: a group
            ``why``, to be looked up in `why`; None without.
        why: what that means for the connection to the server behind.
    """

    name: str
    begins: re.Pattern[bytes]
    access: re.Pattern[bytes] | None = None
    ended: re.Pattern[bytes] | None = None
    why: dict[bytes, Kinds] = field(default_factory=dict)

    def request(self, line: bytes) -> Access | None:
        """The request in an access log's line; None without one."""
        found = None if self.access is None else self.access.search(line)
        if found is None:
            return None
        return found["method"], found["target"], int(found["status"])

    def failure(self, line: bytes) -> Kinds | None:
        """What the line says of a failure behind the proxy that wrote it."""
        found = None if self.ended is None else self.ended.search(line)
        return None if found is None else self.why.get(found["why"])
