"""Builds the `Activity`: requests, closes and failures over the whole capture, counted in bins."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from netdiag.decode.bygones import How
from netdiag.diagnosis.diagnose import Finding
from netdiag.exchanges.settled import Chunk
from netdiag.report.build.clock import rfc3339, seconds
from netdiag.report.build.subject import Subject
from netdiag.report.charts import Activity, Failures
from netdiag.timeouts import by_server

MOST_BINS = 120
"""About as many as can be told apart on a sheet of paper."""

_NS = 1_000_000_000


def activity(subject: Subject, findings: tuple[Finding, ...]) -> Activity | None:
    """What went on over the whole capture; None where no segment was captured."""
    scene = subject.scene
    if len(scene.traffic) == 0:
        return None
    begin, time_ns = scene.start_ns, scene.traffic.time_ns
    duration_ns = scene.end_ns - begin
    bin_ns = _bin_ns(duration_ns)
    bins = duration_ns // bin_ns + 1

    def counted(times_ns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return np.bincount((times_ns - begin) // bin_ns, minlength=bins)

    def counts(rows: npt.NDArray[np.int64]) -> tuple[int, ...]:
        return tuple(counted(time_ns[rows]).tolist())

    shown = scene.considered & scene.is_first_leg
    requests = counted(time_ns[scene.exchanges.request[shown[scene.exchanges.connection]]])
    edges_ns = begin + bin_ns * np.arange(bins + 1)
    shown_all = np.append(shown, np.ones(len(scene.bygones), bool))
    for chunk in scene.settled.chunks:
        of = shown_all[chunk.connection]
        requests += _of_chunk(chunk if of.all() else chunk.of_runs(of), edges_ns)
    bygones = scene.bygones
    requests += counted(bygones.first_asked_ns)
    closes_ns = bygones.closed_ns[bygones.are(How.BY_SERVER)]
    closed = np.flatnonzero(shown & by_server(scene.endings) & (scene.endings.close >= 0))
    return Activity(
        start=rfc3339(begin, 9 if any(one.info.nanoseconds for one in subject.captures) else 6),
        duration_s=seconds(duration_ns),
        bin_s=bin_ns / _NS,
        requests=tuple(requests.tolist()),
        server_closes=tuple(
            (counted(time_ns[scene.endings.close[closed]]) + counted(closes_ns)).tolist()
        ),
        failures=tuple(
            Failures(index, counts(np.array([case.story.dated_by for case in finding.cases])))
            for index, finding in enumerate(findings)
            if finding.cases
        ),
    )


def _of_chunk(chunk: Chunk, edges_ns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How many of the exchanges were asked for in each bin between these edges; int64.

    They are of a short time: comparing them with the few edges in it beats finding each one's bin.
    """
    after = np.zeros(len(edges_ns), np.int64)
    if len(chunk):
        first, last = np.searchsorted(edges_ns, chunk.asked.range_ns(), side="right").tolist()
        after[:first] = len(chunk)
        for edge in range(first, last):
            after[edge] = np.count_nonzero(chunk.asked.above(int(edges_ns[edge]) - 1))
    return after[:-1] - after[1:]


def _bin_ns(duration_ns: int) -> int:
    """The least of 1, 2, 5, 10, 20, … ms that makes no more than `MOST_BINS` of the duration."""
    least = max(duration_ns // (MOST_BINS - 1) + 1, 1_000_000)
    power = 10 ** math.floor(math.log10(least))
    return next(int(power * step) for step in (1, 2, 5, 10, 20) if power * step >= least)
