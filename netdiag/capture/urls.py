"""URLs of captures: what is one, and what of one, or of what a library says of it, may be shown.

Made from texts alone. What lies behind a URL is left to `netdiag.capture.stores`.
"""

from __future__ import annotations

import re

# Texts: most captures have no URL, and `re` compiles a pattern when it is first asked for it.
_URL = r"([A-Za-z][A-Za-z0-9+.-]*)://"
_WEB = ("http", "https")
_WITH_CONTAINER = ("abfs", "abfss", "az")
"""``abfs://CONTAINER@ACCOUNT.dfs.core.windows.net/…`` is how Azure itself names a blob."""

_PASSWORD = r"[^/@:]*:(?!\d*/)[^@]*@"
"""Up to the last of it: keys of S3 have slashes in them."""
_USER = r"[^/@]*@"
_QUERY = r"\?[^\s'\"<>)]*=[^\s'\"<>)]*"
_PASSWORDS = r"(?<=://)[^\s/@'\"]*:(?!\d*/)[^\s@'\"]*@"


def is_url(path: str) -> bool:
    """Whether it names a capture that is not in the file system."""
    return _match(path) is not None


def scheme_of(url: str) -> str:
    """What stands before the ``://``, in small letters; empty for what is no URL."""
    match = _match(url)
    return match[1].lower() if match else ""


def is_web(url: str) -> bool:
    """Whether a web server has it, which can't be asked what else there is."""
    return scheme_of(url) in _WEB


def container_of(url: str) -> tuple[str, str]:
    """The container that stands before the ``@`` of Azure's own URLs, and the URL of its root.

    Both are empty for all other URLs.
    """
    match = _match(url)
    if match is None or match[1].lower() not in _WITH_CONTAINER:
        return "", ""
    root = re.match(_USER, url[match.end() :])
    if root is None or ":" in root[0]:
        return "", ""
    slash = url.find("/", match.end() + root.end())
    return root[0][:-1], url if slash < 0 else url[:slash]


def public_name(path: str) -> str:
    """The path as it may be shown: a URL without passwords and without the keys of a query."""
    match = _match(path)
    if match is None:
        return path
    rest = path[match.end() :]
    rest = re.split(r"[?#]", rest)[0] if is_web(path) else re.split(_QUERY, rest)[0]
    rest = re.sub(_PASSWORD, "", rest, count=1) if re.match(_PASSWORD, rest) else rest
    if not container_of(path)[0]:
        user = re.match(_USER, rest)
        rest = rest[user.end() :] if user else rest
    return f"{match[0]}{rest}"


def without_secrets(text: str, url: str) -> str:
    """What a library says of a URL, without the passwords and queries of this and other URLs."""
    text = text.replace(url, public_name(url))
    return re.sub(_PASSWORDS, "", re.sub(_QUERY, "", text))


def _match(path: str) -> re.Match[str] | None:
    return re.match(_URL, path) if "://" in path else None
