"""Tests of the builders of reports."""
