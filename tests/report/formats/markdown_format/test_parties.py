"""Servers and clients."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.report.formats.markdown_format import parties
from tests.report.example import EXAMPLE

from .conftest import Write


def test_facts_are_lists(write: Write) -> None:
    text = write(parties.write, EXAMPLE)
    assert "### Servers\n\n`10.77.145.107:10072` (http/1, `Apache-Coyote/1.1`)\n\n- " in text
    assert "- idle timeout: 20.01 s (from 19.4 s to 20.016 s), high confidence\n" in text
    assert "### Clients\n\n`10.0.0.5` (`Apache-HttpClient/4.5.12`)\n\n" in text


def test_of_many_the_first_are_listed(write: Write) -> None:
    many = replace(EXAMPLE, servers=EXAMPLE.servers * 11, clients=EXAMPLE.clients * 9)
    text = write(parties.write, many)
    assert text.count("`10.77.145.107:10072`") == 8
    assert "and 3 more servers, listed in the JSON report" in text
    assert text.endswith("and 1 more client, listed in the JSON report")


def test_nobody(write: Write) -> None:
    assert write(parties.write, replace(EXAMPLE, servers=(), clients=())) == ""
