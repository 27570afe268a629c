"""What is documented of a server's idle timer, as a prior for inferring its timeout."""

from __future__ import annotations

from netdiag.diagnosis.products.recognise import recognise_server
from netdiag.timeouts import Known


def known_timer(server_header: str | None, protocol: str) -> Known | None:
    """Look up the timer of the server that calls itself so; None where nothing tells.

    Defaults that differ by version are all taken where the header does not tell the version.
    """
    found = recognise_server(server_header, protocol)
    if found is None:
        return None
    settings = found.product.main_settings(found.version, "server")
    if not settings:
        return None
    defaults = sorted({s.default_seconds for s in settings if s.default_seconds is not None})
    ticks = {setting.tick_seconds for setting in settings}
    return Known(
        product=found.product.name,
        defaults_s=tuple(float(seconds) for seconds in defaults),
        granularity_s=ticks.pop() if len(ticks) == 1 else None,
        shift_s=settings[0].late_seconds,
        whole_seconds=all(setting.whole_seconds for setting in settings),
    )
