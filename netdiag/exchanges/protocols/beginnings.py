"""`Beginnings`: by what payloads a protocol can be told, before anything else is asked of them.

Most payloads are the middle of a message. Where one compiled look at the first bytes says that no
protocol of the shelf can know a payload, none is asked.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from msgspec import Struct


class Beginnings(Struct, frozen=True):
    """What a payload begins with if a protocol can know it; each is enough.

    Payloads whose third byte is 0, and those of less than four captured bytes, are shown to all.

    Attributes:
        octets: first bytes.
        words: texts of at least four bytes, of which the first four count.
    """

    octets: bytes = b""
    words: tuple[bytes, ...] = ()


def together(several: Iterable[Beginnings]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.uint32]]:
    """All of them, to be looked up.

    Returns:
        bool, whether each of the 256 octets is a first byte; uint32, the words as big-endian
        numbers, ascending.
    """
    octets = np.zeros(256, bool)
    words: set[int] = set()
    for each in several:
        octets[list(each.octets)] = True
        words.update(int.from_bytes(word[:4], "big") for word in each.words)
    return octets, np.array(sorted(words), np.uint32)
