"""Turns findings into the `Report` that every format renders."""

from netdiag.report.build.report import build_report
from netdiag.report.build.subject import Subject

__all__ = ["Subject", "build_report"]
