"""What the rules found, figure by figure: as read by every reader, and the cell as it looks in the document."""

from __future__ import annotations

from concurrent.futures import TimeoutError as ShowingTimeoutError
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from pebble import ProcessExpired

import parsers
from parsers.model import Unreadable
from reportwatch import converting, drawing, evidence
from reportwatch.lanes import Lanes
from reportwatch.reviewing import SERIOUS, questions
from reportwatch.reviewing_evidence import spoken_of
from reportwatch.reviewing_telling import readings_said
from reportwatch.showing import SHOWING
from store.parsed import parsed_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlite_utils import Database

    from reportwatch.options import Lang
    from reportwatch.reviewing import Question

MOST_PICTURES = 40
MOST_PAGES = 8
T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page of a document that findings speak of, with what was read drawn over it; a PNG."""

    document: int
    page: int
    body: bytes


@dataclass(slots=True)
class Found:
    """The findings of a report, and the pages that they speak of."""

    every: list[Shown] = field(default_factory=list)
    pages: list[Drawn] = field(default_factory=list)


def shown_findings(
    db: Database, get: Callable[[str], bytes | None], publisher: str, year: int, lang: Lang
) -> Found:
    """The report's findings that are worth a look, and its unsure figures, with their cells and pages."""
    asked = [
        one for one in questions(db) if one.publisher == publisher and one.year == year and _matters(one)
    ]
    found, cells = Found(), _Cells(db, get)
    if not asked:
        return found
    with Lanes(SHOWING) as workers:
        for one in asked:
            said = tuple(readings_said(db, one, lang))
            found.every.append(Shown(one, said, cells.of(one, workers), _document(db, one)))
        for reading in dict.fromkeys(one.reading for one in asked):
            mine = [one for one in asked if one.reading == reading]
            found.pages += cells.pages(mine, workers)[: MOST_PAGES - len(found.pages)]
    return found


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
        made = _made(
            workers, evidence.exhibits, _as_read(body, one, self._db), [spoken_of(self._db, one)], "cell"
        )
        if isinstance(made, str):
            return tuple(Cell(key, why_not=made) for key in one.keys)
        return tuple(map(_cell, made))

    def pages(self, asked: Sequence[Question], workers: Lanes) -> list[Drawn]:
        """The pages of one document on which the sections stand that its findings speak of; none of what has no pages."""
        first = asked[0]
        sections = {key.partition(".")[0] for one in asked for key in one.keys}
        body = self._get(first.sha256) if first.sha256 and first.reading is not None and sections else None
        if body is None or first.reading is None:
            return []
        parsed = parsed_of(self._db, first.reading)
        figures = tuple(one for one in parsed.figures if one.key.partition(".")[0] in sections)
        whole = [replace(parsed, figures=figures)]
        made = _made(workers, drawing.drawn_pages, _as_read(body, first, self._db), whole)
        number = _document(self._db, first) or 0
        return [] if isinstance(made, str) else [Drawn(number, page, picture) for page, picture in made]


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
    workers: Lanes, function: Callable[..., list[T]], body: bytes | Unreadable, *more: object
) -> list[T] | str:
    """What the function makes of the bytes, or why nothing. A worker that is too small gives way to the next."""
    if isinstance(body, Unreadable):
        return body.message
    why = ""
    for number in range(len(workers.lanes)):
        try:
            return workers.schedule(number, function, body, *more).result()
        except (MemoryError, ProcessExpired):
            why = "the worker ended"
        except ShowingTimeoutError:
            return "it took too long"
        except Unreadable as unreadable:
            return unreadable.message
    return why
