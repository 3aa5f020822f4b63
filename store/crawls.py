"""What a visit saw: crawls, links, the documents kept, and what the crawler must remember between runs.

Every function commits by itself and may be called inside a `transaction`. `now` is UTC text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from parsers.titles import title_facts
from store.database import transaction
from store.model import BlindKind, Crawl, CrawlOutcome, Link

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlite_utils import Database

    from store.archive import Archive

RereadKind = Literal["unchanged", "gone", "failed"]
# A capture of something that came without its end, and that was not had since.
_CUT = (
    "c.kind = 'failed' AND c.note LIKE 'truncated:%' AND NOT EXISTS (SELECT 1 FROM captures h WHERE h.url = c.url"
    " AND h.kind IN ('document', 'unchanged') AND (h.seen_at, h.id) > (c.seen_at, c.id))"
)


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A link as remembered. `captured_at`: when its page was last had in full or known to be unchanged; or None.

    `cut_at`: when its page, or a file that hangs on it, last came without its end; None once it was had in full.
    `lacking_since`: since when its page is known without all of its pictures; None if it has them.
    """

    id: int
    url: str
    title: str
    published: str | None
    kind: str
    first_seen: str
    last_seen: str
    year: int | None
    documents: int
    captured_at: str | None
    tried_at: str | None
    cut_at: str | None = None
    lacking_since: str | None = None


def start_crawl(db: Database, source: str, url: str, now: str, run: int | None = None) -> int:
    """Begins a visit of the source's list at `url`; it counts for nothing until `finish_crawl`."""
    sql = "INSERT INTO crawls (run, source, url, started_at) VALUES (?, ?, ?, ?)"
    return _inserted(db, sql, (run, source, url, now))


def finish_crawl(
    db: Database, crawl: int, outcome: CrawlOutcome, blind_kind: BlindKind | None, reason: str,
    pages: int, entries: int, now: str, copy_age: int = 0,
) -> None:  # fmt: skip
    """Ends a visit. `good` = the list was read to its proven end by unconditional requests; `blind` has a kind.

    `copy_age`: how many seconds old the oldest of its pages was, where a cache between us and the server said so.
    """
    if (outcome == "blind") != (blind_kind is not None):
        raise ValueError(f"a blind visit names its kind, and no other does: {outcome}, {blind_kind}")
    db.execute(
        "UPDATE crawls SET outcome = ?, blind_kind = ?, reason = ?, pages = ?, entries = ?, finished_at = ?, copy_age = ?"
        " WHERE id = ?",
        (outcome, blind_kind, reason, pages, entries, now, copy_age, crawl),
    )


def interrupt_crawls(db: Database, now: str) -> int:
    """Marks visits that never ended (a crash, a kill) as blind: interrupted. Returns how many there were.

    Call it under the run's lock only: a visit of a living program is running, too.
    """
    cursor = db.execute(
        "UPDATE crawls SET outcome = 'blind', blind_kind = 'interrupted', finished_at = ?,"
        " reason = 'the program ended before the visit did' WHERE outcome = 'running'",
        (now,),
    )
    return cursor.rowcount


def see_links(db: Database, crawl: int, links: Sequence[Link], now: str) -> None:
    """Remembers what the list showed. `first_seen` stays; the last title and the earliest printed date win.

    An entry whose title moves to another year is not the report we saw first: `retitled_at` says since when.
    """
    with transaction(db):
        for link in links:
            _see(db, crawl, link, now)


