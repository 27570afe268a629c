"""Whole reports that the pages link to, as `netdiag analyze` writes them.

They are made anew at each build, into a folder that Sphinx copies beside its pages, and are never
committed.
"""

from __future__ import annotations

from pathlib import Path

from docs.run import CommandError, desk

FOLDER = Path(__file__).parent / "samples"
REPORTS = {
    "reports/pool.html": "tomcat-stale-20s.pcap --format html",
    "reports/pool.zh_CN.html": "tomcat-stale-20s.pcap --format html --lang zh_CN",
    "reports/pool.json": "tomcat-stale-20s.pcap --format json",
    "reports/evictor.html": "httpclient-evictor-no-expiry.pcap --format html",
}
"""Where each lies on the built pages, and how it is made."""


def write(folder: Path = FOLDER) -> None:
    """Write all samples into a folder.

    Raises:
        CommandError: one of them can't be made.
    """
    with desk({}) as clear:
        for name, arguments in REPORTS.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shown = clear.run(f"netdiag analyze fixtures/pcaps/{arguments} -o {path}")
            if shown.status != 0:
                raise CommandError(f"'{shown.command}': {shown.text}")
