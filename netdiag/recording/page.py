"""`plan_text`: a `Plan` as lines to read and to paste: comments, and the commands between them."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from netdiag.language import _
from netdiag.language.lines import wrap
from netdiag.recording.amounts import duration_text, size_text
from netdiag.recording.packets import packet_filter
from netdiag.recording.plan import Plan, Step
from netdiag.recording.tcpdump import ANY

WIDTH = 96
IN_PID = "nsenter -t PID -n tcpdump ..."
IN_POD = "kubectl debug -it POD --image=IMAGE --profile=netadmin -- tcpdump ..."
TUNNEL_BYTES = 192
"""The outer headers of VXLAN or GRE take 50 to 70 bytes more."""


def plan_text(plan: Plan) -> str:
    """The whole answer; every line that is no command begins with ``#``."""
    lines = [*_steps(plan), *_comment(_("Why:"))]
    for what, why in _reasons(plan):
        lines += _comment(f"{what}  {why}", hang="  ")
    lines.append("")
    for hint, command in _hints(plan):
        lines += [*_comment(hint), *([f"#   {command}"] if command else [])]
    return "\n".join([*lines, "", *_at_the_end(plan)])


def analyze_line(plan: Plan) -> str:
    """What to run when the captures are there; the shell fills in the names of the files."""
    return "netdiag analyze " + " ".join(_pattern(pattern) for pattern in plan.patterns)


def _pattern(pattern: str) -> str:
    return f"{quote(pattern.removesuffix('*'))}*"


def _steps(plan: Plan) -> Iterator[str]:
    for step in plan.steps:
        yield from [*_comment(_place(step, plan)), step.command.line, ""]


def _place(step: Step, plan: Plan) -> str:
    if step.end == "client":
        return _("On the client's host, as root:")
    if step.end == "server":
        if len(plan.steps) > 1:
            return _("On the server's host, as root, at the same time:")
        return _("On the server's host, as root:")
    return _("On this host, as root:")


def _reasons(plan: Plan) -> Iterator[tuple[str, str]]:
    command, ring = plan.steps[0].command, plan.wanted.ring
    yield command.packets, _filter_reason(plan)
    yield f"-i {command.interface}", _interface_reason(plan)
    yield (
        f"-s {command.snap_bytes}",
        _(
            "keeps the first {n} bytes of each packet: TCP's headers and the beginning of a"
            " request, little that must not be recorded. Whole HTTP heads (-s 512) also tell"
            " announced closes and products."
        ).format(n=command.snap_bytes),
    )
    yield "-n", _("looks up no names: that would be traffic of its own.")
    yield "-U", _("writes each packet at once, so that the files can be read while it runs.")
    if "-Z" in command.options:
        yield (
            "-Z root",
            _("stays root: the user that tcpdump turns into may not write to that folder."),
        )
    yield (
        f"-B {command.buffer_kib}",
        _("lets the kernel hold {size} while tcpdump is busy, so that it drops less.").format(
            size=size_text((command.buffer_kib or 0) * 1024)
        ),
    )
    yield (
        f"-C {ring.file_millions} -W {ring.files}",
        _(
            "a ring of {files} files of {each}: at most {total} of the disk, about {packets}"
            " million packets. When all are full, the oldest is overwritten."
        ).format(
            files=ring.files,
            each=size_text(ring.file_millions * 1_000_000),
            total=size_text(ring.size),
            packets=f"{ring.packets / 1e6:.2g}",
        ),
    )
    if command.duration_s is not None:
        yield (
            f"timeout {duration_text(command.duration_s)}",
            _("ends it after that time; Ctrl-C ends it before."),
        )


def _filter_reason(plan: Plan) -> str:
    if plan.wanted.vlan:
        return _("TCP in both directions, without a VLAN tag and with one.")
    if not plan.wanted.hosts and not plan.wanted.ports:
        return _("all TCP in both directions; name a --host and a --port to record less.")
    return _("only these TCP packets, in both directions; nothing that others say to others.")


def _interface_reason(plan: Plan) -> str:
    if plan.wanted.interface == ANY:
        return _(
            "all interfaces: which way the packets take needn't be known. A packet that passes"
            " several is recorded several times; netdiag counts it once."
        )
    return _("this interface alone; if nothing arrives, take -i any.")


def _hints(plan: Plan) -> Iterator[tuple[str, str]]:
    """What else helps, each with the command that it ends in, or none."""
    yield (
        _(
            "Begin before the connections are opened, if you can, and let it run until it has"
            " failed again, and for longer than the longest pause between requests."
        ),
        "",
    )
    if len(plan.steps) > 1:
        yield (
            _(
                "Both ends together show what got lost between them. Start and stop both together,"
                " and see that both clocks are right (chronyc tracking, timedatectl): the two"
                " captures are put in order by them."
            ),
            "",
        )
    if plan.wanted.hosts and any(step.end == "server" for step in plan.steps):
        yield (
            _("Behind a load balancer or NAT the server knows other addresses. There, filter by:"),
            quote(packet_filter((), plan.wanted.ports)),
        )
    yield (
        _("In a container's network, from its host, with the PID of one of its processes:"),
        IN_PID,
    )
    yield _("In a pod's network, with an image that has tcpdump:"), IN_POD
    yield (
        _(
            "Of packets in VXLAN, Geneve or GRE the filter sees the outer addresses: record where"
            " the tunnel ends, or all of it, with --snap-length {n}. Where a mirror port leaves"
            " VLAN tags in place, name the --interface and take --vlan."
        ).format(n=TUNNEL_BYTES),
        "",
    )
    yield _("Without tcpdump:"), plan.steps[0].command.dumpcap_line


def _at_the_end(plan: Plan) -> Iterator[str]:
    yield from _comment(
        _(
            "When it ends, tcpdump says how many packets the kernel dropped. If any, take a larger"
            " -B or a narrower filter. Then, with the files of all hosts in one place:"
        )
    )
    yield analyze_line(plan)
    yield ""


def _comment(text: str, hang: str = "") -> list[str]:
    """Wrap the text as comments, by the cells that it takes."""
    lines = wrap(text, WIDTH - 2 - 2 * len(hang))
    return [f"# {hang if n == 0 else 2 * hang}{line}" for n, line in enumerate(lines)]
