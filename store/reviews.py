"""What people decided about findings and figures: kept for ever, applied again whenever anything was read again.

Nothing that was read is overwritten. A correction stands while the document is the one that the person saw, byte for
byte, or while its figure still reads as it did then; the rules are judged again with it, and what differs is noted.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from parsers.normalise import normalise
from store.database import transaction
from store.fingerprints import stamp
from store.readings import exact, figures_of, stored
from store.rejudging import Corrected, claims_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlite_utils import Database

    from parsers.model import Value

DecisionKind = Literal["accepted", "dismissed", "corrected", "undone"]
Row = dict[str, Any]
_CORRECTIONS = """
SELECT i.review, i.state AS right_state, i.value AS right_value, i.read_state, i.read_text, i.sha256,
  r.id AS reading, d.sha256 AS document, k.id AS key_id, k.key, f.state, f.text
FROM reviews_in_force i
JOIN reports p ON p.publisher = i.publisher AND p.year = i.year
JOIN readings r ON r.report = p.id AND r.error_kind IS NULL
JOIN documents d ON d.id = r.document
JOIN figure_keys k ON k.key = i.key
JOIN figures f ON f.reading = r.id AND f.key = k.id
WHERE i.decision = 'corrected'
ORDER BY r.id, k.id
"""
_JUDGED = "SELECT id, rule, keys, claim, settled_by FROM findings WHERE reading = ? AND judged_with IS NULL"
_ADDED = "SELECT id, claim, judged_with FROM findings WHERE reading = ? AND judged_with IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the table reviews. Of a finding: rule, version, claim, messages. Of a figure: key, state, value.

    `document` is the SHA-256 of what the person saw; `read_*` is how the figure was read then.
    """

    fingerprint: str
    decision: DecisionKind
    publisher: str
    year: int | None
    by: str
    at: str
    note: str = ""
    rule: str | None = None
    version: int | None = None
    claim: str = ""
    message: str = ""
    message_zh: str = ""
    key: str | None = None
    state: Literal["number", "blank"] | None = None
    value: Value = None
    read_state: str | None = None
    read_text: str | None = None
    read_value: Value = None
    document: str | None = None
    stands_in: str = ""


def save_decisions(db: Database, decisions: Iterable[Decision]) -> None:
    """Adds decisions and applies all that are in force, in one transaction."""
    with transaction(db):
        for one in decisions:
            row = asdict(one) | {"value": _kept(one.value), "read_value": _kept(one.read_value)}
            _insert(db, "reviews", row)
        apply_reviews(db)


def apply_reviews(db: Database) -> None:
    """Brings fingerprints, corrected figures and what follows of them for findings up to date; twice changes nothing."""
    with transaction(db):
        stamp(db)
        wanted = [
            row for row in db.query(_CORRECTIONS) if reads_as_then({**row, "sha256": row["document"]}, row)
        ]
        before = {row["reading"] for row in db.query("SELECT DISTINCT reading FROM corrected_figures")}
        before |= {row["reading"] for row in db.query(_TOUCHED)}
        _save_corrected(db, wanted)
        for reading in sorted(before | {row["reading"] for row in wanted}):
            _judge_again(db, reading, {row["key"]: row for row in wanted if row["reading"] == reading})


_TOUCHED = "SELECT DISTINCT reading FROM findings WHERE settled_by IS NOT NULL OR judged_with IS NOT NULL"


def _insert(db: Database, table: str, row: Row) -> None:
    names = ", ".join(row)
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))  # noqa: S608 - names of our own


def _kept(value: Value) -> int | float | str | None:
    """Exact digits where a REAL would lose some."""
    return stored(value, str(value))


def reads_as_then(figure: Row, review: Row) -> bool:
    """Whether a decision on a figure holds for a reading of it: the same bytes, or digits that read as they did then.

    `figure` has sha256, state and text; `review` sha256, read_state and read_text. A blank in other bytes may be another.
    """
    if figure["sha256"] == review["sha256"]:
        return True
    text = normalise(figure["text"] or "")
    return (
        any(letter.isdigit() for letter in text)
        and figure["state"] == review["read_state"]
        and text == normalise(review["read_text"] or "")
    )


def _save_corrected(db: Database, wanted: list[Row]) -> None:
    rows = {(row["reading"], row["key_id"]): (row["right_state"], row["right_value"], row["review"]) for row in wanted}  # fmt: skip
    present = {
        (row["reading"], row["key"]): (row["state"], row["value"], row["review"])
        for row in db.query("SELECT * FROM corrected_figures")
    }
    gone = [place for place, said in present.items() if rows.get(place) != said]
    db.conn.executemany("DELETE FROM corrected_figures WHERE reading = ? AND key = ?", gone)
    db.conn.executemany(
        "INSERT INTO corrected_figures (reading, key, state, value, review) VALUES (?, ?, ?, ?, ?)",
        [(*place, *said) for place, said in rows.items() if present.get(place) != said],
    )


def _judge_again(db: Database, reading: int, corrections: Mapping[str, Row]) -> None:
    """Notes which findings of a reading hold no more with its corrected figures, and which come by them."""
    figures = {figure.key: figure for figure in figures_of(db, reading)}
    right = tuple(
        Corrected(key, exact(row["right_value"], str(row["right_value"])), row["right_state"], row["review"])
        for key, row in corrections.items()
    )
    change = claims_with(db, reading, figures, right)
    last = max((one.review for one in right), default=None)
    for row in list(db.query(_JUDGED, (reading,))):
        settled = last if row["claim"] in change.gone or _is_answered(row, figures, corrections) else None
        if settled != row["settled_by"]:
            db.execute("UPDATE findings SET settled_by = ? WHERE id = ?", (settled, row["id"]))
    added = {row["claim"]: row["id"] for row in list(db.query(_ADDED, (reading,)))}
    for claim, number in added.items():
        if claim not in change.come:
            db.execute("DELETE FROM findings WHERE id = ?", (number,))
    for claim, finding in change.come.items():
        if claim not in added:
            _insert(db, "findings", {**finding, "judged_with": last})


def _is_answered(row: Row, figures: Mapping[str, Any], corrections: Mapping[str, Row]) -> bool:
    """Whether a finding only says that figures are unsure, and people have said what each of them is."""
    keys = json.loads(row["keys"])
    open_keys = [
        key for key in keys if key in figures and figures[key].state == "unsure" and key not in corrections
    ]
    return bool(row["rule"] == "unsure" and keys and not open_keys and set(keys) & corrections.keys())
