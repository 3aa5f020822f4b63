"""Reports that were changed after publication: what a new version says otherwise, at its address or at a new one.

Two versions are compared only as read by one version of our readers (monitor/comparing.py says what counts then). A
difference in bytes alone is cosmetic, and so is a counter, a clock or a menu on the page. A version that could not be
read is passed over: what comes after it is compared with what was before. A copy at another address, or in another
format, is no change unless its figures differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from monitor.comparing import Version, compare
from monitor.model import Revision
from store.parsed import parsed_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlite_utils import Database

    from monitor.comparing import Differences, FigureChange

Row: TypeAlias = "dict[str, str | int]"
MOST_SENTENCES, LONGEST = 1000, 2000  # of a revision; characters of each: more is an attack on the database

# Each time an address gave other bytes than the time before, whoever listed it; what is known as an event is done.
# A page and its pictures are one; a version that lacks one of them says nothing of what the office changed.
TRANSITIONS = """
WITH seen AS (
  SELECT c.id AS capture, c.seen_at, d.url, d.id AS document, d.media_type, d.sha256 || d.pictures AS bytes,
    lag(d.id) OVER by_url AS before, lag(d.media_type) OVER by_url AS type_before,
    lag(d.sha256 || d.pictures) OVER by_url AS bytes_before
  FROM captures c JOIN documents d ON d.id = c.document
  WHERE c.kind IN ('document', 'unchanged') AND d.supplied_by IS NULL AND d.url IN (
    SELECT url FROM documents WHERE supplied_by IS NULL GROUP BY url
    HAVING count(DISTINCT sha256 || pictures) > 1)
    AND NOT EXISTS (SELECT 1 FROM json_each(d.pictures) e WHERE e.value ->> 1 IS NULL)
    AND EXISTS (SELECT 1 FROM readings r WHERE r.document = d.id AND r.error_kind IS NULL)
  WINDOW by_url AS (PARTITION BY d.url ORDER BY c.seen_at, c.id)
)
SELECT s.capture, s.seen_at, s.url, p.publisher, p.year, o.id AS old, n.id AS new, s.type_before AS old_type,
  s.media_type AS new_type, n.rereading IS NOT NULL AS reread
FROM seen s
JOIN readings n ON n.document = s.document AND n.error_kind IS NULL
JOIN readings o ON o.document = s.before AND o.error_kind IS NULL AND o.report = n.report
  AND o.reader_version = n.reader_version
JOIN reports p ON p.id = n.report
WHERE s.bytes <> s.bytes_before
  AND NOT EXISTS (SELECT 1 FROM events e WHERE e.key = 'revised|' || p.publisher || '|' || p.year || '|' || s.capture)
ORDER BY s.seen_at, s.capture, n.part, o.part <> n.part, o.part
"""
# A first version at a new address, of a report that was read elsewhere before. That it is new is proved only where its
# list was read to the end without it, or its page was had without the file, and the file did not fail to come.
COPIES = """
WITH several AS (
  SELECT r.report FROM readings r JOIN documents d ON d.id = r.document AND d.supplied_by IS NULL
  WHERE r.report IS NOT NULL AND r.error_kind IS NULL GROUP BY r.report HAVING count(DISTINCT d.url) > 1
)
SELECT c.id AS capture, d.first_seen AS seen_at, d.url, p.publisher, p.year, n.id AS new, n.report,
  d.media_type AS new_type, n.rereading IS NOT NULL AS reread
FROM several s
JOIN readings n ON n.report = s.report AND n.error_kind IS NULL
JOIN documents d ON d.id = n.document AND d.supplied_by IS NULL
JOIN links l ON l.id = d.link
JOIN reports p ON p.id = n.report
JOIN captures c ON c.id = (
  SELECT k.id FROM captures k WHERE k.document = d.id AND k.kind = 'document' ORDER BY k.seen_at, k.id LIMIT 1)
