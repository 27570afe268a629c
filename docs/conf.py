"""Sphinx's configuration: MyST Markdown, the PyData theme, and the pages made from the code."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from docs import generate, samples  # noqa: E402 - the path has to be set first
from netdiag import __version__  # noqa: E402

generate.write()
samples.write()

project = "netdiag"
copyright = "the netdiag contributors"  # noqa: A001 - Sphinx's name for it
release = version = __version__

extensions = ["myst_parser", "docs.directive"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 4
nitpicky = True
suppress_warnings: list[str] = []

html_theme = "pydata_sphinx_theme"
html_title = f"netdiag {release}"
html_static_path = ["static"]
html_extra_path = ["samples"]
html_css_files = ["netdiag.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "navbar_align": "left",
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}

# The external links, which `python -m docs --external` follows.
linkcheck_timeout = 20
linkcheck_retries = 2
linkcheck_anchors_ignore_for_url = [r"https://github\.com/.*"]
