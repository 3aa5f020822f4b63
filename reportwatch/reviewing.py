"""What a person may decide: findings, and figures that no reader is sure of; found by id, and decided."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from monitor.cleaning import readable
from parsers.numbers import read_number
from reportwatch import exits
from reportwatch.exits import CommandError
from store.figure_keys import figure_keys
from store.fingerprints import DIGITS, place_of
from store.readings import exact
from store.reviews import Decision, reads_as_then

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

    from parsers.model import Value
    from reportwatch.scope import Scope

LONGEST = 80  # characters of a cell that are shown
SHORTEST = 4  # digits of an id that a person may type
SHOWN = 6  # digits of an id that are shown, or as many more as tell them apart
SERIOUS = ("error", "warning")
BLANK = frozenset({"blank", "空白"})
_ID = re.compile(rf"#?([0-9a-f]{{{SHORTEST},{DIGITS}}})", re.IGNORECASE)
_FINDINGS = """
SELECT f.*, p.name, r.fingerprint AS decided_under FROM judged_findings f JOIN publishers p ON p.id = f.publisher
LEFT JOIN reviews r ON r.id = f.review ORDER BY f.year DESC, p.region, p.id, f.finding
"""
_HEAD = """
SELECT r.publisher, p.name, r.year, r.reading, r.document, d.sha256, d.url, k.key, f.state, f.text, f.value,
  c.review AS corrected, c.state AS right_state, c.value AS right_value
FROM latest_readings r JOIN publishers p ON p.id = r.publisher JOIN documents d ON d.id = r.document
JOIN figures f ON f.reading = r.reading JOIN figure_keys k ON k.id = f.key
LEFT JOIN corrected_figures c ON c.reading = f.reading AND c.key = f.key
"""
# Figures that no reader is sure of, and those that people decided about.
_FIGURES = f"""{_HEAD}
WHERE f.state = 'unsure' OR EXISTS (
  SELECT 1 FROM reviews v WHERE v.publisher = r.publisher AND v.year = r.year AND v.key = k.key)
ORDER BY r.year DESC, p.region, p.id, k.id
"""  # noqa: S608 - our own text
_OF_ONE_REPORT = f"{_HEAD} WHERE r.publisher = ? AND r.year = ?"
_OF_FIGURES = "SELECT * FROM reviews_in_force WHERE key IS NOT NULL"
Row = dict[str, Any]
# Why a figure waits, or why not: nobody decided; decided for another document; read otherwise since; decided.
FigureStanding = Literal["unsure", "lapsed", "reads otherwise", "corrected", "dismissed", "read"]


@dataclass(frozen=True, slots=True)
class Question:
    """A finding or a figure of the reading that stands for its report, with the decision in force, if any.

    `id` has 16 digits. `waits`: it is for a person to decide. `decided_under`: the fingerprint of its decision.
    """

    id: str
    what: Literal["finding", "figure"]
    publisher: str
    name: str
    year: int
    waits: bool
    level: str
    rule: str
    message: str
    message_zh: str
    keys: tuple[str, ...] = ()
    kind: str = ""
    version: int | None = None
    claim: str = ""
    left: Value = None
    right: Value = None
    reading: int | None = None
    sha256: str | None = None
    url: str | None = None
    decision: str | None = None
    decided_by: str | None = None
    decided_at: str | None = None
    note: str = ""
    decided_under: str = ""
    settled: bool = False
    state: str | None = None
    text: str = ""
    value: Value = None
    standing: str = ""
    corrected_to: tuple[str, Value] | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which questions are asked for. `rule` and `level` empty: errors and warnings, and figures."""

    scope: Scope
    rule: str = ""
    level: str = ""
    everything: bool = field(default=False)

    def holds(self, one: Question) -> bool:
        """Whether a question is asked for."""
        if not self.scope.holds(one.publisher, one.year) or not (one.waits or self.everything):
            return False
        if self.rule or self.level:
            return self.rule in ("", one.rule) and self.level in ("", one.level)
        # Unsure figures are listed one by one: their rows need not be listed once more.
        return one.what == "figure" or (one.level in SERIOUS and one.rule != "unsure")


def questions(db: Database) -> list[Question]:
    """Every finding and every figure in question, those of the newest years first."""
    return [*map(_finding, db.query(_FINDINGS)), *_figures(db)]


def shown_digits(ids: Iterable[str]) -> int:
    """How many digits of each id tell all of them apart."""
    known = set(ids)
    return next(
        (count for count in range(SHOWN, DIGITS) if len({one[:count] for one in known}) == len(known)), DIGITS
    )


def named(db: Database, word: str) -> Question:
    """The one question of that id, or of the first digits of it. CommandError (usage): none, or several."""
    return among(questions(db), word)


