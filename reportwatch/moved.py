"""Where a list that cannot be seen any more has probably gone, by what its visits kept. No request is made.

Every address is a guess for a person to look at: the watchlist is never changed by it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from parsel import Selector

from crawler.links import clean_url
from crawler.shells import shell_target
from crawler.text import decode
from reportwatch.adding_same import list_key
from store.errors import StoreError
from store.watchlist_sources import wrong_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from store.archive import Archive

AT_LEAST = 2  # blind visits in a row: once may be the weather
PAGES = 6  # kept pages of a source, and of its host, that are looked through
LARGEST = 4 << 20  # bytes
MOST = 3  # addresses that are told for a source
KINDS = ("redirected_away", "http_error", "structure_changed", "count_collapsed", "js_shell", "empty")
# What columns of annual reports are called. With a year it is a report, or the folder of one year.
COLUMN = re.compile(
    r"\W*(?:[\u4e00-\u9fff]{2,8}(?:市|县|区|局|委|办|政府))?(?:政府信息公开|信息公开|政务公开|公开)?(?:工作)?(?:年度?报告?|年报)(?:专栏|栏目|列表)?\W*"
)
_NOT = re.compile(r"财务|预算|决算|统计|企业|法治|网站|(?:19|20)\d{2}")
_LEADS = re.compile(
    r"leads to (https?://[^\s,]+?)(?:[:,]?\s|$)|(https?://\S+) is not on the hosts|status 30\d to (\S+)"
)
_CRAWLS = """
SELECT c.id, c.blind_kind, c.reason, c.started_at FROM crawls c JOIN sources s ON s.id = c.source AND s.url = c.url
WHERE c.source = ? AND c.outcome = 'blind' AND c.started_at >= s.url_since AND c.blind_kind <> 'interrupted'
  AND c.id > coalesce((SELECT max(g.id) FROM crawls g WHERE g.source = c.source AND g.outcome IN ('good', 'unchanged')), 0)
ORDER BY c.id DESC
"""
_OWN_PAGES = "SELECT url, headers, sha256 FROM captures WHERE crawl = ? AND kind = 'list' ORDER BY id"
_OTHER_PAGES = """
SELECT url, headers, sha256, max(id) FROM captures
WHERE kind = 'list' AND status = 200 AND sha256 IS NOT NULL AND (url LIKE ? OR url LIKE ?) GROUP BY url ORDER BY max(id) DESC LIMIT 40
"""


@dataclass(frozen=True, slots=True)
class Lost:
    """A source whose column seems to be gone: since when, how often it was looked for, and how its visits ended."""

    source: str
    url: str
    since: str
    visits: int
    kind: str


@dataclass(frozen=True, slots=True)
class Guess:
    """An address where the column may be now, and why."""

    url: str
    why: str


def lost_sources(database: Database) -> tuple[Lost, ...]:
    """The watched sources whose last visits all ended as they do where a column has moved."""
    found = []
    for source, url in database.execute("SELECT id, url FROM sources WHERE watched ORDER BY id").fetchall():
        crawls = database.execute(_CRAWLS, [source]).fetchall()
        if len(crawls) >= AT_LEAST and all(
            _as_if_moved(kind, reason) for _, kind, reason, _ in crawls[:AT_LEAST]
        ):
            found.append(Lost(source, url, str(crawls[-1][3]), len(crawls), str(crawls[0][1])))
    return tuple(found)


def guesses(database: Database, archive: Archive, lost: Lost) -> tuple[Guess, ...]:
    """Where it probably went, the surest first: where it leads, what the page that came links to, what others link to."""
    watched = {
        list_key(url) for (url,) in database.execute("SELECT url FROM sources WHERE watched").fetchall()
    }
    found: dict[object, Guess] = {}
    for guess in _all_guesses(database, archive, lost):
        key = list_key(guess.url)
        if not wrong_url(guess.url) and key not in watched:
            found.setdefault(key, guess)
    return tuple(found.values())[:MOST]


def _as_if_moved(kind: str, reason: str) -> bool:
    return kind in KINDS and not (
        kind == "http_error" and reason.startswith(("status 5", "the server answered with status 5"))
    )


def _all_guesses(database: Database, archive: Archive, lost: Lost) -> Iterator[Guess]:
    crawls = database.execute(_CRAWLS, [lost.source]).fetchall()[:PAGES]
    for _, _, reason, _ in crawls:
        if found := _LEADS.search(reason):
            yield from _clean(
                lost.url, next(filter(None, found.groups())).rstrip(":,."), "its address leads there"
            )
    pages = [page for crawl, *_ in crawls for page in database.execute(_OWN_PAGES, [crawl]).fetchall()]
    for url, headers, _ in pages:
        yield from _clean(
            url, str(json.loads(headers).get("location", "")), "its server sends visitors there"
        )
    for url, _, sha256 in pages[:PAGES]:
        yield from _linked(url, _text(archive, sha256), "the page that came instead")
    host = urlsplit(lost.url).netloc
    rows = database.execute(_OTHER_PAGES, [f"http://{host}/%", f"https://{host}/%"]).fetchall()
    for url, _, sha256, _ in rows[:PAGES]:
        yield from _linked(url, _text(archive, sha256), "a page of the same host")


def _clean(base: str, target: str, why: str) -> Iterator[Guess]:
    url = clean_url(base, target) if target else None
    if url:
        yield Guess(url, why)


def _linked(url: str, text: str, whose: str) -> Iterator[Guess]:
    """Where the page sends on by a script, and its links that are called as such columns are."""
    if not text:
        return
    if target := shell_target(url, text):
        yield Guess(target, f"{whose} leads on to it")
    for anchor in Selector(text=text).css("a[href]"):
        named = ("".join(anchor.css("::text").getall()), anchor.attrib.get("title", ""))
        name = next((plain for said in named if COLUMN.fullmatch(plain := "".join(said.split()))), "")
        if name and not _NOT.search(name):
            for guess in _clean(url, anchor.attrib["href"], f"{whose} ({url}) links to it as “{name}”"):
                if urljoin(url, guess.url) != url:
                    yield guess


def _text(archive: Archive, sha256: str | None) -> str:
    try:
        body = archive.get(sha256) if sha256 else b""
    except StoreError:
        return ""  # doctor tells of damaged archives elsewhere
    return decode(body) if len(body) <= LARGEST else ""
