"""A message that was sent, in full: every event that it told of, however little room there was for it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.messages import compose
from monitor.outbox import events_of

if TYPE_CHECKING:
    from sqlite_utils import Database

    from monitor.told import Lang

# The parts of one digest were handed over at one moment.
FOUND = """
SELECT m.channel, m.at, min(m.subject) AS subject, min(m.outcome) AS outcome FROM messages m
WHERE (m.channel, m.at) = (
  SELECT s.channel, s.at FROM messages s, json_each(s.events) x JOIN events e ON e.id = x.value
  WHERE e.short_id = ? ORDER BY s.id DESC LIMIT 1)
GROUP BY m.channel, m.at
"""
SAID = """
SELECT DISTINCT d.id, d.event FROM messages m, json_each(m.events) x
JOIN deliveries d ON d.event = x.value AND d.channel = m.channel WHERE m.channel = ? AND m.at = ?
"""
# What was over before it could be told: with it the end says when it began.
UNSAID = """
SELECT d.id FROM deliveries d JOIN events e ON e.id = d.event WHERE d.channel = ? AND d.state = 'suppressed'
  AND e.incident IN (SELECT b.incident FROM events b WHERE b.id IN (SELECT value FROM json_each(?)))
"""


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message by its channel and moment (UTC), what became of it, and its whole text. `events` are how many it told of."""

    channel: str
    at: str
    subject: str
    outcome: str
    events: int
    text: str


def message_with(db: Database, short_id: str, lang: Lang) -> SentMessage | None:
    """The newest message that told of the event with this id; None if there is none."""
    row = next(iter(db.query(FOUND, (short_id.removeprefix("#").upper(),))), None)
    if row is None:
        return None
    said = list(db.query(SAID, (row["channel"], row["at"])))
    numbers = {one["event"] for one in said}
    unsaid = [one["id"] for one in db.query(UNSAID, (row["channel"], json.dumps(sorted(numbers))))]
    events = [
        replace(told, over=told.id not in numbers)
        for told in events_of(db, [*(one["id"] for one in said), *unsaid], row["at"])
    ]
    text = compose(events, lang, row["at"], most=len(events)).text
    return SentMessage(row["channel"], row["at"], row["subject"], row["outcome"], len(numbers), text)
