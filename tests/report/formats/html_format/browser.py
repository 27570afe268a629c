"""A real browser for the HTML report: Debian's chromium, without any network.

    with opened(page_text) as tab: tab.page.click("#theme")

A tab remembers what it must not see: console messages, errors, requests for anything but the file.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",  # a container has 64 MB of it
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@dataclass
class Tab:
    """One page that is open.

    Attributes:
        complaints: console messages, errors and violations of the policy.
        requests: addresses that were asked for beside the page's own.
    """

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def text(self, selector: str) -> str:
        return str(self.page.text_content(selector))

    def settle(self) -> None:
        """Wait until the charts are drawn."""
        self.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
        )


@contextmanager
def running() -> Iterator[Any]:
    """A browser, for several tabs."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is chromium

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(
    browser: Any, path: Path, width: int = 1400, scheme: str = "light", **how: Any
) -> Iterator[Tab]:
    """Open a file in a fresh tab."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        permissions=["clipboard-read", "clipboard-write"],
        **how,
    )
    context.set_default_timeout(10_000)
    tab = Tab(context.new_page())
    address = path.resolve().as_uri()
    tab.page.on("console", lambda message: tab.complaints.append(message.text))
    tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.page.on("dialog", lambda dialog: tab.complaints.append(f"dialog {dialog.message}"))
    tab.page.on(
        "request",
        lambda request: request.url != address and tab.requests.append(request.url),
    )
    try:
        tab.page.goto(address)
        if how.get("java_script_enabled", True):
            tab.settle()
        yield tab
    finally:
        context.close()
