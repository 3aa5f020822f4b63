"""Pages that hold nothing but the way to another page: meta refresh, location.replace, a lone frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.links import clean_url
from crawler.text import visible

if TYPE_CHECKING:
    from scrapy.http import TextResponse

    from store.model import BlindKind

REFRESH = re.compile(  # no text fits its blanks in two ways, or a page of blanks would take hours
    r"""<meta[^>]{0,100}http-equiv\s*=\s*["']?refresh["']?[^>]{0,100}content\s{0,20}=\s{0,20}(?:["']\s{0,20})?(?:\d{1,3}\s{0,20})?[;,]\s{0,20}url\s{0,20}=\s{0,20}["']?([^"'>\s]{1,500})""",
    re.IGNORECASE,
)
REFRESH_LAST = re.compile(  # its attributes the other way round
    r"""<meta[^>]{0,100}content\s{0,20}=\s{0,20}(?:["']\s{0,20})?(?:\d{1,3}\s{0,20})?[;,]\s{0,20}url\s{0,20}=\s{0,20}["']?([^"'>\s]{1,500})["'\s][^>]{0,100}http-equiv\s*=\s*["']?refresh""",
    re.IGNORECASE,
)
LOCATION = re.compile(
    r"""(?:\b(?:window|self|top|parent|document)\.){0,3}\blocation(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*["']([^"']{1,500})["'](?!\s*\+)""",
    re.IGNORECASE,
)
FRAME = re.compile(r"""<i?frame[^>]{0,300}?\ssrc\s*=\s*["']?([^"'>\s]{1,500})""", re.IGNORECASE)
HARDLY_ANY = 80  # characters of text that a shell may have ("please wait, you are being led to ...")


def shell_target(url: str, text: str) -> str | None:
    """Where a page that is only a shell leads; None for a page with content of its own."""
    if len(visible(text)) > HARDLY_ANY:
        return None
    for pattern in (REFRESH, REFRESH_LAST, LOCATION):
        if found := pattern.search(text):
            return clean_url(url, found.group(1))
    frames = FRAME.findall(text)
    return clean_url(url, frames[0]) if len(frames) == 1 else None


ASKS = re.compile(r"\$\.(get|post|ajax|getJSON)\s*\(|\bfetch\s*\(|XMLHttpRequest|\baxios\b")
NAMED = re.compile(r"""[#"']([^#"']{1,100})(?=["'])""")  # what a script names, in quotes or as "#name"


def filled_from(response: TextResponse) -> tuple[BlindKind, str] | None:
    """A script that shows a list which the page itself does not hold: (kind, reason)."""
    scripts = [script for script in response.css("script::text").getall() if ASKS.search(script)]
    named = {name for script in scripts for name in NAMED.findall(script)}
    if not named:
        return None
    for empty in response.xpath("//*[self::ul or self::ol or self::div or self::tbody][@id][not(*)]"):
        name = empty.attrib["id"].strip()
        if name in named and not "".join(empty.xpath("text()").getall()).strip():
            return "js_shell", f"a script fills the empty #{name[:60]} of the page"
    return None
