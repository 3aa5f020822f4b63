"""Writes what a check decided: incidents, events and deliveries. The caller holds the transaction around it all."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from monitor.model import Event

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlite_utils import Database

    from monitor.channels import Channel
    from monitor.model import Changes, Condition, Detail, Ledger, OpenIncident

ENDS = frozenset({"resolved", "corrected"})  # only for those who were told of the beginning
SHORT_ID_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like another
SHORT_ID_LENGTH = 4

NEW_EVENT = """
INSERT INTO events (key, short_id, kind, incident, publisher, year, source, severity, at, suppressed, detail)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING id
"""
NEW_INCIDENT = """
INSERT INTO incidents (key, kind, publisher, year, source, severity, opened_at, fingerprint, detail)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
KEPT = "INSERT INTO deliveries (event, channel, next_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
LAPSED = """
INSERT INTO acknowledgements (incident, action, by, note, at) VALUES (?, 'lapsed', '', 'it got worse', ?)
"""
TOLD = """
SELECT DISTINCT d.channel FROM deliveries d JOIN events e ON e.id = d.event
WHERE (e.incident = ?1 OR e.key = ?2 OR e.key = (
  SELECT s.key FROM events s, json_each(s.detail, '$.named') n JOIN events h ON h.key = n.value AND h.at = s.at
  WHERE s.kind = 'storm' AND h.key = ?2 AND h.kind IN ('appeared', 'revised'))) AND (d.state NOT IN ('dead', 'suppressed') OR EXISTS (
  SELECT 1 FROM messages m, json_each(m.events) v
  WHERE m.channel = d.channel AND m.outcome = 'ambiguous' AND v.value = e.id))
"""


def write_changes(
    db: Database, changes: Changes, ledger: Ledger, channels: Sequence[Channel], now: str
) -> list[Event]:
    """Writes everything and returns the events that are new."""
    numbers = {incident.key: incident.id for incident in ledger.incidents}
    numbers |= {condition.key: _open(db, condition, now) for condition in changes.opened}
    for incident, condition in changes.updated:
        _update(db, incident, condition)
    for incident in changes.resolved:
        db.execute("UPDATE incidents SET resolved_at = ? WHERE id = ?", (now, incident.id))
    for incident in changes.reminded:
        db.execute("UPDATE incidents SET reminded_at = ? WHERE id = ?", (now, incident.id))
    for incident in changes.lapsed:
        db.execute(LAPSED, (incident.id, now))
    for incident, why in changes.held:
        db.execute("UPDATE incidents SET held = ? WHERE id = ?", (why, incident.id))
    for incident in changes.released:
        _release(db, incident, channels, now)
    for event in changes.freed:
        _free(db, event, channels, now)
    return [
        event
        for event in changes.events
        if write_event(
            db,
            event,
            numbers.get(event.incident or ""),
            channels,
            now,
            told_of=numbers.get(event.told_of or ""),
        )
    ]


def write_event(
    db: Database,
    event: Event,
    incident: int | None,
    channels: Sequence[Channel],
    now: str,
    told_of: int | None = None,
) -> bool:
    """Writes an event with its deliveries; False, and nothing written, if its key is known.

    `told_of`: the number of `event.told_of`, an incident that goes on.
    """
    detail = {**event.detail, "answers": event.answers} if event.answers else event.detail
    row = (
        event.key, short_id(event.key), event.kind, incident, event.publisher, event.year, event.source,
        event.severity, now, event.suppressed, _json(detail),
    )  # fmt: skip
    new = db.execute(NEW_EVENT, row).fetchone()
    if new is None:
        return False
    if event.suppressed is None:
        told = _told(db, event, told_of if incident is None else incident)
        _deliver(db, new[0], incident, event, _receivers(event, told, channels), now)
        _keep_for_absent(db, new[0], told, channels, now)
    return True


def short_id(key: str) -> str:
    """Four signs that name an event to people: the same event always has the same."""
    number = int.from_bytes(sha256(key.encode()).digest()[:8], "big")
    signs = []
    for _ in range(SHORT_ID_LENGTH):
        number, index = divmod(number, len(SHORT_ID_SIGNS))
        signs.append(SHORT_ID_SIGNS[index])
    return "".join(signs)


