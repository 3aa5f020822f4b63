"""The ledger of what goes to whom: deliveries and messages. Everything in here is SQL; nothing is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from monitor.moments import later
from monitor.providers import provider
from store.database import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlite_utils import Database

    from monitor.answers import Sent
    from monitor.messages import Message
    from monitor.routing import Channel

State = Literal["pending", "leased", "sent", "accepted_unverified", "failed", "dead", "suppressed"]
LEASE_MINUTES = 10  # a sending may take one
BACKOFF_SECONDS = (30, 120, 600, 3600, 21_600, 86_400)
OPEN = "('pending', 'leased', 'failed')"
OVER = "over before it could be told"
CUT_OFF = "the run was cut off; it may have arrived, and comes again with the same ids"

# A channel is due where something is, unless another process is sending there or it still has to wait after a failure:
# what is newer must not overtake what is older, or an end would be told before its beginning. `urgent`: only what is
# critical counts.
DUE = """
SELECT w.id, e.incident, e.publisher, e.year FROM deliveries w JOIN events e ON e.id = w.event
WHERE w.channel = :channel AND (:urgent = 0 OR e.severity = 'critical') AND
  ((w.state IN ('pending', 'failed') AND w.next_at <= :now) OR (w.state = 'leased' AND w.leased_until <= :now))
"""
IS_FREE = """
NOT EXISTS (SELECT 1 FROM deliveries b WHERE b.channel = :channel AND
  ((b.state IN ('failed', 'dead') AND b.next_at > :now) OR (b.state = 'leased' AND b.leased_until > :now)))
"""
# With what is due goes what waits for a later hour and is about the same: an end must not overtake its beginning.
CLAIM = f"""
WITH due AS ({DUE})
UPDATE deliveries SET state = 'leased', leased_until = :until, attempts = attempts + 1
WHERE {IS_FREE} AND id IN (
  SELECT id FROM due UNION
  SELECT w.id FROM deliveries w JOIN events e ON e.id = w.event WHERE w.channel = :channel AND w.state = 'pending'
    AND (e.incident IN (SELECT incident FROM due) OR (e.publisher, e.year) IN (SELECT publisher, year FROM due)))
RETURNING id
"""  # noqa: S608 - our own text
SAID = """
UPDATE deliveries SET state = ?, sent_at = ?, leased_until = NULL, last_error = ?, message = ?
WHERE state = 'leased' AND id IN (SELECT value FROM json_each(?)) AND event IN (SELECT value FROM json_each(?))
"""
UNSAID = """
UPDATE deliveries SET state = 'suppressed', leased_until = NULL, last_error = ?
WHERE state = 'leased' AND id IN (SELECT value FROM json_each(?)) AND event IN (SELECT value FROM json_each(?))
"""
IS_NAMED = (
    "(:channel IS NULL OR channel = :channel OR substr(channel, 1, length(:channel) + 1) = :channel || ':')"
)
# What ended, or was taken back, while its beginning was given up: with the beginning it goes out after all.
ANSWERS = f"""
WITH ends AS MATERIALIZED (
  SELECT id, incident, detail ->> 'answers' AS answers FROM events
  WHERE kind IN ('resolved', 'corrected', 'appeared') AND suppressed IS NULL
), given_up AS MATERIALIZED (
  SELECT d.channel, e.id, e.key, e.incident FROM deliveries d JOIN events e ON e.id = d.event
  WHERE d.state = 'dead' AND {IS_NAMED}
)
INSERT INTO deliveries (event, channel, next_at)
SELECT n.id, g.channel, :now FROM given_up g JOIN ends n ON n.incident = g.incident AND n.id > g.id
UNION SELECT n.id, g.channel, :now FROM given_up g JOIN ends n ON n.answers = g.key AND n.id > g.id
WHERE true ON CONFLICT DO NOTHING
"""  # noqa: S608 - our own text
AGAIN = f"""
UPDATE deliveries SET state = 'pending', attempts = 0, next_at = :now, leased_until = NULL,
  last_error = 'queued again by hand at ' || :now || coalesce('; before: ' || last_error, '')
WHERE state IN ('dead', 'failed') AND {IS_NAMED} RETURNING channel
"""  # noqa: S608 - our own text
UNTOLD = f"""
SELECT EXISTS (
  SELECT 1 FROM deliveries d WHERE (d.state IN {OPEN} OR d.state = 'dead') AND d.channel IN (SELECT value FROM json_each(:names))
  AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.event = d.event AND (o.state IN ('sent', 'accepted_unverified')
    OR (o.state IN {OPEN} AND o.channel NOT IN (SELECT value FROM json_each(:names))))))
