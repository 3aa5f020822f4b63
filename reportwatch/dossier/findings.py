"""What the rules found, figure by figure: as read by every reader, and the cell as it looks in the document."""

from __future__ import annotations

from concurrent.futures import TimeoutError as ShowingTimeoutError
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pebble import ProcessExpired

import parsers
from parsers.model import Parsed, Unreadable
from reportwatch import converting, evidence
from reportwatch.lanes import Lanes
from reportwatch.reviewing import SERIOUS, questions
from reportwatch.reviewing_evidence import spoken_of
from reportwatch.reviewing_telling import readings_said
from reportwatch.showing import SHOWING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlite_utils import Database

    from reportwatch.options import Lang
    from reportwatch.reviewing import Question

MOST_PICTURES = 40


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure's place: a PNG, or the rows of its table as HTML of ours, or why neither."""

    key: str
    picture: bytes = b""
    rows: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding (or an unsure figure) with what every reader read and its cells."""

    one: Question
    said: tuple[str, ...]
    cells: tuple[Cell, ...]
    document: int | None


def shown_findings(
    db: Database, get: Callable[[str], bytes | None], publisher: str, year: int, lang: Lang
) -> list[Shown]:
    """The report's findings that are worth a look, and its unsure figures, with their cells cut out."""
    found = [
        one for one in questions(db) if one.publisher == publisher and one.year == year and _matters(one)
    ]
    cells = _Cells(db, get)
    with Lanes(SHOWING) as workers:
        return [
            Shown(one, tuple(readings_said(db, one, lang)), cells.of(one, workers), _document(db, one))
            for one in found
        ]


def _matters(one: Question) -> bool:
    return one.what == "figure" or (one.level in SERIOUS and one.rule != "unsure")


def _document(db: Database, one: Question) -> int | None:
    if one.reading is None:
        return None
    found = db.execute("SELECT document FROM readings WHERE id = ?", (one.reading,)).fetchone()
    return int(found[0]) if found else None


class _Cells:
    """Cuts cells out of archived documents in limited workers; at most so many for one dossier."""

    def __init__(self, db: Database, get: Callable[[str], bytes | None]) -> None:
        self._db, self._get, self._left = db, get, MOST_PICTURES

    def of(self, one: Question, workers: Lanes) -> tuple[Cell, ...]:
        """The cells of a finding; none where it names no figure of one document."""
        if one.reading is None or one.sha256 is None or not one.keys:
            return ()
        if self._left <= 0:
            return tuple(Cell(key, why_not="too_many") for key in one.keys)
        self._left -= len(one.keys)
        body = self._get(one.sha256)
        if body is None:
            return tuple(Cell(key, why_not="not_kept") for key in one.keys)
        made = _made(workers, _as_read(body, one, self._db), [spoken_of(self._db, one)])
        if isinstance(made, str):
            return tuple(Cell(key, why_not=made) for key in one.keys)
        return tuple(map(_cell, made))


def _as_read(body: bytes, one: Question, db: Database) -> bytes | Unreadable:
    """The bytes that were read: of an old Word file, those that LibreOffice makes of it."""
    row = db.execute("SELECT reader FROM readings WHERE id = ?", (one.reading,)).fetchone()
    if str(row[0]).startswith(f"{converting.READER}+"):
        return converting.convert([(body, parsers.sniff(body))])[0]
    return body


def _cell(exhibit: evidence.Exhibit) -> Cell:
    if exhibit.name is None:
        return Cell(exhibit.key, why_not=exhibit.why)
    if exhibit.name.endswith(".png"):
        return Cell(exhibit.key, picture=exhibit.body)
    _, table, rest = exhibit.body.decode().partition("<table>")
    return Cell(exhibit.key, rows=f"{table}{rest.partition('</table>')[0]}</table>")


def _made(
    workers: Lanes, body: bytes | Unreadable, reports: Sequence[Parsed]
) -> list[evidence.Exhibit] | str:
    """The exhibits, or why there are none. A worker that is too small gives way to the next."""
    if isinstance(body, Unreadable):
        return body.message
    why = ""
    for number in range(len(workers.lanes)):
        try:
            return workers.schedule(number, evidence.exhibits, body, reports, "cell").result()
        except (MemoryError, ProcessExpired):
            why = "the worker ended"
        except ShowingTimeoutError:
            return "it took too long"
        except Unreadable as unreadable:
            return unreadable.message
    return why
