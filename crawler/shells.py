"""Pages that hold nothing but the way to another page: meta refresh, location.replace, a lone frame."""

from __future__ import annotations

import re

from crawler.links import clean_url
from crawler.text import visible

REFRESH = re.compile(
    r"""<meta[^>]{0,100}http-equiv\s*=\s*["']?refresh["']?[^>]{0,100}content\s*=\s*["']?\s*\d{0,3}\s*[;,]\s*url\s*=\s*["']?([^"'>\s]{1,500})""",
    re.IGNORECASE,
)
LOCATION = re.compile(
    r"""(?:window\.|self\.|top\.|parent\.|document\.)*location(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*["']([^"']{1,500})["']""",
    re.IGNORECASE,
)
FRAME = re.compile(r"""<i?frame[^>]{0,300}?\ssrc\s*=\s*["']?([^"'>\s]{1,500})""", re.IGNORECASE)
HARDLY_ANY = 80  # characters of text that a shell may have ("please wait, you are being led to ...")


def shell_target(url: str, text: str) -> str | None:
    """Where a page that is only a shell leads; None for a page with content of its own."""
    if len(visible(text)) > HARDLY_ANY:
        return None
    for pattern in (REFRESH, LOCATION):
        if found := pattern.search(text):
            return clean_url(url, found.group(1))
    frames = FRAME.findall(text)
    return clean_url(url, frames[0]) if len(frames) == 1 else None