"""  # noqa: S608 - our own text
LOST = """
UPDATE messages SET outcome = 'ambiguous', error = ? WHERE channel = ? AND outcome = 'sending' AND at <= ?
"""


def claim(db: Database, channel: str, now: str, *, urgent: bool = False) -> tuple[int, ...]:
    """Takes what is due for a channel, and what a killed run left behind. Nobody else gets it meanwhile."""
    asked = {"channel": channel, "now": now, "urgent": urgent}
    with transaction(db):
        db.execute(LOST, (CUT_OFF, channel, later(now, minutes=-LEASE_MINUTES)))
        rows = db.execute(CLAIM, {**asked, "until": later(now, minutes=LEASE_MINUTES)}).fetchall()
    return tuple(sorted(row[0] for row in rows))


def is_due(db: Database, channel: str, now: str) -> bool:
    """Whether something would be claimed now, were it not for quiet hours or the rate."""
    sql = f"SELECT EXISTS ({DUE}) AND {IS_FREE}"
    return bool(db.execute(sql, {"channel": channel, "now": now, "urgent": False}).fetchone()[0])


def room(db: Database, channel: Channel, now: str) -> int:
    """How many messages the channel may get now: its own rate and its service's, counted over all runs."""
    known = provider(channel.scheme)
    per_minute = min(channel.per_minute, known.per_minute or channel.per_minute)
    left = per_minute - _handed_over(db, channel.id, later(now, minutes=-1), now)
    if known.per_day is not None:
        left = min(left, known.per_day - _handed_over(db, channel.id, later(now, days=-1), now))
    return left


def _handed_over(db: Database, channel: str, since: str, now: str) -> int:
    """Those of a clock that went ahead for a while do not count: the channel would wait until then."""
    sql = "SELECT count(*) FROM messages WHERE channel = ? AND at > ? AND at <= ?"
    return int(db.execute(sql, (channel, since, now)).fetchone()[0])


def start_message(db: Database, channel: str, message: Message, number: tuple[int, int], now: str) -> int:
    """A row for a message that is about to be handed over; `number` is (which part, of how many)."""
    row = (
        channel, now, message.subject, len(f"{message.subject}{message.text}".encode()), *number, json.dumps(message.said),
    )  # fmt: skip
    with transaction(db):
        sql = (
            "INSERT INTO messages (channel, at, subject, bytes, part, parts, events) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " RETURNING id"
        )
        return int(db.execute(sql, row).fetchone()[0])


def finish_message(db: Database, number: int, sent: Sent) -> None:
    """What became of it. The caller holds the transaction."""
    outcome = _outcome(sent)
    db.execute(
        "UPDATE messages SET outcome = ?, error = ?, provider_ref = ? WHERE id = ?",
        (outcome, sent.error or sent.note, sent.reference, number),
    )


def _outcome(sent: Sent) -> str:
    if sent.error is None:
        return "accepted_unverified" if sent.unverified else "sent"
    if sent.ambiguous:
        return "ambiguous"
    return "refused" if sent.permanent else "failed"


def put_back(db: Database, claimed: Iterable[int], events: Sequence[int], now: str) -> None:
    """Gives back the deliveries of these events: the next run's message has them, and it was no attempt."""
    with transaction(db):
        db.execute(
            "UPDATE deliveries SET state = 'pending', next_at = ?, leased_until = NULL, attempts = attempts - 1"
            " WHERE state = 'leased' AND id IN (SELECT value FROM json_each(?)) AND event IN (SELECT value FROM json_each(?))",
            (later(now, seconds=1), json.dumps(list(claimed)), json.dumps(list(events))),
        )


def record_sent(
    db: Database, claimed: Iterable[int], message: Message, number: int | None, sent: Sent, now: str
) -> None:
    """Notes that the other side accepted the message. What it has no line for was over before it could be told."""
    state: State = "accepted_unverified" if sent.unverified else "sent"
    with transaction(db):
        if number is not None:
            finish_message(db, number, sent)
        ours = json.dumps(list(claimed))
        db.execute(SAID, (state, now, sent.note, number, ours, json.dumps(message.said)))
        db.execute(UNSAID, (OVER, ours, json.dumps(message.told)))


