"""The last part of the trail: what was noted of a report, who was told of it, when, and who could not be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportwatch.sentences import code, line, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from reportwatch.options import Lang

EVENTS = """
SELECT e.*, i.kind AS incident_kind FROM events e LEFT JOIN incidents i ON i.id = e.incident
WHERE e.publisher = ? AND e.year = ? ORDER BY e.id
"""
DELIVERIES = "SELECT channel, state, attempts, next_at, sent_at, last_error FROM deliveries WHERE event = ? ORDER BY channel"
STATES = ("sent", "accepted_unverified", "suppressed", "pending", "leased", "failed", "dead")


def told(database: Database, row: dict[str, Any], lang: Lang) -> Iterator[str]:
    """Each event of the report, and below it each channel: told when, waiting until when, or why not."""
    for event in list(database.query(EVENTS, [row["publisher"], row["year"]])):
        what = " ".join(str(code(lang, kind)) for kind in (event["incident_kind"], event["kind"]) if kind)
        head = f"{when(event['at'])} #{event['short_id']} {what}"
        deliveries = list(database.query(DELIVERIES, [event["id"]]))
        silent = line(lang, "silent", why=event["suppressed"] or "–")
        yield head if deliveries else f"{head}: {silent}"
        for one in deliveries:
            name = f"told_{one['state']}" if one["state"] in STATES else "told_other"
            at = when(one["sent_at"] or one["next_at"])
            yield "  " + line(lang, name, **{**one, "at": at, "error": one["last_error"] or "–"})