def keep_document(
    db: Database, archive: Archive, *, url: str, body: bytes, media_type: str, now: str,
    source: str | None = None, link_url: str | None = None, parent: int | None = None, title: str | None = None,
    published: str | None = None, headers: Mapping[str, str] | None = None, status: int | None = None,
    crawl: int | None = None, supplied_by: str | None = None, supplied_publisher: str | None = None,
    supplied_year: int | None = None, pictures: str = "[]", part: bool = False,
) -> tuple[int, bool]:  # fmt: skip
    """Keeps bytes found at `url`: first in the archive, then as a document, with a capture each time.

    Returns the document's id and whether these bytes are new at this address. A document is a version: the same
    bytes again only move `last_seen`; `title` and `published` fill what was unknown. Documents a person supplies
    have `supplied_by` (who), and the publisher and year that person names. A page has `pictures` (store.model), and a
    version for each state of them; a picture that is only read with a page is a `part`.
    """
    sha256 = archive.put(body)
    with transaction(db):
        link = _link_id(db, source, link_url)
        found = _row(
            db, "SELECT id FROM documents WHERE coalesce(source, '') = ? AND url = ? AND sha256 = ? AND pictures = ?",
            (source or "", url, sha256, pictures),
        )  # fmt: skip
        if found is None:
            document = _inserted(
                db,
                "INSERT INTO documents (source, link, parent, url, sha256, media_type, bytes, title, published,"
                " first_seen, last_seen, link_title, supplied_by, supplied_publisher, supplied_year, pictures, part)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT title FROM links WHERE id = ?), ?, ?, ?, ?, ?)",
                (source, link, parent, url, sha256, media_type, len(body), title, published, now, now,
                 link, supplied_by, supplied_publisher, supplied_year, pictures, part),
            )  # fmt: skip
        else:
            document = int(str(found[0]))
            db.execute(
                "UPDATE documents SET last_seen = max(last_seen, ?), link = coalesce(?, link), parent = coalesce(?, parent),"
                " title = coalesce(title, ?), published = coalesce(published, ?),"
                " supplied_publisher = coalesce(?, supplied_publisher), supplied_year = coalesce(?, supplied_year),"
                " part = min(part, ?) WHERE id = ?",
                (now, link, parent, title, published, supplied_publisher, supplied_year, part, document),
            )
        _capture(db, "document", url, now, crawl, document, status, sha256, headers, "")
    return document, found is None


def adopt_parts(db: Database, page: int, parts: Sequence[int]) -> None:
    """The pictures of a page hang on its newest version."""
    with transaction(db):
        for part in parts:
            db.execute("UPDATE documents SET parent = ? WHERE id = ? AND part", (page, part))


def note_list_page(
    db: Database, crawl: int, url: str, sha256: str, status: int | None,
    headers: Mapping[str, str] | None, now: str,
) -> None:  # fmt: skip
    """Notes a page of the list as evidence of what the visit saw; its bytes are in the archive."""
    _capture(db, "list", url, now, crawl, None, status, sha256, headers, "")


def note_capture(
    db: Database, kind: RereadKind, url: str, now: str, *, crawl: int | None = None, document: int | None = None,
    status: int | None = None, headers: Mapping[str, str] | None = None, note: str = "",
) -> None:  # fmt: skip
    """Notes that a page was asked for again without new bytes: `unchanged` (304), `gone` (404, 410) or `failed`.

    Without `document` the newest document at `url` is meant. `unchanged` also moves the document's `last_seen`.
    """
    with transaction(db):
        if document is None:
            newest = _row(
                db, "SELECT id FROM documents WHERE url = ? ORDER BY last_seen DESC, id DESC", (url,)
            )
            document = int(str(newest[0])) if newest else None
        _capture(db, kind, url, now, crawl, document, status, None, headers, note)
        if kind == "unchanged":
            db.execute("UPDATE documents SET last_seen = max(last_seen, ?) WHERE id = ?", (now, document))


def known_links(db: Database, source: str) -> list[KnownLink]:
    """Every link ever seen on the source, oldest first, with when its page was last had and last asked for."""
    rows = db.query(
        "SELECT l.id, l.url, l.title, l.published, l.kind, l.first_seen, l.last_seen, l.year,"  # noqa: S608 - _CUT is ours
        " (SELECT count(*) FROM documents d WHERE d.link = l.id) AS documents,"
        " (SELECT max(c.seen_at) FROM documents d JOIN captures c ON c.document = d.id"
        "  WHERE d.link = l.id AND c.url = l.url AND c.kind IN ('document', 'unchanged')) AS captured_at,"
        " (SELECT max(c.seen_at) FROM captures c WHERE c.url = l.url AND c.kind <> 'list') AS tried_at,"
        f" (SELECT max(c.seen_at) FROM captures c WHERE (c.url = l.url OR c.document IN (SELECT id FROM documents WHERE"
        f" link = l.id)) AND {_CUT}) AS cut_at,"
        " (SELECT CASE WHEN EXISTS (SELECT 1 FROM json_each(d.pictures) e WHERE e.value ->> 1 IS NULL)"
        "  THEN d.first_seen END FROM documents d WHERE d.link = l.id AND d.url = l.url"
        "  ORDER BY d.last_seen DESC, d.id DESC LIMIT 1) AS lacking_since"
        " FROM links l WHERE l.source = ? ORDER BY l.first_seen, l.id",
        (source,),
    )
    return [KnownLink(**row) for row in rows]


