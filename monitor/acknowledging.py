"""People take an incident on, put it off, or give it back: found by the id of a message, by number, or by name.

That stops reminders and nothing else; what an incident ends with is told all the same. Rows are added, never changed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

from monitor.ledger import SHORT_ID_LENGTH, SHORT_ID_SIGNS
from monitor.model import IncidentKind
from monitor.moments import shanghai_minute
from monitor.standing import Standing, standing
from store.database import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

Action = Literal["ack", "snooze", "unack"]
KINDS = frozenset(get_args(IncidentKind))
SHORT_ID = re.compile(rf"#?[{SHORT_ID_SIGNS}]{{{SHORT_ID_LENGTH}}}")
NUMBER = re.compile(r"[0-9]{1,18}")
YEAR = re.compile(r"(?:19|20)\d\d")
LIST = "`reportwatch status --incidents` lists what is open"
BY_SHORT_ID = "SELECT DISTINCT incident FROM events WHERE short_id = ?"
NAMED = """
SELECT id FROM publishers WHERE id = :word OR name = :word
UNION SELECT publisher FROM publisher_names WHERE name = :word
"""
NEW = "INSERT INTO acknowledgements (incident, action, until, by, note, at) VALUES (?, ?, ?, ?, ?, ?)"


class IncidentNameError(Exception):
    """Raised where a word names no open incident, or more than one: what it could mean, and where to look."""

    exit_code = 2


class NothingToTakeBackError(Exception):
    """Raised by `unack` of an incident that nobody took on or put off."""

    exit_code = 2


def find_incidents(db: Database, words: Sequence[str]) -> tuple[Standing, ...]:
    """The open incidents that the words name, each once: `#7K2M`, a number, or PUBLISHER YEAR [KIND].

    Raises IncidentNameError for what names none, one that is over, or several.
    """
    known = {one.id: one for one in standing(db)}
    found: dict[int, Standing] = {}
    left = list(words)
    while left:
        publishers = _publishers(db, left[0]) if len(left) > 1 and YEAR.fullmatch(left[1]) else []
        named = _by_name(left, publishers, known.values()) if publishers else _by_id(db, left.pop(0), known)
        found[named.id] = named
    return tuple(found.values())


def acknowledge(
    db: Database,
    incidents: Iterable[Standing],
    action: Action,
    *,
    by: str,
    note: str,
    now: str,
    until: str | None = None,
) -> None:
    """Notes what a person says of these incidents, all or nothing. `until` is the ISO day that ends a snooze.

    Raises NothingToTakeBackError.
    """
    with transaction(db):
        for incident in incidents:
            if action == "unack" and incident.answer is None:
                raise NothingToTakeBackError(
                    f"nobody acknowledged or snoozed {describe(incident)}: there is nothing to take back"
                )
            db.execute(NEW, (incident.id, action, until, by, note, now))


def describe(incident: Standing) -> str:
    """One open incident in a line: `#7K2M missing 周口市财政局 2025, since 2026-02-05 09:00`."""
    year = f" {incident.year}" if incident.year else ""
    since = shanghai_minute(incident.opened_at)
    return (
        f"#{incident.short_id} (number {incident.id}) {incident.kind} {incident.where}{year}, since {since}"
    )


def _publishers(db: Database, word: str) -> list[str]:
    return [row["id"] for row in db.query(NAMED, {"word": word})]


def _by_name(left: list[str], publishers: Sequence[str], known: Iterable[Standing]) -> Standing:
    """Takes PUBLISHER YEAR [KIND] off the words."""
    word, year = left.pop(0), int(left.pop(0))
    kind = left.pop(0) if left and left[0] in KINDS else None
    fitting = [
        one for one in known if one.publisher in publishers and one.year == year and kind in (None, one.kind)
    ]
    return _only(" ".join((word, str(year), *([kind] if kind else []))), fitting)


def _by_id(db: Database, word: str, known: dict[int, Standing]) -> Standing:
    named: set[int | None] = set()
    sign = word.upper() if word.startswith("#") else word
    if SHORT_ID.fullmatch(sign):
        named = {row["incident"] for row in db.query(BY_SHORT_ID, (sign.removeprefix("#"),))}
    numbers = {number for number in named if number is not None}
    if NUMBER.fullmatch(word) and db.execute("SELECT 1 FROM incidents WHERE id = ?", (int(word),)).fetchone():
        numbers.add(int(word))
    fitting = [known[number] for number in sorted(numbers) if number in known]
    if numbers and not fitting:
        ended = db.execute(
            "SELECT max(resolved_at) FROM incidents WHERE id IN (SELECT value FROM json_each(?))",
            (str(sorted(numbers)),),
        ).fetchone()[0]
        raise IncidentNameError(f"{word}: it is over since {shanghai_minute(ended)}; {LIST}")
    if fitting and not NUMBER.fullmatch(word) and named - known.keys():  # four signs, and years of messages
        several = "; ".join(describe(one) for one in fitting)
        raise IncidentNameError(
            f"{word}: something that is over, or no incident, has this id, too; if you mean {several}, give its number"
        )
    return _only(word, fitting)


def _only(word: str, fitting: Sequence[Standing]) -> Standing:
    if not fitting:
        raise IncidentNameError(
            f"{word}: names no open incident; give the #id of a message, a number, or PUBLISHER YEAR KIND; {LIST}"
        )
    if len(fitting) > 1:
        several = "; ".join(describe(one) for one in fitting)
        raise IncidentNameError(f"{word}: may be any of these, name one: {several}")
    return fitting[0]
