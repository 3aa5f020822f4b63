"""Whether an address is the list that is watched already, written in another way. Pure."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.links import clean_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.model import Source

_FRONT = re.compile(r"/(?:index|default)\.(?:s?html?|jsp|php|aspx?|do)$", re.IGNORECASE)
_USUAL = (None, 80, 443)
_REGISTRIES = ("gov.cn", "com.cn", "org.cn", "net.cn", "edu.cn", "ac.cn")


def list_key(url: str) -> tuple[str, int, str, str]:
    """What stays the same under http and https, with and without index.html, a last slash or a session id."""
    parts = urlsplit(clean_url(url, url) or url)
    port = 0 if parts.port in _USUAL else parts.port or 0
    return (parts.hostname or "", port, _FRONT.sub("/", parts.path).rstrip("/"), parts.query)


def watched_as(url: str, sources: Iterable[Source]) -> Source | None:
    """The source that is this list; None if nobody watches it."""
    wanted = list_key(url)
    return next((source for source in sources if list_key(source.url) == wanted), None)


def same_site(one: str, other: str) -> bool:
    """Whether two hosts belong to one body's domain: fgw.shifan.gov.cn and www.shifan.gov.cn."""
    return one == other or (_domain(one) == _domain(other) != "")


def _domain(host: str) -> str:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.lower().split(".")
        wanted = 3 if ".".join(labels[-2:]) in _REGISTRIES else 2
        return ".".join(labels[-wanted:]) if len(labels) >= wanted else ""
    return ""
