"""What was read, as the parsers gave it: taken out of the tables again, and packed for keeping beside them."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from parsers.model import Finding, Parsed, Section, Value
from store.readings import exact, figures_of, notes_of, save_readings, save_unreadable

if TYPE_CHECKING:
    from sqlite_utils import Database

Row = dict[str, Any]
_FINDING = {one.name for one in fields(Finding)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one version of the readers made of a document: its reports, or the kind of its failure and why."""

    reports: tuple[Parsed, ...] = ()
    error_kind: str | None = None
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class InForce:
    """What stands for a document now. `rereading` is the one that brought it, None for an ordinary first reading."""

    outcome: Outcome
    reader_version: str
    read_at: str
    rereading: int | None


def parsed_of(db: Database, reading: int) -> Parsed:
    """One report as it was read. Its sections are in the order of their keys. Raises KeyError for no such reading."""
    row = next(iter(db.query("SELECT * FROM readings WHERE id = ?", (reading,))), None)
    if row is None:
        raise KeyError(reading)
    return _parsed(db, row)


def in_force(db: Database, document: int) -> InForce | None:
    """What stands for a document; None where it was never read."""
    rows = list(db.query("SELECT * FROM readings WHERE document = ? ORDER BY part", (document,)))
    if not rows:
        return None
    first = rows[0]
    if first["error_kind"] is None:
        outcome = Outcome(tuple(_parsed(db, row) for row in rows))
    else:
        outcome = Outcome((), first["error_kind"], first["error_message"] or "")
    return InForce(outcome, first["reader_version"], first["read_at"], first["rereading"])


def put_in_force(
    db: Database, document: int, outcome: Outcome, reader_version: str, read_at: str, rereading: int | None
) -> None:
    """Makes an outcome the one that stands for the document. Within a transaction of the caller's."""
    if outcome.error_kind is None:
        save_readings(db, document, reader_version, outcome.reports, read_at)
    else:
        db.execute("DELETE FROM readings WHERE document = ?", (document,))  # also a good one
        save_unreadable(db, document, reader_version, outcome.error_kind, outcome.error_message, read_at)
    db.execute("UPDATE readings SET rereading = ? WHERE document = ?", (rereading, document))


def canonical(outcome: Outcome) -> Outcome:
    """The same as the tables give it back: figures and sections by key, each number written in one way."""
    return replace(outcome, reports=tuple(_canonical(one) for one in outcome.reports))


def _canonical(report: Parsed) -> Parsed:
    return replace(
        report,
        figures=tuple(
            replace(one, value=_plain_number(one.value))
            for one in sorted(report.figures, key=lambda figure: figure.key)
        ),
        sections=tuple(sorted(report.sections, key=lambda section: section.key)),
        findings=tuple(
            replace(one, left=_plain_number(one.left), right=_plain_number(one.right))
            for one in report.findings
        ),
    )


def _plain_number(value: Value) -> Value:
    """5.0 is 5, and 1.50 is 1.5."""
    if not isinstance(value, Decimal):
        return value
    text = format(value, "f")  # Decimal.normalize would round to 28 digits
    return int(value) if value == value.to_integral_value() else Decimal(text.rstrip("0"))


def packed(outcome: Outcome) -> bytes:
    """An outcome in few bytes; the same outcome gives the same."""
    return zlib.compress(_plain(outcome), 6)


def unpacked(body: bytes) -> Outcome:
    """The outcome that `packed` was given. ValueError for anything else."""
    return _adapter().validate_json(zlib.decompress(body))


def digest(outcome: Outcome) -> str:
    """64 hex digits that two outcomes share only if they are the same to the last byte."""
    return hashlib.sha256(_plain(outcome)).hexdigest()


def _plain(outcome: Outcome) -> bytes:
    return _adapter().dump_json(canonical(outcome))


@cache
def _adapter() -> TypeAdapter[Outcome]:
    return TypeAdapter(Outcome)


def _parsed(db: Database, row: Row) -> Parsed:
    reading = row["id"]
    sections = db.query("SELECT key, title, text FROM sections WHERE reading = ? ORDER BY key", (reading,))
    findings = db.query(
        "SELECT * FROM findings WHERE reading = ? AND judged_with IS NULL ORDER BY id", (reading,)
    )
    return Parsed(
        publisher=row["publisher_text"],
        year=row["year"],
        title=row["title"],
        edition=row["edition"],
        figures=figures_of(db, reading),
        sections=tuple(Section(**one) for one in sections),
        findings=tuple(_finding(one) for one in findings),
        reader=row["reader"],
        notes=notes_of(db, reading),
    )


def _finding(row: Row) -> Finding:
    known = {name: value for name, value in row.items() if name in _FINDING}
    return Finding(
        **known
        | {
            "keys": tuple(json.loads(row["keys"])),
            "left": exact(row["left_value"], None),
            "right": exact(row["right_value"], None),
        }
    )