def times_cut(db: Database, url: str) -> int:
    """How often in a row what is at this address came without its end."""
    sql = f"SELECT count(*) FROM captures c WHERE c.url = ? AND {_CUT}"  # noqa: S608 - _CUT is ours
    return int(str((_row(db, sql, (url,)) or (0,))[0]))


def last_good(db: Database, source: str) -> Crawl | None:
    """The newest good visit of the source at its present address, or None."""
    return _crawl(
        db,
        "JOIN sources s ON s.id = c.source AND s.url = c.url AND c.started_at >= s.url_since"
        " WHERE c.source = ? AND c.outcome = 'good'",
        source,
    )


def last_crawl(db: Database, source: str) -> Crawl | None:
    """The newest visit of the source that has ended, whatever came of it, or None."""
    return _crawl(db, "WHERE c.source = ? AND c.outcome <> 'running'", source)


def _crawl(db: Database, where: str, source: str) -> Crawl | None:
    sql = (
        "SELECT c.id, c.source, c.url, c.started_at, c.finished_at, c.outcome, c.blind_kind, c.reason, c.pages,"  # noqa: S608 - `where` is ours
        f" c.entries FROM crawls c {where} ORDER BY c.started_at DESC, c.id DESC LIMIT 1"
    )
    row = next(iter(db.query(sql, (source,))), None)
    return Crawl(**row) if row else None


def _see(db: Database, crawl: int, link: Link, now: str) -> None:
    known = _row(db, "SELECT title FROM links WHERE source = ? AND url = ?", (link.source, link.url))
    retitled = now if known is not None and _moved_year(str(known[0]), link.title) else None
    db.execute(
        "INSERT INTO links (source, url, title, published, kind, first_seen, last_seen, last_crawl)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, url) DO UPDATE SET title = excluded.title,"
        " published = CASE WHEN ? IS NULL AND published < excluded.published THEN published"
        " ELSE coalesce(excluded.published, published) END,"
        " kind = excluded.kind, last_seen = max(last_seen, excluded.last_seen), last_crawl = excluded.last_crawl,"
        " retitled_at = coalesce(?, retitled_at)",
        (link.source, link.url, link.title, link.published, link.kind, now, now, crawl, retitled, retitled),
    )


def _moved_year(before: str, after: str) -> bool:
    if before == after:
        return False
    old, new = title_facts(before).year, title_facts(after).year
    return old is not None and new is not None and old != new


def _capture(
    db: Database, kind: str, url: str, now: str, crawl: int | None, document: int | None, status: int | None,
    sha256: str | None, headers: Mapping[str, str] | None, note: str,
) -> None:  # fmt: skip
    db.execute(
        "INSERT INTO captures (crawl, kind, url, document, seen_at, status, sha256, headers, note)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            crawl,
            kind,
            url,
            document,
            now,
            status,
            sha256,
            json.dumps(dict(headers or {}), ensure_ascii=False),
            note,
        ),
    )


def _link_id(db: Database, source: str | None, url: str | None) -> int | None:
    if source is None or url is None:
        return None
    found = _row(db, "SELECT id FROM links WHERE source = ? AND url = ?", (source, url))
    return int(str(found[0])) if found else None


def _row(db: Database, sql: str, values: Sequence[object]) -> tuple[object, ...] | None:
    row: tuple[object, ...] | None = db.execute(sql, values).fetchone()
    return row


def _inserted(db: Database, sql: str, values: Sequence[object]) -> int:
    row = db.execute(sql, values).lastrowid
    if row is None:
        raise RuntimeError("SQLite named no row for an insert")
    return row