WHERE EXISTS (SELECT 1 FROM figures f WHERE f.reading = n.id)
  AND NOT EXISTS (SELECT 1 FROM documents o WHERE o.url = d.url AND o.supplied_by IS NULL AND o.id < d.id)
  AND CASE WHEN d.url = l.url THEN EXISTS (
      SELECT 1 FROM crawls g JOIN sources x ON x.id = g.source
      WHERE g.source = l.source AND g.outcome = 'good' AND g.finished_at < l.first_seen AND g.url = x.url
        AND g.started_at >= x.url_since)
    ELSE NOT EXISTS (SELECT 1 FROM captures k WHERE k.url = d.url AND k.kind = 'failed') AND EXISTS (
      SELECT 1 FROM captures k WHERE k.url = l.url AND k.kind IN ('document', 'unchanged')
        AND k.seen_at < d.first_seen AND k.crawl IS NOT c.crawl) END
  AND NOT EXISTS (SELECT 1 FROM events e WHERE e.key = 'revised|' || p.publisher || '|' || p.year || '|' || c.id)
ORDER BY d.first_seen, c.id
"""
# What stood for the report before, the newest first: of each other address the version that was there last.
BEFORE = """
SELECT o.id AS old, d.url, d.media_type AS old_type FROM readings o JOIN documents d ON d.id = o.document
JOIN readings n ON n.id = :new AND n.reader_version = o.reader_version
WHERE o.report = :report AND o.error_kind IS NULL AND d.supplied_by IS NULL AND d.url <> :url
  AND d.first_seen < :seen_at AND EXISTS (SELECT 1 FROM figures f WHERE f.reading = o.id)
  AND NOT EXISTS (SELECT 1 FROM documents v WHERE v.url = d.url AND v.first_seen < :seen_at AND v.last_seen > d.last_seen)
ORDER BY d.first_seen DESC, o.id DESC
"""


def read_revisions(db: Database) -> tuple[Revision, ...]:
    """Every new version of a report's document that is no event yet, also those that changed nothing that counts."""
    found: dict[tuple[str, int, int], Revision] = {}
    for revision in (*_in_place(db), *_copies(db)):
        found.setdefault((revision.publisher, revision.year, revision.capture), revision)
    return tuple(found.values())


def _in_place(db: Database) -> Iterator[Revision]:
    for row in list(db.query(TRANSITIONS)):
        yield _revision(row, _differences(db, row))


def _copies(db: Database) -> Iterator[Revision]:
    """New copies at other addresses: a move, a second format, or a version that says something else."""
    for row in list(db.query(COPIES)):
        wanted = {name: row[name] for name in ("new", "report", "url", "seen_at")}
        differing = [(one["url"], _differences(db, {**row, **one})) for one in db.query(BEFORE, wanted)]
        if differing:
            same = next((found for found in differing if not found[1].figures), None)
            moved_from, differences = same or differing[0]
            yield _revision(row, differences, moved_from)


def _differences(db: Database, row: Row) -> Differences:
    old, new = (Version(parsed_of(db, int(row[name])), str(row[f"{name}_type"])) for name in ("old", "new"))
    return compare(old, new)


def _revision(row: Row, found: Differences, copy_of: str | None = None) -> Revision:
    """Of a copy only figures count: its text has another page around it."""
    sentences = () if copy_of else found.sentences
    return Revision(
        publisher=str(row["publisher"]),
        year=int(row["year"]),
        url=str(row["url"]),
        capture=int(row["capture"]),
        seen_at=str(row["seen_at"]),
        figures=_as_printed(found.figures),
        sections=tuple(dict.fromkeys(change.section for change in sentences)),
        copy_of=copy_of,
        keys=tuple(change.key for change in found.figures),
        sentences=tuple(
            (change.section, _kept(change.before), _kept(change.after))
            for change in sentences[:MOST_SENTENCES]
        ),
        uncertain=_as_printed(found.uncertain),
        edition=found.edition,
        text_compared=found.untold is None,
        reread=bool(row["reread"]),
    )


def _kept(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _as_printed(changes: Sequence[FigureChange]) -> tuple[tuple[str, str, str], ...]:
    return tuple((change.label, change.before, change.after) for change in changes)
