"""`python -m netdiag`."""

from netdiag.cli import main

main(prog_name="netdiag")
