"""The walk through a report's fields."""

from __future__ import annotations

import pytest
from msgspec import Struct

from netdiag.redaction.reports.fields import redacted, texts
from netdiag.redaction.reports.policy import Policy
from netdiag.report.model import Producer
from netdiag.report.next_capture import NextCapture
from tests.report.example import EXAMPLE


class Surprise(Struct, frozen=True):
    """What nobody has thought of."""

    name: str = "bob"


class Numbers(Struct, frozen=True):
    """What tells nothing of anybody."""

    count: int = 3
    share: float | None = None
    inner: tuple[Producer, ...] = ()


def test_a_field_without_a_policy_is_unknown() -> None:
    assert list(texts(Surprise())) == [(Policy.UNKNOWN, "bob", Surprise())]
    assert redacted(Surprise(), {Policy.UNKNOWN: lambda _, __: "?"}) == Surprise("?")


def test_a_value_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Numbers\.share is a dict"):
        redacted(Numbers(share={}), {})  # type: ignore[arg-type]  # that is what is tested


def test_texts_are_masked_wherever_they_are() -> None:
    masks = {Policy.KEPT: lambda text, _: text, Policy.SENTENCE: lambda text, _: text.upper()}
    value = NextCapture("here", "because", "ls")
    assert redacted(value, masks) == NextCapture("HERE", "BECAUSE", "LS")
    assert redacted(Numbers(inner=(Producer("1"),)), masks) == Numbers(inner=(Producer("1"),))


def test_every_text_is_found() -> None:
    found = [text for _, text, _ in texts(EXAMPLE)]
    assert "incident.pcap" in found
    assert len(found) > 150
