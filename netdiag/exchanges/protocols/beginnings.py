"""`Beginnings`: by what payloads a protocol can be told, before anything else is asked of them.

Most payloads are the middle of a message. Where one compiled look at the first bytes says that no
protocol of the shelf can know a payload, none is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from netdiag.columns import Mask


class Beginnings(Struct, frozen=True):
    """What a payload begins with if a protocol can know it; each is enough.

    Payloads of less than four captured bytes are shown to all.

    Attributes:
        octets: first bytes.
        words: texts of at least four bytes, of which the first four count, the third of them not 0.
        letters: first bytes before two that are 0, as of a length in PostgreSQL.
        texts: of those, letters with the first four bytes of what is behind the length.
        commands: fifth bytes, where the third is 0 and the first two are the length, little-endian,
            of all that comes behind the fourth, as in MySQL. Such payloads with another fourth
            byte than 0 are shown to all, too, where 36 bytes of them were captured.
        frames: fourth bytes, where the first is 0 and nine were captured: types of HTTP/2's frames.
        counted: first bytes before a number, of which the first digit is not 0.
    """

    octets: bytes = b""
    words: tuple[bytes, ...] = ()
    letters: bytes = b""
    texts: tuple[bytes, ...] = ()
    commands: bytes = b""
    frames: bytes = b""
    counted: bytes = b""

    def firsts(self) -> Mask:
        """Whether each of the 256 octets is the first of some of these; bool."""
        begins = np.full(256, bool(self.commands))
        texts = (*self.words, *self.texts)
        begins[[*self.octets, *self.letters, *self.counted, *(text[0] for text in texts)]] = True
        begins[0] |= bool(self.frames)
        return begins


ALWAYS, BEFORE_TEXT, BEFORE_NUMBER = 1, 2, 2


class LookUps(NamedTuple):
    """The beginnings of several protocols, to be looked up.

    Attributes:
        octets: uint8, 1 for each of the 256 octets that is one, 2 before a number.
        words: uint32, as big-endian numbers, ascending.
        letters: uint8, 1 for each of the 256 octets that is one, 2 where the text matters.
        commands: bool, whether each of the 256 octets is one.
        frames: bool, as `commands`.
        text: the only one, as a big-endian number.
    """

    octets: npt.NDArray[np.uint8]
    words: npt.NDArray[np.uint32]
    letters: npt.NDArray[np.uint8]
    commands: Mask
    frames: Mask
    text: int


def together(several: Iterable[Beginnings]) -> LookUps:
    """All of them; there is one text for all letters before one.

    Raises:
        ValueError: there are several.
    """
    commands, frames = np.zeros((2, 256), bool)
    octets, letters = np.zeros((2, 256), np.uint8)
    words: set[int] = set()
    texts: set[bytes] = set()
    for each in several:
        octets[list(each.counted)] = BEFORE_NUMBER
        octets[list(each.octets)] = ALWAYS
        commands[list(each.commands)] = True
        frames[list(each.frames)] = True
        letters[[text[0] for text in each.texts]] = BEFORE_TEXT
        letters[list(each.letters)] = ALWAYS
        words.update(int.from_bytes(word[:4], "big") for word in each.words)
        texts.update(text[1:] for text in each.texts)
    (text,) = texts or {b""}
    sorted_words = np.array(sorted(words), np.uint32)
    return LookUps(octets, sorted_words, letters, commands, frames, int.from_bytes(text, "big"))
