"""`Parcel`: a value on its way from one process to another, its arrays in memory that both share.

Made by pickling a value with its arrays left out (protocol 5, PEP 574): they are written once to a
file without a name, which the receiver maps. Through a pipe, a million segments would be copied
four times. The file is none of ``/dev/shm``, of which a container may have little.
"""

from __future__ import annotations

import mmap
import os
import pickle
import tempfile
from itertools import accumulate, pairwise
from typing import Any

from msgspec import Struct

ALIGNMENT = 64
"""Arrays begin at multiples of a cache line, as numpy's own do."""


class Parcel(Struct, frozen=True):
    """What is sent as bytes; the file is passed on beside it.

    Attributes:
        head: the pickled value without its arrays.
        sizes: bytes of each array, in the order in which the pickle asks for them.
    """

    head: bytes
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, value: object) -> tuple[Parcel, int]:
        """Pack a value; the parcel, and the descriptor of its file, which the caller closes.

        Raises:
            OSError: there is no memory, or no room, for it.
        """
        buffers: list[pickle.PickleBuffer] = []
        head = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
        views = [buffer.raw() for buffer in buffers]
        descriptor = _new_file()
        try:
            with open(descriptor, "wb", closefd=False) as file:
                for view in views:
                    file.write(view)
                    file.write(bytes(-len(view) % ALIGNMENT))
        except BaseException:
            os.close(descriptor)
            raise
        return cls(head, tuple(len(view) for view in views)), descriptor

    def open(self, descriptor: int, *, mapped: bool) -> Any:
        """The value; the descriptor is closed.

        Args:
            descriptor: of the parcel's file.
            mapped: whether the arrays stay in the file, which costs a descriptor for as long as
                one of them lives; else they are copied.
        """
        begins = list(accumulate((size + -size % ALIGNMENT for size in self.sizes), initial=0))
        with open(descriptor, "rb") as file:
            if begins[-1] == 0:
                memory = memoryview(b"")
            elif mapped:
                memory = memoryview(mmap.mmap(descriptor, begins[-1], access=mmap.ACCESS_COPY))
            else:
                memory = memoryview(bytearray(begins[-1]))
                file.seek(0)
                file.readinto(memory)
        parts = [
            memory[begin : begin + size]
            for (begin, _), size in zip(pairwise(begins), self.sizes, strict=True)
        ]
        return pickle.loads(self.head, buffers=parts)


def _new_file() -> int:
    """Make a file without a name: in memory where the system can, else on disk."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("netdiag")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
