"""A process that the kernel ends at its first socket, and commands run in it.

    python -m tests.confinement FILE

reads lines of arguments (a JSON list each) from a file, and runs netdiag with each of them, one
after the other. Before each it prints the arguments, so that it is seen which one was the last. No
socket of any kind: no connection, and no question to a name server or to a cache of names, can be
made without one. From Linux's seccomp(2), by system call numbers of its `unistd.h`.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import platform
import struct
import sys
from pathlib import Path

SOCKET = {"x86_64": 41, "aarch64": 198}
"""The system call, by machine; socketpair(), which reaches nobody else, is another one."""
IO_URING_SETUP = 425
"""The way around: what is asked for through a ring passes no filter."""

_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _KILL_PROCESS = 0x7FFF_0000, 0x8000_0000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2


def possible() -> bool:
    """Whether this machine's system calls are known here."""
    return sys.platform == "linux" and platform.machine() in SOCKET


def confine() -> None:
    """Let the kernel end this process, and those it starts, at the first socket.

    Raises:
        OSError: the kernel doesn't do that.
    """
    program = [
        (_LOAD, 0, 0, 0),  # the number of the system call
        (_JUMP_IF_EQUAL, 2, 0, SOCKET[platform.machine()]),
        (_JUMP_IF_EQUAL, 1, 0, IO_URING_SETUP),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _KILL_PROCESS),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    whole = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    )
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(whole), 0, 0),
    ):
        if libc.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "prctl")


def main(listed: Path) -> None:
    """Run each line of the file, confined, and print how it ended."""
    from netdiag.cli import main as netdiag  # noqa: PLC0415 - only once confined

    for line in listed.read_text(encoding="utf-8").splitlines():
        print(line, end=" ", flush=True)
        said = io.TextIOWrapper(io.BytesIO(), "utf-8")
        try:
            with contextlib.redirect_stdout(said):
                netdiag(json.loads(line), prog_name="netdiag")
        except SystemExit as end:
            print(end.code, flush=True)


if __name__ == "__main__":
    confine()
    main(Path(sys.argv[1]))
