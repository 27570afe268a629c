"""Tests of the terminal report, one module a section."""
