"""Captures and logs made to exhaust netdiag, and the bounds that it keeps on them."""
