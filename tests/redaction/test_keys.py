"""Keys, and their files."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from netdiag.redaction.keys import (
    KEY_BYTES,
    RedactionKeyError,
    fresh_key,
    key_of_file,
    purpose_key,
)


def test_fresh_keys_differ() -> None:
    assert len(fresh_key()) == KEY_BYTES
    assert fresh_key() != fresh_key()


def test_purposes_have_keys_of_their_own() -> None:
    key = bytes(KEY_BYTES)
    keys = {purpose_key(key, purpose) for purpose in ("ipv4", "ipv6", "mac")}
    assert len(keys | {key}) == 4
    assert purpose_key(key, "ipv4") == purpose_key(key, "ipv4")


def test_a_file_is_made_once_and_read_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "incident.key"
    key = key_of_file(path)
    assert key_of_file(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == f"{key.hex()}\n"


@pytest.mark.parametrize("content", [b"", b"abc", b"zz" * 32, b"00" * 31, b"\xff" * 64, b"0" * 999])
def test_a_file_with_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.key"
    path.write_bytes(content)
    with pytest.raises(RedactionKeyError, match="no key file: expected 64 hexadecimal digits"):
        key_of_file(path)
    assert path.read_bytes() == content


def test_a_place_where_no_file_can_be(tmp_path: Path) -> None:
    with pytest.raises(RedactionKeyError, match="cannot use the key file"):
        key_of_file(tmp_path / "nowhere" / "a.key")


def test_a_key_that_cannot_be_written_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, *_arguments: str, **_more: str) -> None:
        os.close(descriptor)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(RedactionKeyError, match="No space left on device"):
        key_of_file(tmp_path / "key")
    assert list(tmp_path.iterdir()) == []
