"""A room beside the report: one connection from its first to its last frame.

Made from an examination: `naming` finds the connection that is meant, `telling` says which of its
frames tell something, `rungs` folds the others, `noting` says where findings show, `part` cuts out
what was asked for, `dissecting` takes single frames apart, and `view` puts all of it together.
"""

from netdiag.showing.part import Part
from netdiag.showing.view import Wanted, show

__all__ = ["Part", "Wanted", "show"]
