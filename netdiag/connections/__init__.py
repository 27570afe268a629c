"""The third room: builds `Connections` out of `Segments`.

One direction of one connection at a time, it knows what is new data; for both directions
together, who is the client, when the connection began and which segments ended it.
"""

from netdiag.connections.build import build
from netdiag.connections.numbering import first_of_streams
from netdiag.connections.roles import KnownBy
from netdiag.connections.table import Connections, Fields, Traffic

__all__ = ["Connections", "Fields", "KnownBy", "Traffic", "build", "first_of_streams"]
