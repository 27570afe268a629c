"""What of a URL may be shown."""

from __future__ import annotations

import pytest

from netdiag.capture.urls import container_of, is_url, is_web, public_name, without_secrets

AZURE = "abfss://logs@acme.dfs.core.windows.net"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("s3://bucket/x", True),
        ("a/b.pcap", False),
        ("C:/x", False),
        ("-", False),
        ("/a://b", False),
    ],
)
def test_what_is_a_url(path: str, expected: bool) -> None:
    assert is_url(path) == expected


def test_what_a_web_server_has() -> None:
    assert [is_web(url) for url in ("HTTPS://x/y", "http://x", "s3://x/y")] == [True, True, False]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "https://user:word@host:8443/a/b.pcap?X-Amz-Signature=secret#part",
            "https://host:8443/a/b.pcap",
        ),
        ("https://host:8443/a@b.pcap", "https://host:8443/a@b.pcap"),
        ("https://host?key=secret", "https://host"),
        ("ftp://user@host/a", "ftp://host/a"),
        ("s3a://AKIA:wJal/rXU+tn/FEMI@bucket/a.pcap", "s3a://bucket/a.pcap"),
        ("s3://bucket/a?.pcap", "s3://bucket/a?.pcap"),
        ("s3://bucket/10:00@host/a#1.pcap", "s3://bucket/10:00@host/a#1.pcap"),
        ("s3://", "s3://"),
        ("s3://b[ucket/x", "s3://b[ucket/x"),
        (f"{AZURE}/day/a.pcap", f"{AZURE}/day/a.pcap"),
        (f"{AZURE}/day/a.pcap?sv=1&sig=secret", f"{AZURE}/day/a.pcap"),
        ("abfss://logs:secret@acme.dfs.core.windows.net/a", "abfss://acme.dfs.core.windows.net/a"),
        ("a?b=c.pcap", "a?b=c.pcap"),
    ],
)
def test_secrets_of_a_url_are_not_shown(url: str, shown: str) -> None:
    assert public_name(url) == shown


def test_the_container_of_azures_own_urls() -> None:
    assert container_of(f"{AZURE}/day/*.pcap") == ("logs", AZURE)
    assert container_of(AZURE) == ("logs", AZURE)
    for url in ("abfs://logs/day/a@b.pcap", "https://a@b/c", "a@b/c"):
        assert container_of(url) == ("", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "403, url='https://host/a%20b?X-Amz-Signature=a%2Fb&x=1'",
            "403, url='https://host/a%20b'",
        ),
        ("at https://user:word@host/x: refused", "at https://host/x: refused"),
        (
            "Max retries exceeded with url: /token?key=secret (why)",
            "Max retries exceeded with url: /token (why)",
        ),
        ("is it there? see https://host:80/a@b", "is it there? see https://host:80/a@b"),
        ("no https://host/a?b=c here", "no https://host/a here"),
    ],
)
def test_secrets_in_what_a_library_says(text: str, shown: str) -> None:
    assert without_secrets(text, "https://host/a?b=c") == shown
