"""The errors a user can meet, and nothing else.

Every one of them ends as a single line on standard error and exit status 2::

    NetdiagError
    ├── CaptureError        a capture can't be opened or isn't one
    ├── LinkTypeError       a capture's link type is known neither to the columns nor to scapy
    ├── WorkerError         a process that read captures for this one is gone
    ├── ClusterError        a cluster of machines doesn't answer, or can't do what is asked
    ├── SelectionError      what was asked for (--server, --since, …) can't be read
    ├── RecordingError      a capture can't be taken as asked, or not on this host
    ├── ExportError         tables can't be written: a library is missing
    └── LogError            a log can't be opened, or its time zone is none

Damage *inside* a readable capture is no error: it is a `netdiag.problems.Problem` and the
analysis goes on up to it.
"""


class NetdiagError(Exception):
    """What was expected, what was found and where, in one line fit for a terminal."""


class CaptureError(NetdiagError):
    """The input can't be opened, is empty, or is no capture in a known format."""


class LinkTypeError(NetdiagError):
    """No decoder knows the capture's link type; the message names its number."""


class WorkerError(NetdiagError):
    """A process that read captures for this one ended before its time."""


class ClusterError(NetdiagError):
    """The cluster that was named does not answer, has no workers fit for it, or has lost them."""


class LogError(NetdiagError):
    """A log can't be opened or read, or the zone given for it is not known."""


class SelectionError(NetdiagError):
    """An address, port or time given by the user can't be understood."""


class RecordingError(NetdiagError):
    """A capture can't be taken: an option can't be understood, or this host doesn't allow it."""


class ExportError(NetdiagError):
    """Tables can't be written: the library for them is not installed."""
