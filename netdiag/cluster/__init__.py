"""Reads captures on the machines of a Dask cluster, where they lie, instead of here.

A `netdiag.decode.load.Reader`: from paths to what each capture was reduced to, in the order of the
command line. What comes of it is left to the machine that asked, which holds all connections at
once, since a server's idle timeout and the cause of a failure are found in all of them together.
"""

from netdiag.cluster.session import reading_on

__all__ = ["reading_on"]
