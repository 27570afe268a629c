"""Tables of the README and of the documentation: causes, and the accuracy on all captures.

    python -m tests.readme

writes them anew; `test_readme` fails where a page has others.
"""

from __future__ import annotations

import re
from pathlib import Path

from netdiag.diagnosis.causes import CAUSES
from netdiag.report.endpoint import IdleTimeoutReport
from tests.recorded import examine, names, recorded
from tests.timeouts import simulation

ROOT = Path(__file__).parent.parent
README, ACCURACY = ROOT / "README.md", ROOT / "docs" / "how" / "accuracy.md"
BEGIN, END = "<!-- {}: made by python -m tests.readme -->\n", "<!-- end of {} -->\n"
HEAD = """\
| server | configured | inferred | range | likely setting | n | capture |
| --- | --- | --- | --- | --- | --- | --- |
"""


def causes() -> str:
    """Every cause in a line, and the causes that look like it."""
    rows = ["| cause | what it means | looks like |\n| --- | --- | --- |\n"]
    for cause in CAUSES:
        alike = cause.manual.split("## Look-alikes")[1].split("\n## ")[0]
        named = re.findall(r"^- ([a-z]+(?:-[a-z]+)+):", alike, re.MULTILINE)
        meaning = cause.manual.split("\n\n", 1)[0].removesuffix(".")
        rows.append(f"| `{cause.slug}` | {meaning} | {', '.join(named)} |\n")
    return "".join(rows)


def accuracy() -> str:
    """How many verdicts, requests and timeouts are right."""
    settings = [name for name in names() if recorded(name).timeout_s]
    right = sum(_timeout(name).likely_setting_s == recorded(name).timeout_s for name in settings)
    return (
        f"{_verdicts()}\n\nOf the {len(settings)} captures in which a server closes connections at "
        f"its idle timeout, the\nlikely setting is the configured one in {right}.\n"
    )


def timeouts() -> str:
    """Each timeout that was inferred, beside the configured one."""
    return HEAD + "".join(sorted(row for name in names() if (row := _row(name))))


def _verdicts() -> str:
    """How many verdicts and harmed requests are those of the labels."""
    everything = names()
    wanted = {name: recorded(name).truth for name in everything}
    right = [n for n in everything if examine(n).report.verdict.cause == wanted[n]["cause"]]
    harmed = sum(truth["occurrences"] for truth in wanted.values())
    found = sum(examine(n).harmed(wanted[n]["cause"], wanted[n]["server"]) for n in everything)
    quiet = [n for n in everything if wanted[n]["cause"] == "none"]
    flagged = sum(examine(n).report.verdict.cause != "none" for n in quiet)
    return (
        f"{len(everything)} recorded captures: the cause is the true one in {len(right)}; of "
        f"{harmed} requests that failed by\ntheir clients' own account, {found} are found; "
        f"{flagged} of the {len(quiet)} captures in which none failed are flagged."
    )


def _row(name: str) -> str:
    label, truth = recorded(name).label, recorded(name).truth
    if "idle_timeout_s" not in truth:
        return ""
    timeout = _timeout(name)
    server = re.sub(r" \(.*", "", label["products"][0])
    later = truth.get("measured_timeout_s")
    configured = f"{truth['idle_timeout_s']:g} s" + (f" (acts at {later:g} s)" if later else "")
    span = "" if timeout.high_s is None else f"{timeout.low_s:.2f} to {timeout.high_s:.2f} s"
    cells = [
        server,
        configured,
        _seconds(timeout.estimate_s, 2),
        span,
        _seconds(timeout.likely_setting_s),
        str(timeout.closes),
        f"`{name}`",
    ]
    return f"| {' | '.join(cells)} |\n"


def _timeout(name: str) -> IdleTimeoutReport:
    """What was inferred of the server that the label names."""
    endpoint = recorded(name).truth["server"]
    servers = examine(name).report.servers
    (timeout,) = [server.idle_timeout for server in servers if server.endpoint == endpoint]
    assert timeout is not None, name
    return timeout


def _seconds(value: float | None, digits: int | None = None) -> str:
    if value is None:
        return "-"
    return f"{value:g} s" if digits is None else f"{value:.{digits}f} s"


SECTIONS = (
    (README, "causes", causes),
    (README, "accuracy", accuracy),
    (ACCURACY, "accuracy", accuracy),
    (ACCURACY, "timeouts", timeouts),
    (ACCURACY, "simulation", simulation.table),
)


def parts(page: Path, name: str) -> tuple[str, str, str]:
    """A page before one of its tables, the table, and what follows."""
    begin, end = BEGIN.format(name), END.format(name)
    before, rest = page.read_text(encoding="utf-8").split(begin)
    table, after = rest.split(end)
    return before + begin, table, end + after


if __name__ == "__main__":
    for page, section, made in SECTIONS:
        before, _, after = parts(page, section)
        page.write_text(before + made() + after, encoding="utf-8")
