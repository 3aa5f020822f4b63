"""What was read in documents: one reading a report in it, with its figures, sections and findings."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING

from parsers.model import Alternative, Figure, Note, NoteKind, Origin, Parsed, State, Value
from store.database import transaction
from store.errors import UnknownFigureError
from store.fingerprints import fingerprint_of, printed_in
from store.model import Document
from store.search import index_passages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

_LARGEST = 2**63 - 1  # what SQLite holds as an INTEGER; beyond it a REAL, and the digits stay in `text`
_DIGITS = re.compile(r"[-+]?\d+(?:\.\d+)?")
_SEPARATORS = re.compile(r"[,\s'’]|(?<=\d)，(?=\d)")
PASSING = ("timeout", "memory", "crashed")  # failures of a moment, or of the machine: read again after a day
_DOCUMENT = ", ".join(f"d.{name}" for name in Document.__slots__)


def unread_documents(db: Database, now: str) -> list[Document]:
    """The documents that were not read yet, oldest first.

    Those that could not be opened, and those given up for a PASSING reason a day ago, are among them. Pictures that
    are read with their page are not; nor is what an older version of the readers read: that stays in force until a
    person promotes a trial of the present one (store/rereadings.py).
    """
    rows = db.query(
        f"SELECT {_DOCUMENT} FROM documents d WHERE NOT d.part AND NOT EXISTS (SELECT 1 FROM readings r"  # noqa: S608 - names of our own type
        " WHERE r.document = d.id AND coalesce(r.error_kind, '') <> 'unopened'"
        " AND NOT (coalesce(r.error_kind, '') IN (?, ?, ?) AND julianday(r.read_at) <= julianday(?) - 1)) ORDER BY d.id",
        (*PASSING, now),
    )
    return [Document(**row) for row in rows]


def read_by_others(db: Database, reader_version: str) -> int:
    """How many documents stand as another version of the readers read them."""
    row = db.execute(
        "SELECT count(DISTINCT document) FROM readings WHERE reader_version <> ?", (reader_version,)
    ).fetchone()
    return int(row[0])


def save_readings(
    db: Database, document_id: int, reader_version: str, parsed: Sequence[Parsed], now: str
) -> None:
    """Replaces all earlier readings of the document, in one transaction; none = the document is no report.

    Raises UnknownFigureError for a figure whose key the database does not know; then nothing has changed.
    """
    if not parsed:
        save_unreadable(db, document_id, reader_version, "not_a_report", "no report in this document", now)
        return
    with transaction(db):
        keys = {str(row["key"]): int(row["id"]) for row in db.query("SELECT id, key FROM figure_keys")}
        db.execute("DELETE FROM readings WHERE document = ?", (document_id,))
        for part, report in enumerate(parsed, start=1):
            reading = db.execute(
                "INSERT INTO readings (document, part, reader_version, reader, read_at, publisher_text, year, title,"
                " edition) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (document_id, part, reader_version, report.reader, now, report.publisher, report.year, report.title,
                 report.edition),
            ).lastrowid  # fmt: skip
            _save_parts(db, reading or 0, report, keys)


def save_unreadable(
    db: Database, document_id: int, reader_version: str, kind: str, message: str, now: str
) -> None:
    """Notes that the document could not be read, and why; replaces its earlier readings in one transaction.

    A PASSING failure never replaces a good reading: that one stays, and the document is read again next time.
    """
    with transaction(db):
        good = "SELECT 1 FROM readings WHERE document = ? AND error_kind IS NULL"
        if kind in PASSING and db.execute(good, (document_id,)).fetchone():
            return
        db.execute("DELETE FROM readings WHERE document = ?", (document_id,))
        db.execute(
            "INSERT INTO readings (document, part, reader_version, reader, read_at, error_kind, error_message)"
            " VALUES (?, 1, ?, '', ?, ?, ?)",
            (document_id, reader_version, now, kind, message),
        )


def figures_of(db: Database, reading: int) -> tuple[Figure, ...]:
    """The figures of a reading in the order of the form, with their exact values."""
    rows = db.query(
        "SELECT k.key, f.value, f.text, f.unit, f.state, f.origin FROM figures f JOIN figure_keys k ON k.id = f.key"
        " WHERE f.reading = ? ORDER BY k.id",
        (reading,),
    )
    others = _alternatives_of(db, reading)
    return tuple(
        Figure(row["key"], exact(row["value"], row["text"]), row["text"] or "", row["unit"], _state(row["state"]),
               origin_of(row["origin"]), tuple(others.get(row["key"], ())))
        for row in rows
    )  # fmt: skip


def notes_of(db: Database, reading: int) -> tuple[Note, ...]:
    """The notes of a reading in the order printed."""
    rows = db.query("SELECT kind, text, value FROM notes WHERE reading = ? ORDER BY place", (reading,))
    return tuple(Note(_note_kind(row["kind"]), row["text"], row["value"]) for row in rows)


def _alternatives_of(db: Database, reading: int) -> dict[str, list[Alternative]]:
    rows = db.query(
        "SELECT k.key, a.reader, a.text, a.origin FROM alternatives a JOIN figure_keys k ON k.id = a.key"
        " WHERE a.reading = ? ORDER BY a.key, a.place",
        (reading,),
    )
    found: dict[str, list[Alternative]] = {}
    for row in rows:
        found.setdefault(row["key"], []).append(
            Alternative(row["reader"], row["text"], origin_of(row["origin"]))
        )
    return found


def exact(value: int | float | str | None, text: str | None) -> Value:
    """The exact number behind a stored one: a REAL is only near it, the digits are in the `text` as printed."""
    match value:
        case None | int():
            return value
        case str():
            return Decimal(value)
    for digits in _DIGITS.findall(_SEPARATORS.sub("", unicodedata.normalize("NFKC", text or ""))):
        if float(digits) == value:
            return Decimal(digits) if "." in digits else int(digits)
    return Decimal(repr(value))


def stored(value: Value, text: str | None) -> int | float | str | None:
    """How a number goes into the database: INTEGER or REAL, for queries; exact digits where `text` lacks them."""
    if value is None or (isinstance(value, int) and abs(value) <= _LARGEST):
        return value
    near = float(value)
    back = exact(near, text)
    return near if back == value else str(value)


def origin_of(text: str) -> Origin:
    """The origin that was stored as JSON."""
    values = json.loads(text)
    if values.get("box") is not None:
        values["box"] = tuple(values["box"])
    return Origin(**values)


def _save_parts(db: Database, reading: int, report: Parsed, keys: dict[str, int]) -> None:
    if unknown := sorted({figure.key for figure in report.figures} - keys.keys()):
        raise UnknownFigureError(
            f"not in the table figure_keys: {', '.join(unknown)}; they must be in parsers/editions/*.toml"
        )
    db.conn.executemany(
        "INSERT INTO figures (reading, key, value, text, unit, state, origin) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (reading, keys[figure.key], stored(figure.value, figure.text), figure.text, figure.unit, figure.state,
             _json_of(figure.origin))
            for figure in report.figures
        ],
    )  # fmt: skip
    db.conn.executemany(
        "INSERT INTO alternatives (reading, key, place, reader, text, origin) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (reading, keys[figure.key], place, other.reader, other.text, _json_of(other.origin))
            for figure in report.figures
            for place, other in enumerate(figure.alternatives, start=1)
        ],
    )
    db.conn.executemany(
        "INSERT INTO sections (reading, key, title, text) VALUES (?, ?, ?, ?)",
        [(reading, section.key, section.title, section.text) for section in report.sections],
    )
    db.conn.executemany(
        "INSERT INTO notes (reading, place, kind, text, value) VALUES (?, ?, ?, ?, ?)",
        [
            (reading, place, note.kind, note.text, note.value)
            for place, note in enumerate(report.notes, start=1)
        ],
    )
    index_passages(db, reading, report)
    db.conn.executemany(
        "INSERT INTO findings (reading, rule, version, kind, level, message, message_zh, keys, left_value, right_value,"
        " claim, content, fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (reading, finding.rule, finding.version, finding.kind, finding.level, finding.message, finding.message_zh,
             json.dumps(finding.keys), stored(finding.left, None), stored(finding.right, None),
             *printed, fingerprint_of("", None, *printed))
            for finding in report.findings
            for printed in [printed_in(report, finding)]
        ],
    )  # fmt: skip


def _json_of(origin: Origin) -> str:
    return json.dumps({name: value for name, value in asdict(origin).items() if value is not None})


def _state(text: str) -> State:
    match text:
        case "number" | "blank" | "not_number" | "unsure":
            return text
    raise ValueError(f"unknown state of a figure: {text}")


def _note_kind(text: str) -> NoteKind:
    match text:
        case "footnote" | "attachment" | "signature" | "dated" | "contact":
            return text
    raise ValueError(f"unknown kind of a note: {text}")
