"""netdiag names why a pooled TCP connection failed, from nothing but a tcpdump file."""

__version__ = "0.1.0"
