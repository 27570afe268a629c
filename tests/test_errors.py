"""The errors that a user can meet: every one is in the tree that its module draws."""

from __future__ import annotations

import inspect

from netdiag import errors
from netdiag.errors import NetdiagError


def test_the_tree_names_them_all() -> None:
    found = [
        name
        for name, entry in inspect.getmembers(errors, inspect.isclass)
        if issubclass(entry, NetdiagError) and entry is not NetdiagError
    ]
    drawn = [line.split()[1] for line in (errors.__doc__ or "").splitlines() if "── " in line]
    assert sorted(drawn) == sorted(found)
    assert all(inspect.getdoc(getattr(errors, name)) for name in found)
