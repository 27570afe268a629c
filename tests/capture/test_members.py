"""One member of each compression, with one interface for all; what follows is told elsewhere."""

from __future__ import annotations

import pytest

from netdiag.capture.members import COMPRESSIONS, Compression, Member
from tests.capture.test_compression import COMPRESS

each = pytest.mark.parametrize("compression", COMPRESSIONS, ids=lambda c: c.name)


def drain(member: Member, data: bytes, most: int) -> bytes:
    got = b""
    while not member.eof:
        got += member.decompress(data, most)
        data = b""
        if member.needs_input:
            break
    return got


@each
def test_it_ends_where_it_ends(compression: Compression) -> None:
    member = compression.member()
    whole = COMPRESS[compression.name](b"inside")
    assert drain(member, whole + b"behind", 1 << 20) == b"inside"
    assert member.eof
    assert member.unused_data == b"behind"


@each
def test_it_says_when_it_needs_more(compression: Compression) -> None:
    member = compression.member()
    whole = COMPRESS[compression.name](b"inside" * 50)
    assert drain(member, whole[:10], 1 << 20) in (b"inside" * 50)[:300]
    assert member.needs_input and not member.eof
    assert drain(member, whole[10:], 1 << 20).endswith(b"inside")
    assert member.eof


@each
def test_it_is_told_by_its_magic(compression: Compression) -> None:
    assert COMPRESS[compression.name](b"").startswith(compression.magic)
    others = [c for c in COMPRESSIONS if c is not compression]
    assert not any(c.magic.startswith(compression.magic) for c in others)
