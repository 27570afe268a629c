"""`Cause`, an entry of the shelf of causes, and `Claim`, what it says of one connection."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from netdiag.diagnosis.story import Story


class Claim(Struct, frozen=True):
    """One cause's word on one connection.

    Attributes:
        harmed: a request in this capture was lost, cut off, or answered only after a retry.
        confidence: ``high``, ``medium`` or ``low``.
    """

    harmed: bool
    confidence: str


class Cause(Struct, frozen=True):
    """One entry of the shelf, made from its module.

    Attributes:
        slug: its name in reports, which never changes.
        title: what is wrong, in a few words.
        severity: of a finding with a harmed request; ``error``, ``warning`` or ``info``.
        harmless: severity of a finding in which no request was harmed.
        manual: the module's docstring: what it is, what tells it from its look-alikes, the cure.
        explains: whether it explains a connection's story, and how surely.
    """

    slug: str
    title: str
    severity: str
    harmless: str
    manual: str
    explains: Callable[[Story], Claim | None]

    @classmethod
    def of(cls, module: ModuleType) -> Cause:
        """The entry that a module of the shelf describes."""
        return cls(
            slug=module.SLUG,
            title=module.TITLE,
            severity=module.SEVERITY,
            harmless=module.HARMLESS,
            manual=inspect.getdoc(module) or "",
            explains=module.explains,
        )


def confidence_of(story: Story, proven: bool) -> str:
    """How sure a claim is whose one decisive observation is `proven` or only likely."""
    if not proven:
        return "low"
    return "high" if story.syn_seen else "medium"