def among(known: Iterable[Question], word: str) -> Question:
    """`named`, where the questions are at hand."""
    match = _ID.fullmatch(word.strip())
    if match is None:
        message = f"{word!r} is no id: copy it from `reportwatch review list`, such as 3f9a1c"
        raise CommandError(exits.USAGE, message)
    found = {one.id: one for one in known if one.id.startswith(match[1].lower())}
    if len(found) == 1:
        return next(iter(found.values()))
    if not found:
        raise CommandError(
            exits.USAGE,
            f"nothing has the id {word} now: the document, the rule or what was read may have changed; see "
            "`reportwatch review list` and `reportwatch review log`",
        )
    lines = [f"{word} is the beginning of several ids:", *map(_line, found.values())]
    raise CommandError(exits.USAGE, "\n".join(lines))


def _line(one: Question) -> str:
    return f"  #{one.id}  {one.name} {one.year}: {one.message}"


def _finding(row: Row) -> Question:
    settled = row["settled_by"] is not None
    return Question(
        id=row["fingerprint"], what="finding", publisher=row["publisher"], name=row["name"], year=row["year"],
        waits=row["decision"] is None and not settled, level=row["level"], rule=row["rule"], message=row["message"],
        message_zh=row["message_zh"], keys=tuple(json.loads(row["keys"])), kind=row["kind"], version=row["version"],
        claim=row["claim"], left=exact(row["left_value"], None), right=exact(row["right_value"], None),
        reading=row["reading"], sha256=row["sha256"], url=row["url"], decision=row["decision"],
        decided_by=row["decided_by"], decided_at=row["decided_at"], note=row["decision_note"] or "",
        decided_under=row["decided_under"] or "", settled=settled,
    )  # fmt: skip


def _figures(db: Database) -> list[Question]:
    decided = {(row["publisher"], row["year"], row["key"]): row for row in db.query(_OF_FIGURES)}
    labels = {one.key: f"{one.row_label} · {one.column_label}" for one in figure_keys()}
    return [
        _figure(row, decided.get((row["publisher"], row["year"], row["key"])), labels[row["key"]])
        for row in db.query(_FIGURES)
    ]


def _figure(row: Row, review: Row | None, label: str) -> Question:
    standing = _standing(row, review)
    english, chinese = _SAYS[standing]
    words = {
        "key": row["key"], "label": label, "text": readable(row["text"] or "", LONGEST),
        "by": readable(review["by"]) if review else "", "value": _shown(review) if review else "",
    }  # fmt: skip
    return Question(
        id=place_of(row["publisher"], row["year"], row["key"]), what="figure", publisher=row["publisher"],
        name=row["name"], year=row["year"], waits=standing in ("unsure", "lapsed", "reads otherwise"),
        level="warning", rule="figure", message=english.format_map(words), message_zh=chinese.format_map(words),
        keys=(row["key"],), reading=row["reading"], sha256=row["sha256"], url=row["url"],
        decision=review["decision"] if review else None, decided_by=review["by"] if review else None,
        decided_at=review["at"] if review else None, note=review["note"] if review else "",
        decided_under=review["fingerprint"] if review else "", state=row["state"], text=row["text"] or "",
        value=exact(row["value"], row["text"]), standing=standing,
        corrected_to=_correction(review),
    )  # fmt: skip


def _standing(row: Row, review: Row | None) -> FigureStanding:
    if review is None:
        return "unsure" if row["state"] == "unsure" else "read"
    as_then = row["state"] == review["read_state"] and row["value"] == review["read_value"]
    if review["decision"] == "dismissed":
        if row["state"] != "unsure":
            return "read"
        return "dismissed" if reads_as_then(row, review) else "unsure"
    same = row["state"] == review["state"] and row["value"] == review["value"]
    if row["corrected"] is None:
        return "read" if same else "lapsed"
    return "corrected" if same or as_then or row["state"] == "unsure" else "reads otherwise"


def _correction(review: Row | None) -> tuple[str, Value] | None:
    if review is None or review["state"] is None:
        return None
    return review["state"], exact(review["value"], str(review["value"]))


def _shown(review: Row) -> str:
    return "blank" if review["state"] == "blank" else str(exact(review["value"], str(review["value"])))


_SAYS: dict[FigureStanding, tuple[str, str]] = {
    "unsure": ("{key} ({label}) is not sure: read as “{text}”.", "{key}（{label}）未能确认：读作“{text}”。"),
    "lapsed": (
        "{key} ({label}) was corrected to {value} by {by}, but the document has changed: it reads “{text}” now.",
        "{key}（{label}）曾由{by}更正为{value}，但文件已变：现读作“{text}”。",
    ),
    "reads otherwise": (
        "{key} ({label}) is corrected to {value} by {by}; since then a better reading says “{text}”: look again.",
        "{key}（{label}）由{by}更正为{value}；此后重新读取为“{text}”，请再核对。",
    ),
    "corrected": (
        "{key} ({label}) is corrected to {value} by {by}; read as “{text}”.",
        "{key}（{label}）由{by}更正为{value}；读作“{text}”。",
    ),
    "dismissed": (
        "{key} ({label}) stays unsure: {by} looked at it; read as “{text}”.",
        "{key}（{label}）仍未确认，{by}已看过；读作“{text}”。",
    ),
    "read": ("{key} ({label}) is read as “{text}”.", "{key}（{label}）读作“{text}”。"),
}  # fmt: skip


