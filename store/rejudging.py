"""The rules judged again over a stored reading with the figures that people corrected: what goes, and what comes.

Only differences count: the rules are judged over the figures as read and over the corrected ones, from the same stored
sections, so that what the database does not keep of a document cannot make a finding come or go.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from parsers.model import Finding, Section
from parsers.numbers import read_number
from parsers.readings import MARKUP
from parsers.rules import judge_rules
from parsers.rules_base import Report
from parsers.sections import Outline
from store.fingerprints import claim_of, content_of, fingerprint_of
from store.readings import stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlite_utils import Database

    from parsers.model import Figure, Value

Row = dict[str, Any]
_READING = """
SELECT r.reader, r.edition, r.title, coalesce(p.year, r.year) AS year, coalesce(p.publisher, '') AS publisher
FROM readings r LEFT JOIN reports p ON p.id = r.report WHERE r.id = ?
"""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a person says of one figure, and the number of that decision."""

    key: str
    value: Value
    state: Literal["number", "blank"]
    review: int


@dataclass(frozen=True, slots=True)
class Change:
    """The claims that hold no more, and the rows of those that are new, by claim."""

    gone: frozenset[str]
    come: Mapping[str, Row]


def claims_with(
    db: Database, reading: int, figures: Mapping[str, Figure], corrected: Iterable[Corrected]
) -> Change:
    """What corrected figures change in the findings of a reading."""
    right = {one.key: one for one in corrected if one.key in figures}
    if not right:
        return Change(frozenset(), {})
    row = next(iter(db.query(_READING, (reading,))))
    sections = _sections(db, reading)
    confirmed = frozenset(key for key, one in figures.items() if one.state != "unsure") if _is_markup(row["reader"]) else frozenset()  # fmt: skip
    seen_twice = {key for key, one in right.items() if _is_read_alike(figures[key], one)}
    changed = {key: _with(figure, right.get(key)) for key, figure in figures.items()}
    before = _by_claim(_judge(row, sections, figures, confirmed), figures)
    after = _by_claim(_judge(row, sections, changed, (confirmed - right.keys()) | seen_twice), changed)
    texts = {key: figure.text for key, figure in changed.items()}
    content = content_of([one.text for one in sections], texts)
    come = {
        claim: _row(reading, row, finding, claim, "" if finding.keys else content)
        for claim, finding in after.items()
        if claim not in before
    }
    return Change(frozenset(before.keys() - after.keys()), come)


def _is_markup(reader: str) -> bool:
    """Whether table and text of the document are one text: every figure of such a reading was compared with it."""
    return reader.rpartition("+")[2] in MARKUP


def _is_read_alike(figure: Figure, one: Corrected) -> bool:
    """Whether some reader, too, reads what the person says: then two readings agree."""
    said = [figure.text, *(other.text for other in figure.alternatives)]
    return any(
        (number := read_number(text)).state == one.state and number.value == one.value for text in said
    )


def _with(figure: Figure, one: Corrected | None) -> Figure:
    """The figure as the person says it is."""
    if one is None:
        return figure
    text = (
        ""
        if one.value is None
        else format(one.value, "f")
        if not isinstance(one.value, int)
        else str(one.value)
    )
    return replace(figure, value=one.value, state=one.state, text=text, alternatives=())


def _judge(
    row: Row, sections: tuple[Section, ...], figures: Mapping[str, Figure], confirmed: frozenset[str]
) -> tuple[Finding, ...]:
    text = "\n".join(f"{one.title}\n{one.text}" for one in sections)
    outline = Outline(sections, (), len(text))
    report = Report(figures, confirmed, outline, row["title"], row["year"], text, edition=row["edition"])
    return judge_rules(report)


def _by_claim(findings: Iterable[Finding], figures: Mapping[str, Figure]) -> dict[str, Finding]:
    texts = {key: figure.text for key, figure in figures.items()}
    return {claim_of(finding, texts): finding for finding in findings}


def _sections(db: Database, reading: int) -> tuple[Section, ...]:
    rows = db.query("SELECT key, title, text FROM sections WHERE reading = ? ORDER BY key", (reading,))
    return tuple(Section(**row) for row in rows)


def _row(reading: int, row: Row, finding: Finding, claim: str, content: str) -> Row:
    return {
        "reading": reading, "rule": finding.rule, "version": finding.version, "kind": finding.kind,
        "level": finding.level, "message": finding.message, "message_zh": finding.message_zh,
        "keys": json.dumps(finding.keys), "left_value": stored(finding.left, None),
        "right_value": stored(finding.right, None), "claim": claim, "content": content,
        "fingerprint": fingerprint_of(row["publisher"], row["year"], claim, content),
    }  # fmt: skip