def record_failure(db: Database, channel: Channel, claimed: Iterable[int], sent: Sent, now: str) -> int:
    """Plans the channel's next attempt; returns how many deliveries had their last. The caller holds the transaction.

    A channel that is broken for good keeps everything: it is tried every day until somebody mends it.
    """
    rows = db.execute(
        "SELECT id, attempts FROM deliveries WHERE id IN (SELECT value FROM json_each(?)) AND state = 'leased'",
        (json.dumps(list(claimed)),),
    ).fetchall()
    dead = {number for number, attempts in rows if attempts >= channel.attempts and not sent.permanent}
    at = _next_attempt(max((attempts for _, attempts in rows), default=1), sent, now)
    for number, _ in rows:
        db.execute(
            "UPDATE deliveries SET state = ?, next_at = ?, leased_until = NULL, last_error = ? WHERE id = ?",
            ("dead" if number in dead else "failed", at, sent.error, number),
        )
    return len(dead)


def _next_attempt(attempts: int, sent: Sent, now: str) -> str:
    step = BACKOFF_SECONDS[-1] if sent.permanent else BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1]
    return later(now, seconds=max(step, sent.retry_after or 0))


def requeue(db: Database, channel: str | None, now: str) -> dict[str, int]:
    """Makes what is dead or waits after a failure due now, with all its attempts; how many, by channel.

    `channel` is a name in channels.toml, or one of its addresses; None means all.
    """
    with transaction(db):
        db.execute(ANSWERS, {"now": now, "channel": channel})
        rows = db.execute(
            AGAIN,
            {"now": now, "channel": channel},
        ).fetchall()
    return {name: sum(row[0] == name for row in rows) for name in sorted({row[0] for row in rows})}


def hand_on(db: Database, channels: Sequence[Channel], now: str) -> None:
    """Gives what waits for an address that a channel no longer has to the addresses that it has now."""
    known = {channel.id for channel in channels}
    lanes: Mapping[str, list[str]] = {
        channel.name: [one.id for one in channels if one.name == channel.name] for channel in channels
    }
    with transaction(db):
        rows = db.execute(
            "SELECT id, event, channel, next_at FROM deliveries WHERE state IN ('pending', 'failed')"
            " OR (state = 'leased' AND leased_until <= ?)",
            (now,),
        ).fetchall()
        for number, event, channel, next_at in rows:
            heirs = lanes.get(channel.partition(":")[0], [])
            if channel in known or not heirs:
                continue
            for heir in heirs:
                db.execute(
                    "INSERT INTO deliveries (event, channel, next_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (event, heir, next_at),
                )
            db.execute("DELETE FROM deliveries WHERE id = ?", (number,))


def waiting(db: Database, channel: str) -> int:
    """Deliveries that are still to go out there."""
    sql = f"SELECT count(*) FROM deliveries WHERE channel = ? AND state IN {OPEN}"  # noqa: S608 - our own text
    return int(db.execute(sql, (channel,)).fetchone()[0])


def dead(db: Database, channel: str) -> int:
    """Deliveries that had their last attempt."""
    sql = "SELECT count(*) FROM deliveries WHERE channel = ? AND state = 'dead'"
    return int(db.execute(sql, (channel,)).fetchone()[0])


def is_broken(db: Database, channel: str) -> bool:
    """Whether the last thing the other side said was no, for good."""
    sql = "SELECT outcome FROM messages WHERE channel = ? ORDER BY id DESC LIMIT 1"
    row = db.execute(sql, (channel,)).fetchone()
    return row is not None and row[0] == "refused"


def is_failing(db: Database, channel: str) -> bool:
    """Whether the last sending came to nothing, and what it was to tell still waits for another attempt."""
    sql = (
        "SELECT (SELECT outcome FROM messages WHERE channel = :channel ORDER BY id DESC LIMIT 1)"
        " IN ('failed', 'refused', 'ambiguous')"
        " AND EXISTS (SELECT 1 FROM deliveries WHERE channel = :channel AND state IN ('failed', 'dead'))"
    )
    return bool(db.execute(sql, {"channel": channel}).fetchone()[0])


def untold(db: Database, out_of_reach: Iterable[str]) -> bool:
    """Whether something waits for these channels alone, or died there, and nobody was told of it anywhere."""
    return bool(db.execute(UNTOLD, {"names": json.dumps(list(out_of_reach))}).fetchone()[0])


def orphans(db: Database, channels: Sequence[Channel]) -> tuple[tuple[str, int], ...]:
    """What waits for channels that are no longer configured, by name."""
    known = {channel.id for channel in channels} | {channel.name for channel in channels}
    sql = f"SELECT channel, count(*) FROM deliveries WHERE state IN {OPEN} GROUP BY channel"  # noqa: S608 - our own text
    return tuple((name, count) for name, count in db.execute(sql).fetchall() if name not in known)
