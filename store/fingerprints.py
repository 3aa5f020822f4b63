"""What a finding says of what is printed, as digits that stay the same however often, and by what, it is read.

A claim is the rule with its version, the figures it names as printed, and both sides; it knows no place, no reader and
no time. A fingerprint is a claim about one report of one publisher. A finding that names no figure speaks of the whole
document, so its fingerprint has the document's content in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from parsers.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlite_utils import Database

    from parsers.model import Finding, Parsed

DIGITS = 16  # hexadecimal
_QUOTED = re.compile(r"“([^”]*)”")  # what a message quotes from the document
_SILENT = re.compile(r"[\W_]+")  # spaces and punctuation, which another editor sets otherwise
_OF_REPORTS = """
SELECT f.id, f.fingerprint, f.claim, f.content, p.id AS report, p.publisher, p.year
FROM findings f JOIN readings r ON r.id = f.reading JOIN reports p ON p.id = r.report
"""
_UNSTAMPED = "SELECT * FROM findings WHERE claim = '' AND reading IS NOT NULL"
_INCIDENTS = "SELECT id, detail FROM incidents WHERE resolved_at IS NULL AND detail LIKE '%\"fingerprints\"%'"
Row = dict[str, Any]


def claim_of(finding: Finding, texts: Mapping[str, str]) -> str:
    """What a finding claims, given the printed text of each figure by key; 16 digits."""
    return _claim(finding.rule, finding.version, finding.keys, (finding.left, finding.right), finding.message_zh, texts)  # fmt: skip


def content_of(sections: Iterable[str], texts: Mapping[str, str]) -> str:
    """What a report says: the texts of its sections, by key, and its figures, without spaces and punctuation; 16 digits."""
    return _digest([[_bare(text) for text in sections], sorted((key, _bare(text)) for key, text in texts.items())])  # fmt: skip


def printed_in(report: Parsed, finding: Finding) -> tuple[str, str]:
    """The claim of a finding, and the content of its report where the finding names no figure."""
    texts = {figure.key: figure.text for figure in report.figures}
    content = (
        ""
        if finding.keys
        else content_of([one.text for one in sorted(report.sections, key=lambda one: one.key)], texts)
    )
    return claim_of(finding, texts), content


def fingerprint_of(publisher: str, year: int | None, claim: str, content: str = "") -> str:
    """A claim about one report: `publisher` is the watchlist's id; "" and None while nobody knows whose it is."""
    return _digest([publisher, year, claim, content])


def place_of(publisher: str, year: int, key: str) -> str:
    """The fingerprint of one figure's place in one report, to which a correction belongs."""
    return _digest([publisher, year, "figure", key])


def stamp(db: Database) -> None:
    """Gives every finding the fingerprint that belongs to its report now; a second call changes nothing. In a transaction.

    Findings of before there were claims get theirs, and open incidents that name them learn the new fingerprints.
    """
    old = {row["id"]: row["fingerprint"] for row in list(db.query(_UNSTAMPED))}
    if old:
        _claim_stored(db)
    renamed = {}
    changed = []
    for row in db.query(_OF_REPORTS):
        right = fingerprint_of(row["publisher"], row["year"], row["claim"], row["content"])
        if right != row["fingerprint"]:
            changed.append((right, row["id"]))
        if row["id"] in old:
            renamed[old[row["id"]]] = right
    db.conn.executemany("UPDATE findings SET fingerprint = ? WHERE id = ?", changed)
    if renamed:
        _rename_in_incidents(db, renamed)


def _claim(
    rule: str, version: int, keys: Sequence[str], sides: tuple[object, object], message: str, texts: Mapping[str, str]
) -> str:  # fmt: skip
    printed = [(key, _bare_number(texts.get(key, ""))) for key in sorted(keys)]
    said = _QUOTED.findall(message) if keys else [message]
    return _digest([rule, version, printed, *map(_number, sides), [_bare(text) for text in said]])


def _claim_stored(db: Database) -> None:
    """Claims of findings that were stored without one."""
    texts: dict[int, dict[str, str]] = {}
    for row in list(db.query(_UNSTAMPED)):
        reading = row["reading"]
        if reading not in texts:
            texts[reading] = _texts_of(db, reading)
        keys = json.loads(row["keys"])
        sides = (row["left_value"], row["right_value"])
        claim = _claim(row["rule"], row["version"], keys, sides, row["message_zh"], texts[reading])
        content = "" if keys else content_of(_sections_of(db, reading), texts[reading])
        db.execute("UPDATE findings SET claim = ?, content = ? WHERE id = ?", (claim, content, row["id"]))


def _texts_of(db: Database, reading: int) -> dict[str, str]:
    rows = db.query(
        "SELECT k.key, f.text FROM figures f JOIN figure_keys k ON k.id = f.key WHERE f.reading = ?",
        (reading,),
    )
    return {row["key"]: row["text"] or "" for row in rows}


def _sections_of(db: Database, reading: int) -> list[str]:
    rows = db.query("SELECT text FROM sections WHERE reading = ? ORDER BY key", (reading,))
    return [row["text"] for row in rows]


def _rename_in_incidents(db: Database, renamed: Mapping[str, str]) -> None:
    for row in list(db.query(_INCIDENTS)):
        detail: Row = json.loads(row["detail"])
        detail["fingerprints"] = sorted({renamed.get(one, one) for one in detail["fingerprints"]})
        db.execute(
            "UPDATE incidents SET detail = ? WHERE id = ?",
            (json.dumps(detail, ensure_ascii=False, sort_keys=True), row["id"]),
        )


def _number(value: object) -> str:
    """A number as it is written, whichever type it was stored as; empty for none."""
    return "" if value is None else format(Decimal(str(value)).normalize(), "f")


def _bare_number(text: str) -> str:
    """A printed figure without spaces and with its digits in one width; signs and points stay."""
    return "".join(normalise(text).split())


def _bare(text: str) -> str:
    return _SILENT.sub("", normalise(text))


def _digest(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:DIGITS]
