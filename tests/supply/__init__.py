"""What netdiag and its development rest on: locked, audited, and under licences that fit."""
