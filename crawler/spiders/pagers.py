"""What the pagers and interfaces of several CMSs have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from scrapy import Request

from crawler.paging import ENDED, Paging

if TYPE_CHECKING:
    from collections.abc import Mapping

DIGITS = 9  # of a number in a page: a longer one is none, and would cost memory
FEWEST = 10  # rows: these CMSs print no shorter pages, so a shorter list without a pager is whole
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Counts:
    """What a pager says: this page, the number of pages and of entries, the entries a page. None: it does not say."""

    here: int | None = None
    pages: int | None = None
    total: int | None = None
    size: int | None = None

    def quarrel(self, page: int, rows: int) -> str:
        """Why these counts prove nothing on the `page`-th page, which shows so many rows; empty where all agree."""
        if self.here is not None and self.here != page:
            return f"page {page} calls itself page {self.here}"
        if self.pages is not None and self.pages < page:
            return f"the list says that it has {self.pages} pages, and this is page {page}"
        if not rows:
            return f"page {page} of the list shows no entry"
        return self._uneven(page, rows) if self.size else ""

    def _uneven(self, page: int, rows: int) -> str:
        """What does not fit the number of entries a page."""
        size, pages = self.size or 1, self.pages or page
        needed = pages if self.total is None else -(-self.total // size)
        if needed != pages and self.pages is not None:
            return f"{self.total} entries at {size} a page are {needed} pages, and the list says {pages}"
        if page < pages and rows < size:
            return f"page {page} shows {rows} entries of {size}"
        if rows > size:
            return (
                f"page {page} shows {rows} entries and says {size}: option container says which are its own"
            )
        return ""


def number(text: str | None) -> int | None:
    """A number printed in a page; None where there is none that can be believed."""
    text = (text or "").strip()
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None


def counted(counts: Counts, page: int, rows: int, onward: str | Request | None) -> Paging:
    """Where a list goes on that counts its pages; `onward` is the way to the next page, if there is one.

    Counts that contradict each other, or a link, prove nothing.
    """
    pages, total = counts.pages, counts.total
    if doubt := counts.quarrel(page, rows):
        return Paging(doubt=doubt, pages=pages, total=total)
    if pages is None or page < pages:
        doubt = "" if onward else f"page {page} of {pages}, and nothing leads to the next"
        return Paging(onward, doubt=doubt, pages=pages, total=total)
    if onward is not None:
        return Paging(
            doubt=f"the list says that it has {pages} pages, and its next link leads on",
            pages=pages,
            total=total,
        )
    return Paging(proof=f"page {page} of {pages}", pages=pages, total=total)


def is_proved(paging: Paging) -> bool:
    """Whether a plain list's end is proved by something that its page prints, and not by what it lacks."""
    return paging.proof == ENDED or (bool(paging.proof) and (paging.total or paging.pages) is not None)


def lone(paging: Paging, rows: int, page: int) -> Paging:
    """A page on which no pager was found: the whole list only if it is shorter than any page of these CMSs is."""
    if is_proved(paging) or paging.next is not None or not paging.proof or (page == 1 and rows < FEWEST):
        return paging
    doubt = f'{rows} rows and no pager: there may be more (if this is all: pager = "none")'
    return replace(paging, proof="", doubt=doubt)


def form(url: str, fields: Mapping[str, str], carried: Mapping[str, object], method: str = "POST") -> Request:
    """A request to an interface, as the page's script sends it."""
    sent, meta = urlencode(fields), {"data": True, "carried": dict(carried)}
    headers = {"X-Requested-With": "XMLHttpRequest"}
    if method == "GET":
        return Request(f"{url}{'&' if '?' in url else '?'}{sent}", headers=headers, meta=meta)
    return Request(url, method="POST", body=sent, headers={**headers, "Content-Type": FORM}, meta=meta)
