"""Every version of a report that was seen: at which address, from when to when, and as what it was read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

Row = dict[str, Any]

# A document that cannot be read belongs to the report of the entry behind which it was found.
DOCUMENTS = """
SELECT d.id AS document, d.url, d.sha256, d.sha256 || d.pictures AS content, d.bytes, d.media_type, d.supplied_by,
  d.first_seen, d.last_seen, r.id AS reading, r.reader, r.reader_version, r.error_kind, r.error_message,
  d.id = (SELECT document FROM latest_readings s WHERE s.report = :report) AS stands
FROM documents d
LEFT JOIN readings r ON r.document = d.id AND (r.report = :report OR r.error_kind IS NOT NULL)
LEFT JOIN links l ON l.id = d.link
WHERE NOT d.part AND (r.report = :report OR (l.report = :report AND NOT EXISTS (
    SELECT 1 FROM readings o WHERE o.document = d.id AND o.report IS NOT NULL))
  OR (d.supplied_publisher = :publisher AND d.supplied_year = :year))
GROUP BY d.id ORDER BY d.id
"""
CAPTURES = """
SELECT c.document, c.seen_at FROM captures c
WHERE c.kind IN ('document', 'unchanged') AND c.document = ? ORDER BY c.seen_at, c.id
"""


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """One version at one address, from the first to the last time that it was seen there without another between.

    `number` counts from 1, by first sight. `times` are the visits that saw it. `reading` is None where it was not
    read as this report: `error_kind` and `error_message` say why, both None where nobody tried yet. `content` is the
    same for the same bytes, those of the pictures of a page included. `stands`: it stands for the report now.
    """

    number: int
    document: int
    url: str
    sha256: str
    content: str
    bytes: int
    media_type: str
    first_at: str
    last_at: str
    times: int
    reading: int | None
    reader: str | None
    reader_version: str | None
    error_kind: str | None
    error_message: str | None
    supplied_by: str | None
    stands: bool


def read_versions(db: Database, publisher: str, year: int) -> tuple[SeenVersion, ...]:
    """All versions of a report by first sight; A, then B, then A again are three. Empty where none is known."""
    report = db.execute(
        "SELECT id FROM reports WHERE publisher = ? AND year = ?", (publisher, year)
    ).fetchone()
    if report is None:
        return ()
    wanted = {"report": report[0], "publisher": publisher, "year": year}
    sights = [(at, row) for row in db.query(DOCUMENTS, wanted) for at in _sights(db, row)]
    found: list[SeenVersion] = []
    for url in dict.fromkeys(row["url"] for _, row in sights):
        found += _runs(sorted((pair for pair in sights if pair[1]["url"] == url), key=_when))
    found.sort(key=lambda one: (one.first_at, one.document))
    standing = [one for one in found if one.stands]
    return tuple(
        replace(one, number=number, stands=bool(standing) and one is standing[-1])
        for number, one in enumerate(found, start=1)
    )


def _sights(db: Database, row: Row) -> list[str]:
    seen = [one["seen_at"] for one in db.query(CAPTURES, (row["document"],))]
    return seen or [row["first_seen"]]


def _when(sight: tuple[str, Row]) -> tuple[str, int]:
    return sight[0], sight[1]["document"]


def _runs(sights: Iterable[tuple[str, Row]]) -> Sequence[SeenVersion]:
    """Sights of one address in order, those of the same bytes in a row as one version. A person's file is its own."""
    runs: list[SeenVersion] = []
    for at, row in sights:
        last = runs[-1] if runs else None
        if last and last.content == row["content"] and last.supplied_by == row["supplied_by"]:
            runs[-1] = replace(
                last, last_at=at, times=last.times + 1, stands=last.stands or bool(row["stands"])
            )
        else:
            runs.append(_version(at, row))
    return runs


def _version(at: str, row: Row) -> SeenVersion:
    names = (
        "document", "url", "sha256", "content", "bytes", "media_type", "reader_version", "error_kind", "error_message",
        "supplied_by",
    )  # fmt: skip
    read = row["error_kind"] is None
    return SeenVersion(
        **{name: row[name] for name in names},
        number=0,
        first_at=at,
        last_at=at,
        times=1,
        reading=row["reading"] if read else None,
        reader=row["reader"] if read else None,
        stands=bool(row["stands"]),
    )
