"""Redaction: what may leave the house of a capture and of its report.

`Redactor` replaces addresses by stand-ins, consistently and under a key, and masks everything
that is not known to be harmless; lengths stay, and so does what the diagnosis rests on.
"""

from netdiag.redaction.redactor import Redactor

__all__ = ["Redactor"]
