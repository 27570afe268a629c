"""`is_open_elsewhere`: whether somebody still writes to a file.

From an open file. Only Linux tells: it grants no read lease on a file that is open for writing
(fcntl(2), F_SETLEASE), to the file's owner and to root.
"""

from __future__ import annotations

import fcntl
import signal
import sys


def is_open_elsewhere(descriptor: int) -> bool:
    """Whether a file that is open for reading here is open for writing; False if nobody knows."""
    if sys.platform != "linux":
        return False
    try:
        # Whoever opens it for writing in this moment has us told by a signal, which by itself
        # would end the process: one that is ignored unless somebody asks for it is sent instead.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:  # EAGAIN: there is a writer
        return True
    except OSError:
        return False
    return False
