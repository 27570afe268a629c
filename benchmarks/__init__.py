"""Benchmarks that anyone can run: captures made by numpy, and netdiag timed beside its peers.

`python -m benchmarks` makes a capture of each shape and prints the whole table; `make_capture.py`
makes one capture, and `compare.py` times the programs on one.
"""
