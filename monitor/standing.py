"""The open incidents as people see them: by which id, since when, who was told, who took them on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

STANDING = """
SELECT i.id, i.key, i.kind, i.severity, i.publisher, p.name, i.year, i.opened_at, i.resolved_at, i.held, i.detail,
  e.id AS event, e.short_id, e.suppressed, a.action, a.until, a.by, a.note, a.at
FROM incidents i
LEFT JOIN publishers p ON p.id = i.publisher
LEFT JOIN events e ON e.incident = i.id AND e.kind = 'opened'
LEFT JOIN acknowledgements a ON a.id = (SELECT max(n.id) FROM acknowledgements n WHERE n.incident = i.id)
  AND a.action IN ('ack', 'snooze')
WHERE i.resolved_at IS NULL
ORDER BY CASE i.severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, i.opened_at, i.id
"""
TOLD = "SELECT channel, state, sent_at FROM deliveries WHERE event = ? ORDER BY channel"


@dataclass(frozen=True, slots=True)
class Standing:
    """An open incident. `where` names the publisher, host or platform; `told` are (channel, state, sent at or None).

    `suppressed`: why its opening was told to nobody. `held`: why nobody can tell now whether it still holds.
    `answer`: what a person said last, as `action`, `by`, `note`, `at`, `until`; None if nothing is in force.
    """

    id: int
    short_id: str
    key: str
    kind: str
    severity: str
    publisher: str | None
    where: str
    year: int | None
    opened_at: str
    told: tuple[tuple[str, str, str | None], ...] = ()
    suppressed: str | None = None
    held: str | None = None
    answer: dict[str, Any] | None = None


def standing(db: Database) -> tuple[Standing, ...]:
    """Every open incident, the most severe first, then the oldest."""
    return tuple(_standing(db))


def _standing(db: Database) -> Iterator[Standing]:
    for row in list(db.query(STANDING)):
        detail = json.loads(row["detail"])
        answer = {name: row[name] for name in ("action", "by", "note", "at", "until")}
        yield Standing(
            id=row["id"],
            short_id=row["short_id"] or "",
            key=row["key"],
            kind=row["kind"],
            severity=row["severity"],
            publisher=row["publisher"],
            where=str(row["name"] or detail.get("host") or detail.get("trouble") or row["key"]),
            year=row["year"],
            opened_at=row["opened_at"],
            told=tuple(
                (one["channel"], one["state"], one["sent_at"]) for one in db.query(TOLD, (row["event"],))
            ),
            suppressed=row["suppressed"],
            held=row["held"],
            answer=answer if row["action"] else None,
        )
