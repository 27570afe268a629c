"""`Words`: what is written in the place of a word: as long, and telling nothing but "the same".

Under one key the same word gets the same stand-in, so that a request that was sent again can
still be told from another request; without the key nobody can try out what it was.
"""

from __future__ import annotations

import hashlib
from functools import cached_property, lru_cache
from itertools import product

from netdiag.redaction.keys import purpose_key

FILLER = b"x"
"""In the place of text whose sameness tells nothing that is needed."""

LETTERS = b"abcdefghijklmnopqrstuvwxyz234567"
_TABLE = bytes(LETTERS[i % len(LETTERS)] for i in range(256))

_COMMON = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
"""What needs no escape in a URL (RFC 3986, section 2.3)."""

_SHORT = 2
"""Words up to so long are told apart by a permutation; of longer ones two hardly ever collide."""


def filler(length: int) -> bytes:
    """So many bytes that say nothing."""
    return FILLER * length


class Words:
    """The stand-ins of one key."""

    def __init__(self, key: bytes) -> None:
        """Prepare them; `key` is that of the whole redaction."""
        self._key = purpose_key(key, "words")
        self.token = lru_cache(1 << 14)(self._token)

    def _token(self, word: bytes) -> bytes:
        """The stand-in of a word, as long as the word."""
        if len(word) <= _SHORT and word in self._permutation:
            return self._permutation[word]
        return hashlib.shake_256(self._key + word).digest(len(word)).translate(_TABLE)

    @cached_property
    def _permutation(self) -> dict[bytes, bytes]:
        mapping = {b"": b""}
        for length in range(1, _SHORT + 1):
            words = [bytes(letters) for letters in product(_COMMON, repeat=length)]
            mapping |= dict(zip(words, sorted(words, key=self._rank), strict=True))
        return mapping

    def _rank(self, word: bytes) -> bytes:
        return hashlib.blake2b(word, key=self._key, digest_size=16).digest()
