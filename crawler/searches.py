"""Lists that a page's script takes from an interface: a column of their own, which proves the page's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.answers import day_of, rows_of, text_of
from crawler.links import Entry, clean_url
from crawler.paging import Paging

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scrapy import Request

WEB = {"http", "https"}
IMPOSSIBLE = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")  # in an address


def listed(answer: object, page_url: str, names: Mapping[str, Sequence[str]]) -> Iterator[Entry]:
    """The entries of an answer. `names`: what its `url`, `title` and `day` may be called; the first that is there counts."""
    for row in rows_of(answer):
        found = {
            role: next((row[name] for name in called if row.get(name)), None)
            for role, called in names.items()
        }
        url = address(page_url, found["url"])
        title = text_of(found["title"])
        if url and title:
            yield Entry(url, title, day_of(found["day"]))


def address(page_url: str, value: object) -> str | None:
    """Where an entry leads, relative to the page that shows it; on the page's own host in the page's scheme.

    Interfaces remember http where the site has long had https: else each report would be there twice.
    """
    url = clean_url(page_url, value) if isinstance(value, str) else None
    if url is None or IMPOSSIBLE.search(url):
        return None
    theirs, ours = urlsplit(url), urlsplit(page_url)
    if theirs.netloc == ours.netloc and theirs.scheme in WEB:
        return theirs._replace(scheme=ours.scheme).geturl()
    return url


def counted(
    page: int, rows: int, said: int | None, declared: int | None, pages: int | None, onward: Request
) -> Paging:
    """Where an interface's answer, the `page`-th, goes on, or what proves its end.

    `said`: how many entries the interface says there are; `declared`: how many the page says (None: it does not);
    `pages`: how many answers that makes.
    """
    if said is not None and declared is not None and said != declared:
        doubt = f"the interface says that there are {said} entries, and the page {declared}"
        return Paging(None, doubt=doubt, pages=pages, total=max(said, declared))
    total = declared if said is None else said
    if pages is None or total is None:
        return Paging(None, doubt="the interface does not say how many entries there are")
    if page < pages:
        if not rows:
            return Paging(None, doubt=f"answer {page} of {pages} holds no entry", pages=pages)
        return Paging(onward, pages=pages, total=total)
    proof = f"the interface counts {total} entries in {pages} answers"
    return Paging(None, proof, pages=pages, total=total, leads=not total and not rows)
