"""Reading the archive again: into a trial beside what is in force, which a person then promotes or discards.

A trial is one row of `rereadings` and one of `reread_documents` for each document in it. What is kept of a document is
only what differs from what is in force. Promotion, its undoing and discarding are one transaction each.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from store.database import transaction
from store.errors import StoreError
from store.matched import rematch
from store.model import Document
from store.parsed import InForce, Outcome, canonical, digest, in_force, packed, put_in_force, unpacked
from store.readings import PASSING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlite_utils import Database

State = Literal["reading", "read", "promoted", "discarded", "rolled back"]
Result = Literal["same", "differs", "kept"]
Row = dict[str, Any]
NOT_KNOWN = "unopened"  # a file that could not be opened: says nothing about the document
_DOCUMENT = ", ".join(f"d.{name}" for name in Document.__slots__)
# Which readings stand for a document: another reading of it has other numbers, or another time.
_BASE = "min(id) || ' ' || max(id) || ' ' || reader_version || ' ' || read_at"
_NOTED = f"""
SELECT t.document, t.result, t.before, s.reader_version, s.read_at, s.rereading AS brought_by,
  coalesce(s.base, '') AS stands
FROM reread_documents t LEFT JOIN (
  SELECT document, reader_version, read_at, rereading,
    {_BASE} AS base
  FROM readings GROUP BY document
) s ON s.document = t.document
WHERE t.rereading = ? ORDER BY t.document
"""  # noqa: S608 - our own text
_TRIAL = "SELECT id, started_at, reader_version, scope, state, summary FROM rereadings"


class NoTrialError(StoreError):
    """Raised where there is no trial to promote or to discard, or no promotion that can be undone."""

    exit_code = 2


class StaleTrialError(StoreError):
    """Raised where a trial cannot be promoted: it is not read to its end, or what it was compared with has changed."""

    exit_code = 65


@dataclass(frozen=True, slots=True)
class Trial:
    """One re-reading. `scope` are the words that narrowed it, empty for the whole archive; `summary` its counts."""

    id: int
    started_at: str
    reader_version: str
    scope: str
    state: State
    summary: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reread:
    """A document of a trial: what stood for it when it was compared, and what the trial made of it.

    `why` names a failure for which what is in force stays: what a moment's trouble or an unopened file says nothing of.
    """

    document: int
    result: Result
    before: Outcome | None
    after: Outcome | None
    why: str = ""


def pending(db: Database) -> Trial | None:
    """The trial that was neither promoted nor discarded; there is at most one."""
    rows = db.query(f"{_TRIAL} WHERE state IN ('reading', 'read') ORDER BY id DESC LIMIT 1")
    return next((_trial(row) for row in rows), None)


def last_promoted(db: Database) -> Trial | None:
    """The promotion that can be undone: the last one, if it was not undone."""
    rows = db.query(f"{_TRIAL} WHERE state IN ('promoted', 'rolled back') ORDER BY id DESC LIMIT 1")
    found = next((_trial(row) for row in rows), None)
    return found if found is not None and found.state == "promoted" else None


def begin(db: Database, reader_version: str, scope: str, documents: Sequence[int], now: str) -> Trial:
    """Opens a trial of these documents."""
    with transaction(db):
        number = db.execute(
            "INSERT INTO rereadings (started_at, reader_version, scope, state) VALUES (?, ?, ?, 'reading')",
            (now, reader_version, scope),
        ).lastrowid
        db.conn.executemany(
            "INSERT INTO reread_documents (rereading, document) VALUES (?, ?)",
            [(number, document) for document in documents],
        )
    return Trial(number or 0, now, reader_version, scope, "reading", {})


def left_to_read(db: Database, trial: Trial) -> list[Document]:
    """The documents of a trial that it has not read, oldest first.

    Those whose failure may have been of the moment, and those that stand otherwise now than when they were compared,
    are among them.
    """
    open_ones = [row["document"] for row in _noted(db, trial) if row["result"] == "kept" or _is_stale(row)]
    rows = {
        row["id"]: Document(**row)
        for row in db.query(
            f"SELECT {_DOCUMENT} FROM reread_documents t JOIN documents d ON d.id = t.document WHERE t.rereading = ?",  # noqa: S608 - names of our own type
            (trial.id,),
        )
    }
    return [rows[document] for document in open_ones]


def save_trial(db: Database, trial: Trial, document: int, outcome: Outcome) -> Result:
    """Notes what the trial made of a document, beside what is in force; in one transaction."""
    with transaction(db):
        stands = in_force(db, document)
        result, kept = _result(stands, outcome), None
        if result == "differs":
            kept = packed(outcome)
        why = f"{outcome.error_kind}: {outcome.error_message}" if result == "kept" else ""
        db.execute(
            "UPDATE reread_documents SET result = ?, reading = ?, why = ?,"  # noqa: S608 - our own text
            f" before = coalesce((SELECT {_BASE} FROM readings WHERE document = ?), '')"
            " WHERE rereading = ? AND document = ?",
            (result, kept, why, document, trial.id, document),
        )
    return result


def finish(db: Database, trial: Trial, summary: Mapping[str, int]) -> None:
    """Notes that every document of the trial was read, and what that came to."""
    with transaction(db):
        db.execute(
            "UPDATE rereadings SET state = 'read', summary = ? WHERE id = ? AND state IN ('reading', 'read')",
            (json.dumps(dict(summary)), trial.id),
        )


def differing(db: Database, trial: Trial) -> Iterator[Reread]:
    """What the trial reads otherwise than what is in force, and what it could not decide, oldest document first."""
    rows = list(
        db.query(
            "SELECT document, result, reading, why FROM reread_documents WHERE rereading = ? AND result <> 'same'"
            " ORDER BY document",
            (trial.id,),
        )
    )
    for row in rows:
        stands = in_force(db, row["document"])
        after = None if row["reading"] is None else unpacked(row["reading"])
        before = None if stands is None else canonical(stands.outcome)
        yield Reread(row["document"], row["result"], before, after, row["why"])


def promote(db: Database, now: str) -> Trial:
    """Puts the pending trial in force, in one transaction, and matches titles to publishers again.

    NoTrialError; StaleTrialError where it is not read to its end, or a document stands otherwise than it was compared.
    """
    with transaction(db):
        trial = _the_pending(db, "promote")
        rows = _noted(db, trial)
        stale = sum(_is_stale(row) for row in rows)
        if trial.state == "reading" or stale:
            raise StaleTrialError(
                f"{stale} documents of the trial are not read, or stand otherwise than when they were compared: "
                "run `reportwatch parse --again` to go on, then promote"
            )
        db.execute("DELETE FROM reread_documents WHERE rereading <> ?", (trial.id,))
        for row in rows:
            if row["result"] != "kept":
                _put(db, trial, row, now)
        _close(db, trial, "promoted", now)
        rematch(db, now)
    return trial


def _put(db: Database, trial: Trial, row: Row, now: str) -> None:
    """Puts one document's outcome in force and keeps what stood before, as far as it differs."""
    document, earlier, body = row["document"], None, None
    if row["result"] == "differs":
        stands = in_force(db, document)
        earlier = None if stands is None else packed(stands.outcome)
        body = db.execute(
            "SELECT reading FROM reread_documents WHERE rereading = ? AND document = ?", (trial.id, document)
        ).fetchone()[0]
    db.execute(
        "UPDATE reread_documents SET reading = NULL, earlier = ?, earlier_version = ?, earlier_at = ?,"
        " earlier_rereading = ? WHERE rereading = ? AND document = ?",
        (earlier, row["reader_version"], row["read_at"], row["brought_by"], trial.id, document),
    )
    if body is not None:
        put_in_force(db, document, unpacked(body), trial.reader_version, now, trial.id)
    else:
        db.execute(
            "UPDATE readings SET reader_version = ?, read_at = ?, rereading = ? WHERE document = ?",
            (trial.reader_version, now, trial.id, document),
        )


