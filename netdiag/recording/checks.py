"""Finds out, before tcpdump is started, whether it can do what it is asked to do on this host.

Every answer but yes is an error with the way out. tcpdump itself is asked about the interface, the
right to listen and the filter: ``-d`` opens the interface, compiles the filter and ends.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

from netdiag.errors import RecordingError
from netdiag.recording.amounts import size_text
from netdiag.recording.tcpdump import ANY, Tcpdump

WHERE_ROOT_LOOKS = "/usr/local/sbin:/usr/sbin:/sbin"
"""Debian's tcpdump is in none of the folders that another user's PATH names."""

PATIENCE_S = 20.0
INTERFACE_LETTERS = 15
"""IFNAMSIZ of Linux's include/uapi/linux/if.h, without the zero at its end."""


def find_tcpdump() -> str:
    """The path of tcpdump.

    Raises:
        RecordingError: it is not installed.
    """
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), WHERE_ROOT_LOOKS])
    found = shutil.which("tcpdump", path=path)
    if found is None:
        raise RecordingError(
            "tcpdump is not installed here; install it (apt install tcpdump, dnf install tcpdump),"
            " or run the printed line where it is"
        )
    return found


def check_interface(name: str) -> str:
    """The name, if it can be one of an interface.

    Raises:
        RecordingError: it can't.
    """
    odd = not name.isprintable() or any(letter in name for letter in " /:")
    if name.startswith("-") or odd or not 0 < len(name) <= INTERFACE_LETTERS:
        raise RecordingError(
            f"--interface: expected the name of an interface, such as eth0; found {name!r}"
        )
    return name


def check_output(path: Path, *, local: bool) -> Path:
    """An absolute path, so that nothing in it can be taken for an option.

    Raises:
        RecordingError: it names a folder, or holds what no name of a file should.
    """
    if not str(path).isprintable():
        raise RecordingError(f"--output: expected a path that can be printed; found {str(path)!r}")
    if not path.name or (local and path.is_dir()):
        raise RecordingError(f"--output: expected the name of a file; '{path}' is a folder")
    return path.absolute()


def check_host(program: str, command: Tcpdump) -> None:
    """Whether tcpdump can record, and write what it records.

    Raises:
        RecordingError: it can't; why, and what would help.
    """
    _check_folder(Path(command.path), command.ring.size)
    asked = [program, "-i", command.interface, "-s", str(command.snap_bytes)]
    try:
        answer = subprocess.run(
            [*asked, "-d", command.packets],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RecordingError(f"{program} does not run: {error}") from error
    if answer.returncode != 0:
        raise RecordingError(_complaint(program, command.interface, answer.stderr))


def _complaint(program: str, interface: str, said: str) -> str:
    words = said.lower()
    if "permission" in words or "not permitted" in words:
        return (
            f"no right to record on {interface}; run it with sudo, or allow tcpdump to, once:"
            f" sudo setcap cap_net_raw,cap_net_admin=eip {program}"
        )
    if "no such device" in words:
        known = ", ".join([ANY, *(name for _, name in socket.if_nameindex())])
        return f"there is no interface {interface}; there are {known}"
    first = next((line for line in said.splitlines() if line.startswith("tcpdump:")), said)
    return f"tcpdump refuses: {first.removeprefix('tcpdump:').strip() or 'it does not say why'}"


def _check_folder(path: Path, size: int) -> None:
    folder = path.parent
    if not folder.is_dir():
        raise RecordingError(f"cannot write '{path}': there is no directory '{folder}'")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise RecordingError(f"cannot write '{path}': no right to write to '{folder}'")
    there = files_of(path)
    if there:
        raise RecordingError(
            f"will not write over '{there[0]}'; name another --output, or remove what is there"
        )
    free = shutil.disk_usage(folder).free
    if free < size:
        raise RecordingError(
            f"the ring takes up to {size_text(size)}, and '{folder}' has {size_text(free)} free;"
            " choose a smaller --size, or another --output"
        )


def files_of(path: Path) -> tuple[Path, ...]:
    """The files of a ring that are there, in the order of their numbers."""
    prefix = path.name
    found = [
        each
        for each in path.parent.iterdir()
        if each.name.startswith(prefix) and each.name[len(prefix) :].isdecimal()
    ]
    return tuple(sorted(found, key=lambda each: int(each.name[len(prefix) :])))
