"""Cuts out of captures the packets that prove a finding, for whoever has to be convinced.

Made from an examination, whose captures are read once more: `choosing` finds what was asked for,
`stories` and `measures` say which packets prove it and why, `widths` how much is kept beside them,
`netdiag.capture.rereading` reads them, `writing` writes them as pcapng with a comment on each, and
`extract` makes sure that netdiag finds in them what it found in the captures.
"""

from netdiag.evidence.choosing import Request
from netdiag.evidence.extract import Extracted, extract

__all__ = ["Extracted", "Request", "extract"]
