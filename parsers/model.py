"""The words of reading: what a reader hands on and what a report is made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

State = Literal["number", "blank", "not_number", "unsure"]
Level = Literal["error", "warning", "info"]
Effort = Literal["first", "second", "pictures"]
NoteKind = Literal["footnote", "attachment", "signature", "dated", "contact"]
FindingKind = Literal["printed_error", "unsure", "blank", "form", "text"]
Value = int | Decimal | None
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something stands in its document, so that a person can look.

    `page`, `table`, `row` and `column` count from 1. `box` is (left, top, right, bottom) in points (PDF) or
    pixels (image) from the top left corner of the page as displayed.
    """

    kind: Literal["pdf", "html", "docx", "sheet", "image", "text"]
    page: int | None = None
    box: Box | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    sheet: str | None = None
    cell: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as read. `text` is raw: not normalised, lines joined with a newline.

    `closed` says that the cell's borders are known, so that an empty `text` means a cell without ink. `inked`: ink
    was seen in it that is no text.
    """

    text: str
    origin: Origin
    closed: bool = True
    inked: bool = False

    def __hash__(self) -> int:
        """By the parts that tell cells apart: tables are compared cell by cell, and all parts would cost three times that."""
        place = self.origin
        return hash((self.text, place.row, place.column, place.cell, place.box))


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as read: rows of cells, a merged cell repeated (equal, same origin) at every place it covers."""

    origin: Origin
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader saw in one document: its tables in order, and its text as printed, line by line.

    `text` includes the text of tables. `title` is what the document's own metadata names (ArticleTitle, title).
    `pages` are those of a PDF, from 1, that may carry the form's tables: other readers need look at no other.
    `unread` names the pictures of a page that this reader did not look at: what they show is not known.
    """

    reader: str
    grids: tuple[Grid, ...]
    text: str
    title: str | None = None
    pages: tuple[int, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """What one reader says of a figure that is not sure: the text as it read it, and where."""

    reader: str
    text: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the form. `value` is None unless `state` is "number"; `text` keeps what is printed.

    `alternatives` are the readings of a figure that is "unsure"; no other figure has any.
    """

    key: str
    value: Value
    text: str
    unit: str | None
    state: State
    origin: Origin
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the text. `key` is the number of the official section: "1" to "6"."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A line of a report beside its sections: a footnote, an attachment it names, who signed it, when, how to reach them.

    `value` is the line's meaning where it has one: an ISO day ("dated"), a file's name ("attachment").
    """

    kind: NoteKind
    text: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that does not hold, in a sentence a person understands, with both sides where there are two.

    `version` is the rule's: another number says that the rule means something else than before.
    """

    rule: str
    kind: FindingKind
    level: Level
    message: str
    message_zh: str
    keys: tuple[str, ...] = ()
    left: Value = None
    right: Value = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Parsed:
    """One report as read. `edition` is None where no table of the form was recognised."""

    publisher: str | None
    year: int | None
    title: str | None
    edition: Literal["2021", "2019", "legacy"] | None
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    reader: str
    notes: tuple[Note, ...] = ()


class Unreadable(Exception):  # noqa: N818 - reads as what it says: the document is unreadable
    """Raised by readers and `parse` when a document cannot be read.

    `kind` is one of: empty, encrypted, truncated, broken, not_a_report, unsupported, too_large, error_page, incomplete.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(kind, message)  # what it is made from, so that it survives the way out of a worker
        self.kind = kind
        self.message = message

    def __str__(self) -> str:
        """The sentence alone."""
        return self.message


class Pictures(Unreadable):
    """Raised by a reader whose document shows its tables as pictures: a reader of pictures may still read them."""

    def __init__(self, message: str) -> None:
        super().__init__("unsupported", message)
        self.args = (message,)


class MoreEffort(Exception):  # noqa: N818 - no error: the caller decides where heavier readers may run
    """Raised by `parse` where only a heavier reader than its caller allows can decide; `effort` is what it takes."""

    def __init__(self, effort: Effort) -> None:
        super().__init__(effort)
        self.effort = effort
