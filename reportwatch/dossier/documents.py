"""The documents of a report as evidence: every version, each time it was asked for, with the answer's headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportwatch.dossier.model import Row, Seen
from reportwatch.dossier.visits import body_of, headers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from store.archive import Archive

MOST = 60  # documents of a report that are kept in a dossier
LARGEST = 64 << 20  # bytes of all of them
_DOCUMENTS = """
SELECT DISTINCT d.* FROM documents d LEFT JOIN readings r ON r.document = d.id LEFT JOIN links l ON l.id = d.link
WHERE r.report = :report OR l.report = :report OR (d.supplied_publisher = :publisher AND d.supplied_year = :year)
ORDER BY d.first_seen, d.id
"""
# A version is had at its address; that it is gone, or cannot be had, is said of the address.
_CAPTURES = """
SELECT kind, seen_at, status, sha256, headers, note FROM captures
WHERE document = :id OR (url = :url AND kind IN ('gone', 'failed') AND seen_at >= :first_seen) ORDER BY seen_at, id
"""
_GONE = """
SELECT kind, url, seen_at, status, note FROM captures WHERE kind = 'gone'
AND url IN (SELECT url FROM links WHERE report = ?) ORDER BY seen_at, id
"""


def documents_of(db: Database, archive: Archive, row: Row) -> list[Seen]:
    """The documents of the report of a row of report_status, the first seen first."""
    return list(_documents(db, archive, row))


def _documents(db: Database, archive: Archive, row: Row) -> Iterator[Seen]:
    kept = 0
    named = {"report": row["report"], "publisher": row["publisher"], "year": row["year"]}
    for count, document in enumerate(list(db.query(_DOCUMENTS, named))):
        captures = tuple(db.query(_CAPTURES, {name: document[name] for name in ("id", "url", "first_seen")}))
        had = next((one for one in captures if one["kind"] == "document"), None)
        body, why_not = None, "too_many"
        if count < MOST and kept + document["bytes"] <= LARGEST:
            body, why_not = body_of(archive, document["sha256"]), "not_kept"
            kept += len(body or b"")
        yield Seen(
            document, captures, headers_of(had["headers"]) if had else {}, had["status"] if had else None, body,
            "" if body is not None else why_not,
        )  # fmt: skip


def gone_answers(db: Database, report: int) -> list[Row]:
    """Each time the page of an entry of the report answered that it is not there."""
    return list(db.query(_GONE, [report]))
