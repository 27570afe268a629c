"""Tests of reading on a cluster."""
