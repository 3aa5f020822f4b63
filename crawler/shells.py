"""Pages that hold nothing but the way to another page: meta refresh, location.replace, a lone frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.links import clean_url
from crawler.text import visible

if TYPE_CHECKING:
    from scrapy.http import TextResponse

    from store.model import BlindKind, Source

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


GOVERNMENT = re.compile(r"^https?://(?:[^/]*\.gov\.cn|localhost|\d+\.\d+\.\d+\.\d+)(?::\d+)?/", re.IGNORECASE)
# What a page shows beside its list, by the names that are given to it
BESIDE = re.compile(
    r"weather|tianqi|login|user|share|count|visit|stat|tongji|date|time|clock|nav|menu|search|hot|banner|slide|swiper|foot|head|top|"
    r"link|tool|wza|qr|code|logo|menu|tag|crumb|position|location|ad\b|toast|dialog|modal|tip",
    re.IGNORECASE,
)
OWN_SCRIPT = re.compile(
    r"jquery|bootstrap|swiper|layui|layer|vue(\.min)?\.js|common|share|tongji|hm\.js|analytics|html5|respond|conac|gov\.js|wza|"
    r"superslide|head|foot|nav|search|mobile|weixin|wechat|date|counter|stat",
    re.IGNORECASE,
)
LONGEST_NAME = 100
QUOTED_NAME = re.compile(
    r"""(?<=[#"'])([^"'#]{1,100}?)(?=["'])"""
)  # read once: a page may have thousands of places
LISTS = "//body//*[self::ul or self::ol or self::tbody][@id or @class][not(*)]"
SMALL = 200  # pixels: a frame that is less high is a counter or a notice


def filled_from(response: TextResponse) -> tuple[BlindKind, str] | None:
    """What a page shows of a list that it does not hold itself, filled by a script or from another host: (kind, reason)."""
    return _by_script(response) or _by_other_script(response) or _by_frame(response)


def _by_script(response: TextResponse) -> tuple[BlindKind, str] | None:
    scripts = [script for script in response.css("script::text").getall() if ASKS.search(script)]
    if not scripts:
        return None
    named = {name for script in scripts for name in QUOTED_NAME.findall(script)}
    for empty in response.xpath("//*[self::ul or self::ol or self::div or self::tbody][@id][not(*)]"):
        name = empty.attrib["id"].strip()
        if "".join(empty.xpath("text()").getall()).strip() or not name or BESIDE.search(name):
            continue
        if name[:LONGEST_NAME] in named:
            return "js_shell", f"a script fills the empty #{name[:60]} of the page"
    return None


def _by_other_script(response: TextResponse) -> tuple[BlindKind, str] | None:
    """A list without rows, on a page with a script of its own that is not in it."""
    sources = response.xpath("//script/@src").getall()
    if all(OWN_SCRIPT.search(source) for source in sources):
        return None
    for empty in response.xpath(LISTS):
        name = f"{empty.attrib.get('id', '')} {empty.attrib.get('class', '')}".strip()
        hides = "none" in empty.attrib.get("style", "")
        if name and not hides and not BESIDE.search(name) and not (empty.root.text or "").strip():
            return "js_shell", f"the list {name[:60]!r} is empty: a script of the page may fill it"
    return None


def _by_frame(response: TextResponse) -> tuple[BlindKind, str] | None:
    """A frame of another host that nobody named as one of the source's: it may show the list."""
    source: Source | None = response.meta.get("source") if response.request else None
    known = {urlsplit(response.url).hostname, *(source.hosts if source else ())}
    for frame in response.xpath("//iframe[@src] | //frame[@src] | //object[@data] | //embed[@src]"):
        url = clean_url(response.urljoin(""), frame.attrib.get("src") or frame.attrib.get("data") or "")
        if url is None or urlsplit(url).hostname in known or not GOVERNMENT.search(url):
            continue
        height = re.match(r"\d+", frame.attrib.get("height", ""))
        hides = re.search(r"none|hidden", frame.attrib.get("style", ""))
        if (
            not hides
            and not BESIDE.search(urlsplit(url).path)
            and not (height and int(height[0][:5]) < SMALL)
        ):
            return "js_shell", f"a frame shows {url[:200]}, whose host is not among the source's hosts"
    return None
