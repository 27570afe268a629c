"""A product's page says what its data file says."""

from __future__ import annotations

from docs.generate.products import pages

PAGES = pages()


def test_a_page_has_settings_habits_and_remedies() -> None:
    page = PAGES["products/nginx.md"]
    assert "| keepalive\\_timeout (http, server, location) | idle time | 75 s |" in page
    assert "## How it acts as a server" in page
    assert "keepalive_timeout 60000ms;" in page
    assert "versions \\<1.19.10" in page


def test_what_no_header_names_says_why() -> None:
    assert "No header names it: it passes TCP on." in PAGES["products/aws-nlb.md"]


def test_a_language_without_a_lexer_is_plain_text() -> None:
    assert "```haproxy" not in PAGES["products/haproxy.md"]
    assert "```java\n" in PAGES["products/apache-httpclient-4.md"]
