"""What was told of a report, and when: without the names of channels, which are nobody else's business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportwatch.dossier.words import say
from reportwatch.sentences import when

if TYPE_CHECKING:
    from sqlite_utils import Database

    from reportwatch.dossier.model import Row
    from reportwatch.options import Lang

_EVENTS = """
SELECT e.at, e.short_id, coalesce(i.kind || ' ', '') || e.kind AS name, e.suppressed,
  min(d.sent_at) AS sent, count(d.sent_at) AS channels, count(d.id) AS deliveries
FROM events e LEFT JOIN incidents i ON i.id = e.incident LEFT JOIN deliveries d ON d.event = e.id
WHERE e.publisher = ? AND e.year = ? GROUP BY e.id ORDER BY e.id
"""


def told(db: Database, row: Row, lang: Lang) -> tuple[str, ...]:
    """A line for each event of the report: what, when, and when the first of how many channels had it."""
    lines = []
    for one in db.query(_EVENTS, [row["publisher"], row["year"]]):
        name = "told" if one["sent"] else "waits" if one["deliveries"] else "silent"
        parts = {
            "at": when(one["at"]), "what": f"#{one['short_id']} {one['name']}", "sent": when(one["sent"]),
            "count": one["channels"], "why": one["suppressed"] or say(lang, "told", "no_channel"),
        }  # fmt: skip
        lines.append(say(lang, "told", name, **parts))
    return tuple(lines)
