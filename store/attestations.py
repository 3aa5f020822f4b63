"""What people bring: documents they had where we could not look, and that they looked and the report was not there.

It stands beside what was crawled, marked as theirs. It never makes a report late, withdrawn or missing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.crawls import keep_document
from store.database import transaction

if TYPE_CHECKING:
    from sqlite_utils import Database

    from store.archive import Archive


@dataclass(frozen=True, slots=True)
class Supplied:
    """What came of it: the document, whether it is new, and who else has it.

    `crawled`: a visit of ours found these very bytes. `other`: whose report these bytes of this address were said to
    be before, if another's; then that stays.
    """

    document: int
    is_new: bool
    crawled: bool
    other: tuple[str, int] | None


def supply(
    db: Database, archive: Archive, body: bytes, media_type: str, publisher: str, year: int, *,
    url: str, by: str, seen_at: str, file: str, title: str, note: str,
) -> Supplied:  # fmt: skip
    """Keeps a document that `by` saw at `url` at `seen_at` (UTC text). The same by the same person changes nothing."""
    sha256 = archive.put(body)
    with transaction(db):
        known = db.execute(
            "SELECT id, supplied_publisher, supplied_year FROM documents WHERE source IS NULL AND url = ? AND sha256 = ?",
            (url, sha256),
        ).fetchone()
        other = (known[1], known[2]) if known and (known[1], known[2]) != (publisher, year) else None
        same_again = (
            known
            and db.execute("SELECT 1 FROM supplies WHERE document = ? AND by = ?", (known[0], by)).fetchone()
        )
        document, is_new = (known[0], False) if same_again or other else keep_document(
            db, archive, url=url, body=body, media_type=media_type, now=seen_at, title=title, supplied_by=by,
            supplied_publisher=publisher, supplied_year=year,
        )  # fmt: skip
        if other is None:
            db.execute(
                "INSERT INTO supplies (document, by, seen_at, file, note) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (document, by, seen_at, file, note),
            )
        crawled = db.execute(
            "SELECT 1 FROM documents WHERE sha256 = ? AND supplied_by IS NULL", (sha256,)
        ).fetchone()
    return Supplied(document, is_new, crawled is not None, other)


def attest(db: Database, publisher: str, year: int, seen_at: str, *, by: str, url: str, note: str) -> None:
    """Keeps that `by` looked at `url` at `seen_at` (UTC text) and found nothing. The same again changes nothing."""
    with transaction(db):
        db.execute(
            "INSERT INTO attestations (publisher, year, seen_at, by, url, note) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (publisher, year, seen_at, by) DO UPDATE SET url = excluded.url, note = excluded.note",
            (publisher, year, seen_at, by, url, note),
        )
