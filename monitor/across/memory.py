"""What was computed of texts, kept in the database: a check looks at a text once, and at a pair of texts once."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from monitor.across.book import book
from monitor.across.candidates import candidates
from monitor.across.marks import marks_in
from monitor.across.measure import likeness, text_of
from monitor.across.model import Likeness
from parsers.misread import SCAN
from store.database import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlite_utils import Database

    from monitor.across.measure import Text

AT_ONCE = 400  # texts in memory at a time while readings are measured
UNMEASURED = """
SELECT r.reading, r.reader, r.title FROM latest_readings r LEFT JOIN report_texts t
  ON t.reading = r.reading AND t.measure = ?
WHERE t.reading IS NULL ORDER BY r.reading
"""
SECTIONS = "SELECT reading, key, text FROM sections WHERE reading IN (SELECT value FROM json_each(?))"
# Any reading with that text will do: its name is made of its words.
READING_OF = "SELECT text, min(reading) AS reading FROM report_texts WHERE measure = ? AND text IS NOT NULL GROUP BY text"
KNOWN = "SELECT one, other, ratio, tokens, same, passage FROM likenesses WHERE measure = ?"
STALE = """
DELETE FROM likenesses WHERE measure <> ?1
  OR NOT EXISTS (SELECT 1 FROM report_texts t WHERE t.text = one)
  OR NOT EXISTS (SELECT 1 FROM report_texts t WHERE t.text = other)
"""
Pair = tuple[str, str]


def measure_texts(db: Database) -> int:
    """Gives every standing reading its text's name, length and marks; returns how many had none. Own transactions."""
    version = book().measure.version
    new = list(db.query(UNMEASURED, (version,)))
    for begin in range(0, len(new), AT_ONCE):
        some = new[begin : begin + AT_ONCE]
        sections = sections_of(db, [row["reading"] for row in some])
        rows = [
            (row["reading"], version, *_measured(row["reader"], row["title"], sections[row["reading"]])) for row in some
        ]  # fmt: skip
        with transaction(db):
            db.conn.executemany(
                "INSERT OR REPLACE INTO report_texts (reading, measure, text, tokens, marks)"
                " SELECT ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM readings WHERE id = ?)",
                [(*row, row[0]) for row in rows],
            )
    return len(new)


def compare_texts(
    db: Database, wanted: Iterable[Pair], groups: Mapping[tuple[str, int], frozenset[str]]
) -> int:
    """Computes the likeness of the wanted pairs, and of the likely ones within each group, as far as none is known.

    Returns how many pairs were computed. In one transaction of its own; a group that did not change costs nothing.
    """
    version = book().measure.version
    names = {
        group: hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()
        for group, texts in groups.items()
    }
    done = {
        (row["region"], row["year"]): row["texts"]
        for row in db.query("SELECT region, year, texts FROM compared_texts WHERE measure = ?", (version,))
    }
    changed = [group for group, name in names.items() if done.get(group) != name]
    pairs = set(wanted)
    for group in changed:
        pairs |= candidates(_texts(db, groups[group]))
    known = {(row["one"], row["other"]) for row in db.query(KNOWN, (version,))}
    missing = sorted(pairs - known)
    found = _likenesses(db, missing)
    if not (changed or found):
        return 0
    with transaction(db):
        db.execute(STALE, (version,))
        db.conn.executemany(
            "INSERT OR REPLACE INTO likenesses (one, other, measure, ratio, tokens, same, passage)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(*pair, version, like.ratio, like.tokens, int(like.same), like.passage) for pair, like in found],
        )
        db.conn.executemany(
            "INSERT OR REPLACE INTO compared_texts (region, year, measure, texts) VALUES (?, ?, ?, ?)",
            [(*group, version, names[group]) for group in changed],
        )
    return len(found)


def read_likenesses(db: Database) -> dict[Pair, Likeness]:
    """Every pair that was compared, the smaller name first."""
    return {
        (row["one"], row["other"]): Likeness(row["ratio"], row["tokens"], bool(row["same"]), row["passage"])
        for row in db.query(KNOWN, (book().measure.version,))
    }


def _measured(reader: str, title: str | None, sections: Mapping[str, str]) -> tuple[str | None, int, str]:
    """The text's name, its length and its marks. A scan's words are not sure: its text is compared with no other."""
    marks = marks_in((title, *sections.values()))
    if SCAN in reader:
        return None, 0, json.dumps(marks)
    text = text_of(sections)
    return text.name, text.length, json.dumps(marks)


def _likenesses(db: Database, pairs: list[Pair]) -> list[tuple[Pair, Likeness]]:
    texts = _texts(db, {name for pair in pairs for name in pair})
    return [((one, other), likeness(texts[one], texts[other])) for one, other in pairs if one in texts and other in texts]  # fmt: skip


def _texts(db: Database, names: Iterable[str]) -> dict[str, Text]:
    readings = {row["text"]: row["reading"] for row in db.query(READING_OF, (book().measure.version,))}
    wanted = [(name, readings[name]) for name in sorted(set(names)) if name in readings]
    return dict(_read_texts(db, wanted))


def _read_texts(db: Database, wanted: list[tuple[str, int]]) -> Iterator[tuple[str, Text]]:
    for begin in range(0, len(wanted), AT_ONCE):
        some = wanted[begin : begin + AT_ONCE]
        sections = sections_of(db, [reading for _, reading in some])
        yield from ((name, text_of(sections[reading])) for name, reading in some)


def sections_of(db: Database, readings: list[int]) -> dict[int, dict[str, str]]:
    """The compared sections of each reading."""
    found: dict[int, dict[str, str]] = {reading: {} for reading in readings}
    keys = book().measure.sections
    for row in db.query(SECTIONS, (json.dumps(readings),)):
        if row["key"] in keys:
            found[row["reading"]][row["key"]] = row["text"]
    return found