def discard(db: Database, now: str) -> Trial:
    """Drops the pending trial; what is in force stays. NoTrialError."""
    with transaction(db):
        trial = _the_pending(db, "discard")
        db.execute("DELETE FROM reread_documents WHERE rereading = ?", (trial.id,))
        _close(db, trial, "discarded", now)
    return trial


def roll_back(db: Database, now: str) -> tuple[Trial, int]:
    """Undoes the last promotion, in one transaction: the trial, and how many documents were read anew since and stay.

    NoTrialError where there is none, or a trial is pending (what it was compared with would change under it).
    """
    with transaction(db):
        trial = last_promoted(db)
        if trial is None:
            raise NoTrialError("no promotion can be undone: only the last one can, and once")
        if pending(db) is not None:
            raise NoTrialError(
                "a trial is pending: discard it first (`reportwatch parse --discard`), then undo"
            )
        since = 0
        rows = list(
            db.query("SELECT * FROM reread_documents WHERE rereading = ? AND result <> 'kept'", (trial.id,))
        )
        for row in rows:
            since += not _take_back(db, trial, row)
        db.execute("DELETE FROM reread_documents WHERE rereading = ?", (trial.id,))
        _close(db, trial, "rolled back", now)
        rematch(db, now)
    return trial, since


def _take_back(db: Database, trial: Trial, row: Row) -> bool:
    """Puts back what stood before; False where the document was read anew since: then that stays."""
    stands = in_force(db, row["document"])
    if stands is None or stands.rereading != trial.id:
        return False
    before = row["earlier_version"], row["earlier_at"], row["earlier_rereading"]
    if row["earlier_version"] is None:  # nothing had been read
        db.execute("DELETE FROM readings WHERE document = ?", (row["document"],))
    elif row["earlier"] is None:
        db.execute(
            "UPDATE readings SET reader_version = ?, read_at = ?, rereading = ? WHERE document = ?",
            (*before, row["document"]),
        )
    else:
        put_in_force(db, row["document"], unpacked(row["earlier"]), *before)
    return True


def _the_pending(db: Database, verb: str) -> Trial:
    trial = pending(db)
    if trial is None:
        raise NoTrialError(f"there is no trial to {verb}: `reportwatch parse --again` makes one")
    return trial


def _close(db: Database, trial: Trial, state: State, now: str) -> None:
    db.execute("UPDATE rereadings SET state = ?, decided_at = ? WHERE id = ?", (state, now, trial.id))


def _result(stands: InForce | None, outcome: Outcome) -> Result:
    """A failure of the moment never replaces what was read well; a file that could not be opened says nothing."""
    good = stands is not None and stands.outcome.error_kind is None
    if outcome.error_kind == NOT_KNOWN or (outcome.error_kind in PASSING and good):
        return "kept"
    return "same" if stands is not None and digest(stands.outcome) == digest(outcome) else "differs"


def _noted(db: Database, trial: Trial) -> list[Row]:
    """What is noted of each document of a trial, and which readings stand for it now."""
    return list(db.query(_NOTED, (trial.id,)))


def _is_stale(row: Row) -> bool:
    """Not read by the trial, or other readings stand for it now than when it was compared."""
    return row["result"] is None or row["before"] != row["stands"]


def _trial(row: Row) -> Trial:
    return Trial(**{**row, "summary": json.loads(row["summary"])})
