"""Keys: the secret behind a redaction, and the one secret of each purpose drawn from it.

From 32 random bytes, made anew for each run or kept in a file so that several outputs of one
incident can be compared. Whoever has the key can find out by trying whether an address or a word
was in the original: it is never printed, and its file can be read by its owner alone.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from netdiag.errors import NetdiagError

KEY_BYTES = 32


class RedactionKeyError(NetdiagError):
    """A key can't be read, written or used."""


def fresh_key() -> bytes:
    """A key that nobody has seen."""
    return secrets.token_bytes(KEY_BYTES)


def purpose_key(key: bytes, purpose: str) -> bytes:
    """The 32 bytes that `key` gives to one purpose; none tells anything about another.

    Args:
        key: `KEY_BYTES` bytes.
        purpose: a word of at most 16 characters.
    """
    return hashlib.blake2b(key=key, person=purpose.encode(), digest_size=KEY_BYTES).digest()


def key_of_file(path: Path) -> bytes:
    """The key that a file holds as 64 hexadecimal digits; where there is no file, it is made.

    Raises:
        RedactionKeyError: the file can't be read or made, or holds something else.
    """
    try:
        return _read(path) if path.exists() else _create(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RedactionKeyError(f"cannot use the key file '{path}': {reason}") from error


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(KEY_BYTES * 4)
    try:
        key = bytes.fromhex(content.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise RedactionKeyError(
            f"'{path}' is no key file: expected {2 * KEY_BYTES} hexadecimal digits"
        )
    return key


def _create(path: Path) -> bytes:
    key = fresh_key()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{key.hex()}\n")
    except BaseException:
        path.unlink()
        raise
    return key
