"""The pictures that stand in an article: often the pages of a report that was scanned."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.links import clean_url
from parsers import page_pictures

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from crawler.fetching import Page
    from store.model import Source

MOST_PICTURES = 40  # kept of one page
MOST_ASKED = 60  # of one page, icons and all
TOO_SMALL = ""  # in the place of a SHA-256: an icon, a logo, a code


class HostFailedError(Exception):
    """Raised when the host itself fails: the other reports of this visit are left for the next."""


@dataclass(slots=True)
class Shown:
    """What became of the pictures of a page: by address as written the SHA-256, TOO_SMALL, or None if it was not had."""

    states: dict[str, str | None] = field(default_factory=dict)
    failure: HostFailedError | None = None

    @property
    def written(self) -> str:
        """As the database keeps it."""
        return json.dumps(list(self.states.items()), ensure_ascii=False, separators=(",", ":"))


async def pictures_of(
    page: Page, source: Source, before: str, fetch: Callable[[str], Awaitable[str | None]]
) -> Shown:
    """Fetches each picture of a page's article once. Where the host fails, the others were not to be had.

    `before`: what became of them last time; what was too small then is none of the report's now.
    """
    shown = Shown()
    addresses = page_pictures(page.body)
    if not addresses:
        return shown
    base = page.markup(source).urljoin("")
    known: dict[str | None, str | None] = {None: None}
    for address in addresses:
        url = clean_url(base, address)
        if url not in known:
            known[url] = await _one(url or "", known, shown, fetch)
        shown.states[address] = known[url]
    small = {address for address, state in json.loads(before) if state == TOO_SMALL}
    for address, state in shown.states.items():
        if state is None and address in small:
            shown.states[address] = TOO_SMALL
    return shown


async def _one(
    url: str, known: dict[str | None, str | None], shown: Shown, fetch: Callable[[str], Awaitable[str | None]]
) -> str | None:
    if shown.failure or len(known) > MOST_ASKED or sum(map(bool, known.values())) >= MOST_PICTURES:
        return None
    try:
        return await fetch(url)
    except HostFailedError as failure:
        shown.failure = failure
        return None


def sha256_of(body: bytes) -> str:
    """The name of bytes in the archive."""
    return hashlib.sha256(body).hexdigest()