def _open(db: Database, condition: Condition, now: str) -> int:
    row = (
        condition.key, condition.kind, condition.publisher, condition.year, condition.source,
        condition.severity, now, condition.fingerprint, _json(condition.detail),
    )  # fmt: skip
    return int(db.execute(NEW_INCIDENT, row).fetchone()[0])


def _update(db: Database, incident: OpenIncident, condition: Condition) -> None:
    db.execute(
        "UPDATE incidents SET fingerprint = ?, severity = ?, detail = ? WHERE id = ?",
        (condition.fingerprint, condition.severity, _json(condition.detail), incident.id),
    )


def _release(db: Database, incident: OpenIncident, channels: Sequence[Channel], now: str) -> None:
    """Tells the opening of an incident that was held in a storm and still holds, as it stands now."""
    held = db.execute(
        "UPDATE events SET suppressed = NULL, detail = ? WHERE incident = ? AND kind = 'opened' AND suppressed = 'storm'"
        " RETURNING id, key",
        (_json({**incident.detail, "opened_at": incident.opened_at}), incident.id),
    ).fetchone()
    event = Event(
        key=held[1],
        kind="opened",
        topic=incident.kind,
        severity=incident.severity,
        publisher=incident.publisher,
        year=incident.year,
        detail=incident.detail,
    )
    _deliver(db, held[0], incident.id, event, _receivers(event, frozenset(), channels), now)


def _free(db: Database, event: Event, channels: Sequence[Channel], now: str) -> None:
    """Tells a claim that was held in a storm and still holds, as it stands now."""
    held = db.execute(
        "UPDATE events SET suppressed = NULL, severity = ?, detail = ? WHERE key = ? AND suppressed = 'storm' RETURNING id",
        (event.severity, _json(event.detail), event.key),
    ).fetchone()
    _deliver(db, held[0], None, event, _receivers(event, frozenset(), channels), now)


def _told(db: Database, event: Event, incident: int | None) -> frozenset[str]:
    """The channels that were told of what the event ends or takes back, as the deliveries name them."""
    if event.kind not in ENDS and event.kind != "appeared":
        return frozenset()
    return frozenset(row[0] for row in db.execute(TOLD, (incident, event.answers)).fetchall())


def _receivers(event: Event, told: Collection[str], channels: Sequence[Channel]) -> list[Channel]:
    """Who chose to hear of it, and who must because they were told before."""
    wants = event.kind not in ENDS
    return [channel for channel in channels if _was(channel, told) or (wants and _wants(channel, event))]


def _keep_for_absent(
    db: Database, event: int, told: Collection[str], channels: Sequence[Channel], now: str
) -> None:
    """For those who were told on a channel or address that is not in the file now, the end waits until it is back.

    Where the channel has other addresses by then, they get it.
    """
    for name in sorted(told):
        if not any(_was(channel, {name}) for channel in channels):
            db.execute(KEPT, (event, name, now))


def _was(channel: Channel, told: Collection[str]) -> bool:
    """Whether this address was told, or the channel was while it had one address only, or several."""
    if channel.id in told or channel.name in told:
        return True
    return channel.id == channel.name and any(one.startswith(f"{channel.name}:") for one in told)


def _wants(channel: Channel, event: Event) -> bool:
    return why_told(channel, event.topic, event.severity, event.publisher, event.detail)


def why_told(channel: Channel, topic: str, severity: str, publisher: str | None, detail: Detail) -> bool:
    """Whether the channel's own choice covers such an event."""
    regions = [detail["region"]] if detail.get("region") else list(detail.get("regions", ()))
    publishers = (
        [publisher]
        if publisher
        else list(detail.get("publishers", ()) if topic in ("blind", "due_soon") else ())
    )
    levels = [detail["level"]] if detail.get("level") else list(detail.get("levels", ()))
    return channel.wants(topic, severity, regions, publishers, levels)


def _deliver(
    db: Database, number: int, incident: int | None, event: Event, receivers: Iterable[Channel], now: str
) -> None:
    rows = [(number, channel.id, channel.tell_at(now, event.topic, event.severity)) for channel in receivers]
    for row in rows:
        db.execute(KEPT, row)
    if rows and incident is not None:
        db.execute("UPDATE incidents SET told = 1 WHERE id = ?", (incident,))


def _json(detail: Detail) -> str:
    return json.dumps(detail, ensure_ascii=False, sort_keys=True)
