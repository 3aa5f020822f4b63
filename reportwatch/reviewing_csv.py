"""Many decisions in a table: written for a spreadsheet, filled in by people, and taken in whole or not at all."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING

from monitor.cleaning import readable
from parsers.normalise import normalise
from reportwatch import exits, reviewing
from reportwatch.exits import CommandError
from reportwatch.shape import digits, place, safe
from store.figure_keys import figure_keys
from store.readings import figures_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sqlite_utils import Database

    from parsers.model import Figure
    from reportwatch.reviewing import Question
    from store.reviews import Decision

TOLD = (
    "what", "publisher", "name", "year", "level", "rule", "message", "message_zh", "keys", "labels", "read", "readers",
    "where", "url", "document", "decided",
)  # fmt: skip
FILLED = ("decision", "value", "source", "note", "by")
COLUMNS = ("id", *TOLD, *FILLED)
LARGEST = 32 << 20  # bytes
# What people write in the column `decision`.
WORDS = {
    "accept": "accept", "accepted": "accept", "确认": "accept", "属实": "accept",
    "dismiss": "dismiss", "dismissed": "dismiss", "驳回": "dismiss", "不成立": "dismiss",
    "correct": "correct", "corrected": "correct", "更正": "correct",
    "undo": "undo", "undone": "undo", "撤销": "undo",
}  # fmt: skip


def written(db: Database, found: Sequence[Question]) -> str:
    """The table, with a mark that tells spreadsheets that it is UTF-8. Its last columns are for people to fill in."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    read: dict[int, dict[str, Figure]] = {}
    for one in found:
        if one.reading is not None and one.reading not in read:
            read[one.reading] = {figure.key: figure for figure in figures_of(db, one.reading)}
        writer.writerow([safe(str(cell)) for cell in _row(one, read.get(one.reading or 0, {}))])
    return out.getvalue()


def _row(one: Question, figures: dict[str, Figure]) -> tuple[object, ...]:
    labels = {key.key: f"{key.row_label} · {key.column_label}" for key in figure_keys()}
    spoken = [figures[key] for key in one.keys if key in figures]
    readers = [f"{other.reader}: {other.text.strip()}" for figure in spoken for other in figure.alternatives]
    # The sign keeps spreadsheets from taking 16 digits for a number.
    return (
        f"#{one.id}", one.what, one.publisher, one.name, one.year, one.level, one.rule, one.message, one.message_zh,
        "; ".join(one.keys), "; ".join(labels.get(key, "") for key in one.keys),
        "; ".join(digits(figure.value) or figure.text.strip() or figure.state for figure in spoken),
        "; ".join(readers), "; ".join(dict.fromkeys(place(figure.origin) for figure in spoken)), one.url or "",
        _document(one),
        f"{one.decision} {one.decided_by}" if one.decision else "", "", "", "", "", "",
    )  # fmt: skip


def _document(one: Question) -> str:
    """Which bytes were looked at; the word before them keeps spreadsheets from taking them for a number."""
    return f"sha256:{one.sha256}" if one.sha256 else ""


def taken_in(db: Database, path: Path, by: str, at: str) -> list[Decision]:
    """The decisions of a table, checked; rows without a decision are passed over, as are those that hold already.

    CommandError (65) that lists every mistake with its line: then nothing is to be saved.
    """
    open_questions = reviewing.questions(db)
    decisions: list[Decision] = []
    mistakes: list[str] = []
    seen: dict[str, int] = {}
    for line, row in _rows(path):
        if not row.get("decision"):
            continue
        try:
            decision = _decided(open_questions, row, by, at)
            _refuse_twice(seen, decision, line)
            decisions.append(decision)
        except CommandError as error:
            mistakes.append(f"{path}:{line}: {error}")
    if mistakes:
        raise CommandError(exits.DATA, "\n".join(["nothing was taken in:", *mistakes]))
    return [one for one in decisions if not _holds_already(open_questions, one)]


def _refuse_twice(seen: dict[str, int], decision: Decision, line: int) -> None:
    if decision.fingerprint in seen:
        raise CommandError(exits.USAGE, f"the same id as line {seen[decision.fingerprint]}")
    seen[decision.fingerprint] = line


def _decided(known: Sequence[Question], row: dict[str, str], by: str, at: str) -> Decision:
    word = WORDS.get(row["decision"].casefold())
    if word is None:
        raise CommandError(
            exits.USAGE, f"decision is {row['decision']!r}: write accept, dismiss, correct or undo"
        )
    one = reviewing.among(known, row["id"])
    _refuse_another_document(one, row)
    who, note = row.get("by") or by, row.get("note", "")
    if word == "correct":
        return reviewing.corrected(one, row.get("value", ""), row.get("source", ""), who, note, at)
    if row.get("value"):
        raise CommandError(exits.USAGE, f"a value goes with `correct`, not with {row['decision']!r}")
    deciding: dict[str, Callable[[Question, str, str, str], Decision]] = {
        "accept": reviewing.accepted, "dismiss": reviewing.dismissed, "undo": reviewing.undone,
    }  # fmt: skip
    return deciding[word](one, who, note, at)


def _refuse_another_document(one: Question, row: dict[str, str]) -> None:
    """A figure is known by its place: what was said of it in one document is not said of the next, if that reads otherwise."""
    if one.what != "figure" or row.get("document", "") in ("", _document(one)):
        return
    then, now = ("".join(filter(str.isdecimal, normalise(text))) for text in (row.get("read", ""), one.text))
    if not then or then != now:
        raise CommandError(
            exits.USAGE,
            f"the document is another since the table was written, and reads {readable(one.text)!r} there: look again, "
            "and write a new table",
        )


def _holds_already(known: Sequence[Question], decision: Decision) -> bool:
    """Whether the same person has already said the same: a table may be taken in twice."""
    one = next(one for one in known if decision.fingerprint in (one.id, one.decided_under))
    if decision.decision == "corrected" and one.corrected_to != (decision.state, decision.value):
        return False
    return (one.decision, one.decided_by, one.note) == (decision.decision, decision.by, decision.note)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        if path.stat().st_size > LARGEST:
            raise CommandError(exits.DATA, f"{path}: larger than {LARGEST >> 20} MiB: is it the table?")
        reader = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
        _refuse_columns(path, list(reader.fieldnames or ()))
        for row in reader:
            if None in row:
                raise CommandError(
                    exits.DATA, f"{path}:{reader.line_num}: more cells than columns; nothing was taken in"
                )
            yield reader.line_num, {name: (cell or "").strip() for name, cell in row.items()}
    except UnicodeDecodeError:
        raise CommandError(exits.DATA, f"{path}: not UTF-8; save it as “CSV UTF-8”") from None
    except (OSError, csv.Error) as error:
        raise CommandError(exits.DATA, f"{path}: cannot be read: {error}") from None


def _refuse_columns(path: Path, names: list[str]) -> None:
    if len(names) == 1 and any(sign in names[0] for sign in ";\t；，"):
        raise CommandError(
            exits.DATA,
            f"{path}:1: cells must be separated by commas; in the spreadsheet, save it as “CSV UTF-8”",
        )
    unknown, absent = set(names) - set(COLUMNS), {"id", "decision"} - set(names)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if unknown or absent or twice:
        told = {"missing": absent, "unknown": unknown, "twice": twice}
        wrong = "; ".join(f"{what}: {', '.join(sorted(which))}" for what, which in told.items() if which)
        raise CommandError(
            exits.DATA, f"{path}:1: the columns are those of `reportwatch review export`; {wrong}"
        )
