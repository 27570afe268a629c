"""`CryptoPan`: a keyed permutation of addresses that keeps prefixes, and nothing else.

Two addresses that share their first k bits, and no more, share exactly so many afterwards (Xu,
Fan, Ammar, Moon: "Prefix-Preserving IP Address Anonymization", ICNP 2002): each bit is flipped or
not as AES says of the bits before it. Which ranges have to stay where they are is left to
`netdiag.redaction.addresses`.
"""

from __future__ import annotations

from collections.abc import Iterable

BLOCK_BITS = 128


class CryptoPan:
    """Addresses of one width, as numbers.

    Along the way to each of the `fixed` prefixes no bit is flipped. So the ranges behind them stay
    what they are, nothing else moves into them, and the whole still preserves prefixes; an address
    keeps the bits that it shares with one of them, and the next one.
    """

    def __init__(self, key: bytes, bits: int, fixed: Iterable[tuple[int, int]] = ()) -> None:
        """Prepare the cipher.

        Args:
            key: 32 bytes, for AES-128 and for what fills its blocks up.
            bits: an address's width, at most 128.
            fixed: prefixes as (their bits as a number, how many bits).
        """
        from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: PLC0415 - takes 20 ms
        from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: PLC0415
        from cryptography.hazmat.primitives.ciphers.modes import ECB  # noqa: PLC0415

        self._encrypt = Cipher(AES(key[:16]), ECB()).encryptor().update
        self._pad = int.from_bytes(self._encrypt(key[16:]), "big")
        self._bits = bits
        self._fixed = frozenset(
            (prefix >> (length - kept), kept) for prefix, length in fixed for kept in range(length)
        )

    def permute(self, address: int) -> int:
        """The address that stands for this one."""
        return address ^ self._flips(address)

    def _flips(self, address: int) -> int:
        """The first bit of AES's answer for each prefix of the address, from none to all but one.

        A prefix is filled up to a block with the bits of the pad behind it.
        """
        wide = address << (BLOCK_BITS - self._bits)
        blocks = bytearray()
        for kept in range(self._bits):
            rest = (1 << (BLOCK_BITS - kept)) - 1
            blocks += ((wide & ~rest) | (self._pad & rest)).to_bytes(16, "big")
        answers = self._encrypt(bytes(blocks))
        flips = 0
        for kept in range(self._bits):
            free = (address >> (self._bits - kept), kept) not in self._fixed
            flips = flips << 1 | (free and answers[16 * kept] >> 7)
        return flips
