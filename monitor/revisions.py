"""Reports that were changed after publication: what the new version at an address says otherwise.

Two versions are compared only as read by one version of our readers, figure by figure: a figure that either reading is
unsure of, or that only one of them has, says nothing. A difference in bytes alone is cosmetic.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.model import Revision

if TYPE_CHECKING:
    from sqlite_utils import Database

# Each time an address gave other bytes than the time before, whoever listed it; what is known as an event is done.
# A page and its pictures are one; a version that lacks one of them says nothing of what the office changed.
TRANSITIONS = """
WITH seen AS (
  SELECT c.id AS capture, c.seen_at, d.url, d.id AS document, d.sha256 || d.pictures AS bytes,
    lag(d.id) OVER by_url AS before, lag(d.sha256 || d.pictures) OVER by_url AS bytes_before
  FROM captures c JOIN documents d ON d.id = c.document
  WHERE c.kind IN ('document', 'unchanged') AND d.supplied_by IS NULL AND d.url IN (
    SELECT url FROM documents WHERE supplied_by IS NULL GROUP BY url
    HAVING count(DISTINCT sha256 || pictures) > 1)
    AND NOT EXISTS (SELECT 1 FROM json_each(d.pictures) e WHERE e.value ->> 1 IS NULL)
  WINDOW by_url AS (PARTITION BY d.url ORDER BY c.seen_at, c.id)
)
SELECT s.capture, s.seen_at, s.url, p.publisher, p.year, o.id AS old, n.id AS new
FROM seen s
JOIN readings n ON n.document = s.document AND n.error_kind IS NULL
JOIN readings o ON o.document = s.before AND o.error_kind IS NULL AND o.report = n.report
  AND o.reader_version = n.reader_version
JOIN reports p ON p.id = n.report
WHERE s.bytes <> s.bytes_before
  AND NOT EXISTS (SELECT 1 FROM events e WHERE e.key = 'revised|' || p.publisher || '|' || p.year || '|' || s.capture)
ORDER BY s.seen_at, s.capture
"""
FIGURES = """
SELECT k.row_label, k.column_label, a.text AS before, b.text AS after
FROM figures a JOIN figures b ON b.key = a.key AND b.reading = ? JOIN figure_keys k ON k.id = a.key
WHERE a.reading = ? AND a.state <> 'unsure' AND b.state <> 'unsure'
  AND (a.value IS NOT b.value OR (a.value IS NULL AND a.state IS NOT b.state))
ORDER BY k.id
"""
SECTIONS = """
SELECT b.title, a.text AS before, b.text AS after
FROM sections a JOIN sections b ON b.key = a.key AND b.reading = ? WHERE a.reading = ? ORDER BY a.key
"""
UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
NOTHING_PRINTED = "—"


def read_revisions(db: Database) -> tuple[Revision, ...]:
    """Every replacement of a report's document that is no event yet, also those that changed nothing that counts."""
    return tuple(_revision(db, row) for row in db.query(TRANSITIONS))


def _revision(db: Database, row: dict[str, str | int]) -> Revision:
    pair = (row["new"], row["old"])
    return Revision(
        publisher=str(row["publisher"]),
        year=int(row["year"]),
        url=str(row["url"]),
        capture=int(row["capture"]),
        seen_at=str(row["seen_at"]),
        figures=tuple(
            (_label(change), change["before"] or NOTHING_PRINTED, change["after"] or NOTHING_PRINTED)
            for change in db.query(FIGURES, pair)
        ),
        sections=tuple(
            text["title"]
            for text in db.query(SECTIONS, pair)
            if _bare(text["before"]) != _bare(text["after"])
        ),
    )


def _label(change: dict[str, str]) -> str:
    return " / ".join(label for label in (change["row_label"], change["column_label"]) if label)


def _bare(text: str) -> str:
    return UNSEEN.sub("", text)
