"""Reads what the rules across documents look at: one query for each kind of fact, however many reports there are."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from monitor.across.book import book, wanted_keys
from monitor.across.copies import contested
from monitor.across.lives import SCOPES
from monitor.across.marks import is_corrected, marks_in
from monitor.across.memory import sections_of
from monitor.across.model import Account, AcrossFacts, Body, CopyPair, Entries, Printed
from parsers.normalise import normalise
from store.faults import STILL_THERE, UNREAD
from store.readings import exact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from monitor.across.model import Doubt

# A body that ended on some day has its last whole report year before it.
BODIES = """
SELECT id, name, kind, region, parent, from_year, coalesce(to_year, CAST(substr(ended, 1, 4) AS INTEGER) - 1) AS to_year,
  successor, watched
FROM publishers ORDER BY id
"""
OWING = "SELECT publisher, year FROM reports WHERE owed"
LABELS = "SELECT key, row_label, column_label FROM figure_keys"
# The standing readings, kept for the queries after it: the view counts the figures of every reading.
STANDING = f"""
CREATE TEMP TABLE standing AS
SELECT r.report, r.publisher, r.year, r.reading, r.document, r.reader, r.publisher_text, d.sha256, d.url, d.first_seen,
  d.supplied_by, d.link
FROM latest_readings r JOIN documents d ON d.id = r.document
WHERE r.figures > 0 AND {STILL_THERE}
"""  # noqa: S608 - our own text
ACCOUNTS = """
SELECT s.*, t.text, t.tokens, t.marks FROM standing s JOIN publishers p ON p.id = s.publisher AND p.watched
LEFT JOIN report_texts t ON t.reading = s.reading ORDER BY s.publisher, s.year
"""
# What a person corrected with a source counts instead of what was read.
FIGURES = """
SELECT f.reading, k.key, iif(c.key IS NULL, f.value, c.value) AS value, f.text, f.unit, c.key IS NOT NULL AS corrected
FROM standing s JOIN figures f ON f.reading = s.reading
JOIN figure_keys k ON k.id = f.key AND k.key IN (SELECT value FROM json_each(?))
LEFT JOIN corrected_figures c ON c.reading = f.reading AND c.key = f.key
WHERE coalesce(c.state, f.state) = 'number'
"""
# Entries that the last good visit of their list, at its present address, still showed. One whose year or body is
# doubted is no proof of a second one.
LISTED_NOW = """
CREATE TEMP TABLE listed AS
SELECT l.id AS link, l.report, l.source, l.url, l.title, l.kind FROM links l JOIN (
  SELECT s.id AS source, max(c.started_at) AS at FROM sources s JOIN crawls c ON c.source = s.id
  WHERE s.watched AND c.outcome = 'good' AND c.url = s.url AND c.started_at >= s.url_since GROUP BY s.id
) g ON g.source = l.source
WHERE l.report IS NOT NULL AND l.last_seen >= g.at
  AND NOT EXISTS (SELECT 1 FROM possible_reports m WHERE m.link = l.id)
"""
# Other present documents of a report, read by the same version of the readers. That both were there at one time is
# proved by one visit that had both, or by the older one seen again after the newer one came.
COPIES = f"""
SELECT s.report, s.url, d.url AS other_url, s.reading, r.id AS other, s.publisher_text, r.publisher_text AS other_text,
  n.title, r.title AS other_title, a.title AS entry, b.title AS other_entry
FROM standing s JOIN readings n ON n.id = s.reading
JOIN readings r ON r.report = s.report AND r.document <> s.document AND r.error_kind IS NULL
  AND r.reader_version = n.reader_version
JOIN latest_documents d ON d.id = r.document AND d.supplied_by IS NULL AND d.url <> s.url AND d.sha256 <> s.sha256
JOIN links a ON a.id = s.link JOIN links b ON b.id = d.link
WHERE s.supplied_by IS NULL AND {STILL_THERE}
  AND s.link IN (SELECT link FROM listed) AND d.link IN (SELECT link FROM listed)
  AND (d.last_seen >= s.first_seen OR EXISTS (
    SELECT 1 FROM captures a JOIN captures b ON b.crawl = a.crawl AND b.document = s.document
    WHERE a.document = d.id AND a.crawl IS NOT NULL))
ORDER BY s.report, d.url, r.part
"""  # noqa: S608 - our own text
SHARED = """
SELECT k.key, iif(ca.key IS NULL, a.value, ca.value) AS one, iif(ca.key IS NULL, a.text, '') AS one_text, a.unit AS one_unit,
  iif(cb.key IS NULL, b.value, cb.value) AS other, iif(cb.key IS NULL, b.text, '') AS other_text, b.unit AS other_unit
FROM figures a JOIN figures b ON b.key = a.key AND b.reading = ? JOIN figure_keys k ON k.id = a.key
LEFT JOIN corrected_figures ca ON ca.reading = a.reading AND ca.key = a.key
LEFT JOIN corrected_figures cb ON cb.reading = b.reading AND cb.key = b.key
WHERE a.reading = ? AND coalesce(ca.state, a.state) = 'number' AND coalesce(cb.state, b.state) = 'number' ORDER BY k.id
"""
ENTRIES = """
SELECT i.report, i.source, i.url, i.title, d.media_type, d.sha256
FROM listed i LEFT JOIN latest_documents d ON d.link = i.link AND d.url = i.url
WHERE i.kind = 'report' AND (i.report, i.source) IN (
  SELECT report, source FROM listed WHERE kind = 'report' GROUP BY report, source HAVING count(*) > 1)
