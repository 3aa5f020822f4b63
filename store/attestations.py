"""What people attest: they looked, and the report was not there. Shown by `explain`; never makes "missing" alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.database import transaction

if TYPE_CHECKING:
    from sqlite_utils import Database


def attest(db: Database, publisher: str, year: int, seen_at: str, *, by: str, url: str, note: str) -> None:
    """Keeps that `by` looked at `url` at `seen_at` (UTC text) and found nothing. The same again changes nothing."""
    with transaction(db):
        db.execute(
            "INSERT INTO attestations (publisher, year, seen_at, by, url, note) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (publisher, year, seen_at, by) DO UPDATE SET url = excluded.url, note = excluded.note",
            (publisher, year, seen_at, by, url, note),
        )