def accepted(one: Question, by: str, note: str, at: str) -> Decision:
    """A person looked: the finding is right. CommandError (usage) for a figure, which can be corrected only."""
    if one.what == "figure":
        raise CommandError(
            exits.USAGE,
            f"#{one.id} is a figure, not a finding: correct it, or dismiss it with a note to leave it unsure",
        )
    return _decision(one, "accepted", by, note, at)


def dismissed(one: Question, by: str, note: str, at: str) -> Decision:
    """A person looked: the finding is none; or a figure stays unsure and needs no further look."""
    if not note.strip():
        raise CommandError(exits.USAGE, "say why it is dismissed: --note")
    if one.what == "figure" and one.state != "unsure":
        raise CommandError(
            exits.USAGE,
            f"#{one.id} is read without doubt: there is nothing to dismiss; `undo` takes a correction back",
        )
    return _decision(one, "dismissed", by, note, at)


def undone(one: Question, by: str, note: str, at: str) -> Decision:
    """The decision in force is taken back; it stays in the log. CommandError (usage) where there is none."""
    if one.decision is None:
        raise CommandError(exits.USAGE, f"#{one.id}: no decision is in force, there is nothing to undo")
    return _decision(one, "undone", by, note, at, fingerprint=one.decided_under or one.id)


def corrected(one: Question, value: str, stands_in: str, by: str, note: str, at: str) -> Decision:
    """A person gives a figure's value and says where it stands. CommandError (usage) for what is no number."""
    if one.what == "finding":
        raise CommandError(
            exits.USAGE, f"#{one.id} is a finding: correct a figure, or dismiss the finding with a note"
        )
    if not stands_in.strip():
        raise CommandError(exits.USAGE, "say where you saw the number: --source with an address, or in words")
    state, number = _value_of(value)
    if one.state == state and one.value == number:
        raise CommandError(
            exits.USAGE, f"{one.keys[0]} is read as {value} already: there is nothing to correct"
        )
    return _decision(one, "corrected", by, note, at, state=state, value=number, stands_in=stands_in.strip())


def _value_of(text: str) -> tuple[Literal["number", "blank"], Value]:
    if text.strip() in BLANK:
        return "blank", None
    number = read_number(text.strip())
    if number.state != "number" or number.unit:
        raise CommandError(
            exits.USAGE,
            f"{text!r} is no plain number: write the digits in the form's own unit, or `blank` for an empty cell",
        )
    return "number", number.value


def _decision(one: Question, decision: Any, by: str, note: str, at: str, **more: Any) -> Decision:  # noqa: ANN401 - fields of Decision
    if not by.strip():
        raise CommandError(exits.USAGE, "say who decides: --by, or REPORTWATCH_BY in the environment")
    is_figure = one.what == "figure"
    fields: dict[str, Any] = {
        "fingerprint": one.id, "rule": None if is_figure else one.rule, "version": one.version, "claim": one.claim,
        "message": one.message, "message_zh": one.message_zh, "document": one.sha256,
        "key": one.keys[0] if is_figure else None, "read_state": one.state, "read_text": one.text if is_figure else None,
        "read_value": one.value,
    }  # fmt: skip
    return Decision(
        decision=decision, publisher=one.publisher, year=one.year, by=" ".join(by.split()), at=at,
        note=note.strip(), **(fields | more),
    )  # fmt: skip


def figure_of(db: Database, publisher: str, year: int, key: str) -> Question:
    """Any figure of the reading that stands for a report. CommandError (usage) where it has none of that key."""
    rows: Sequence[Row] = list(db.query(_OF_ONE_REPORT, (publisher, year)))
    if not rows:
        raise CommandError(
            exits.USAGE, f"no figures of {publisher} for {year} were read: there is nothing to correct"
        )
    row = next((row for row in rows if row["key"] == key), None)
    if row is None:
        near = difflib.get_close_matches(key, [row["key"] for row in rows], n=3)
        hint = f"; perhaps {' or '.join(near)}" if near else ""
        raise CommandError(
            exits.USAGE, f"that report has no figure {key!r}{hint}; `reportwatch read` lists them"
        )
    place = (publisher, year, key)
    review = next(
        (one for one in db.query(_OF_FIGURES) if (one["publisher"], one["year"], one["key"]) == place), None
    )
    label = next(f"{one.row_label} · {one.column_label}" for one in figure_keys() if one.key == key)
    return _figure(row, review, label)