ORDER BY i.report, i.source, i.url
"""


def read_accounts(db: Database) -> AcrossFacts:
    """Everything but how alike texts are: bodies, their reports with sure figures, copies, entries."""
    _stand(db)
    labels = {row["key"]: _label(row) for row in db.query(LABELS)}
    bodies = {row["id"]: Body(**{**row, "watched": bool(row["watched"])}) for row in db.query(BODIES)}
    copies = tuple(_copies(db, labels))
    disputed = contested(copies)
    accounts = {
        key: replace(account, contested=disputed.get(account.report, frozenset()))
        for key, account in _accounts(db, bodies)
    }
    return AcrossFacts(
        bodies=bodies,
        accounts=accounts,
        owing=frozenset((row["publisher"], row["year"]) for row in db.query(OWING)),
        labels=labels,
        copies=copies,
        entries=tuple(_entries(db)),
    )


def _stand(db: Database) -> None:
    for name, statement in (("standing", STANDING), ("listed", LISTED_NOW)):
        db.execute(f"DROP TABLE IF EXISTS temp.{name}")
        db.execute(statement)


def _accounts(db: Database, bodies: dict[str, Body]) -> Iterator[tuple[tuple[str, int], Account]]:
    figures: dict[int, dict[str, Printed]] = defaultdict(dict)
    wanted = json.dumps(sorted({key for rule in book().rule for key in wanted_keys(rule)}))
    for row in db.query(FIGURES, (wanted,)):
        figures[row["reading"]][row["key"]] = _figure(row)
    unread = {row["report"] for row in db.query(UNREAD)}
    for row in db.query(ACCOUNTS):
        yield (
            (row["publisher"], row["year"]),
            Account(
                report=row["report"],
                body=bodies[row["publisher"]],
                year=row["year"],
                document=row["sha256"],
                url=row["url"],
                figures=figures.get(row["reading"], {}),
                marks=frozenset(json.loads(row["marks"] or "[]")),
                text=row["text"],
                tokens=row["tokens"] or 0,
                unread=row["report"] in unread,
            ),
        )


def _figure(row: dict[str, Any]) -> Printed:
    """A corrected number is no longer the printed text's; its unit is the cell's."""
    text = "" if row["corrected"] else row["text"]
    return _printed(row["value"], text, row["unit"])


def _printed(value: int | float | str, text: str | None, unit: str | None) -> Printed:
    number = exact(value, text)
    if number is None:  # a number always has one
        message = f"a figure of state number without a value: {text!r}"
        raise ValueError(message)
    return Printed(number, text or "", unit)


def _copies(db: Database, labels: dict[str, str]) -> Iterator[CopyPair]:
    for row in list(db.query(COPIES)):
        shared = tuple(
            (one["key"], labels[one["key"]], _printed(one["one"], one["one_text"], one["one_unit"]),
             _printed(one["other"], one["other_text"], one["other_unit"]))
            for one in db.query(SHARED, (row["other"], row["reading"]))
        )  # fmt: skip
        doubt, apart = _doubt(db, row)
        if apart:
            continue
        named = {normalise(name) for name in (row["publisher_text"], row["other_text"]) if name}
        yield CopyPair(row["report"], row["url"], row["other_url"], shared, len(named) < len(("one", "other")), doubt)  # fmt: skip


def _doubt(db: Database, row: dict[str, Any]) -> tuple[Doubt | None, bool]:
    """Why two documents of one report may rightly differ, and whether they say of themselves that they are of two scopes."""
    readings = (row["reading"], row["other"])
    sections = sections_of(db, list(readings))
    titles = {
        row["reading"]: (row["title"], row["entry"]),
        row["other"]: (row["other_title"], row["other_entry"]),
    }
    mine, theirs = (frozenset(marks_in((*titles[one], *sections[one].values()))) & SCOPES for one in readings)
    if mine and theirs and mine != theirs:
        return None, True
    if mine != theirs and all(
        sections[one] for one in readings
    ):  # one without text says nothing of its scope
        return "scope", False
    if len({is_corrected(*pair) for pair in titles.values()}) > 1:
        return "corrected", False
    return ("untitled" if row["title"] is None or row["other_title"] is None else None), False


def _entries(db: Database) -> Iterator[Entries]:
    found: dict[tuple[int, str], list[tuple[str, str, str | None, str | None]]] = defaultdict(list)
    for row in db.query(ENTRIES):
        found[row["report"], row["source"]].append((row["url"], row["title"], row["media_type"], row["sha256"]))  # fmt: skip
    for (report, source), entries in found.items():
        yield Entries(report, source, tuple(entries))


def _label(row: dict[str, str]) -> str:
    return " / ".join(label for label in (row["row_label"], row["column_label"]) if label)
