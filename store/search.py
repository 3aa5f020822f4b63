"""Full-text search over what reports say: every Chinese character is a word of its own, and a phrase finds a word."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.normalise import comparable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from parsers.model import Parsed

# SQLite's unicode61 takes a run of Chinese for one word: with spaces around each character a phrase finds any part.
_CHINESE = re.compile("([\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")
# A passage's number is its reading's times this, plus its place: sections 1 to 6, then the notes from 10 on.
PASSAGES = 1000
_NOTES_FROM = 10


@dataclass(frozen=True, slots=True)
class Passage:
    """A section or a note that holds the words sought; `title` is a section's title or a note's kind."""

    reading: int
    publisher: str | None
    year: int | None
    title: str
    text: str


def spaced(text: str) -> str:
    """The text as it is indexed: simplified, in one width, and with a space around every Chinese character."""
    return _CHINESE.sub(r" \1 ", unicodedata.normalize("NFKC", comparable(text)))


def phrase(words: str) -> str:
    """An FTS5 query for all the words, each as a phrase: "公开 收费" finds passages with both."""
    return " ".join(f'"{spaced(word).strip()}"' for word in words.replace('"', " ").split())


def index_passages(db: Database, reading: int, report: Parsed) -> None:
    """Adds a reading's sections and notes to the index. They leave it when the reading is deleted."""
    db.conn.executemany(
        "INSERT INTO _words (rowid, words) VALUES (?, ?)",
        [(reading * PASSAGES + place, spaced(text)) for place, text in _passages(report)],
    )


def search(db: Database, words: str, limit: int = 50) -> tuple[Passage, ...]:
    """The passages that hold all the words (Chinese needs no spaces), the most telling first."""
    query = phrase(words)
    if not query:
        return ()
    # The best are chosen first: ranked while they are joined, every hit would cost a look at all passages.
    rows = db.query(
        "WITH best AS MATERIALIZED (SELECT rowid AS id, rank AS place FROM _words WHERE words MATCH ?"
        " ORDER BY rank, rowid LIMIT ?)"
        " SELECT p.reading, p.publisher, p.year, p.title, p.text FROM best b JOIN passages p ON p.id = b.id"
        " ORDER BY b.place, b.id",
        (query, limit),
    )
    return tuple(Passage(**row) for row in rows)


def _passages(report: Parsed) -> Iterator[tuple[int, str]]:
    for section in report.sections:
        yield int(section.key), f"{section.title}\n{section.text}"
    for place, note in enumerate(report.notes[: PASSAGES - _NOTES_FROM], start=_NOTES_FROM):
        yield place, note.text
