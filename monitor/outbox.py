"""Sends what is due, channel by channel: at least once, with a visible id, and no channel blocks another.

A delivery is pending, then leased (claimed by compare-and-set, for longer than a sending can take), then sent; or
failed, to be tried again by a later run after 30 s, 2 min, 10 min, 1 h, 6 h, then every day; or dead after the
channel's number of attempts. A process killed between sending and recording leaves the lease: when it has run out,
the message goes out once more, with the same ids.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from monitor.ledger import write_event
from monitor.messages import Message, compose
from monitor.model import SEVERITY, Event
from monitor.moments import later
from monitor.sender import Sent, send
from monitor.wording import Told
from store.database import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

    from monitor.channels import Channel

LEASE_MINUTES = 10  # a sending may take one
BACKOFF_SECONDS = (30, 120, 600, 3600, 21_600, 86_400)
PARTS = 5  # messages to one channel in one run; what does not fit waits for the next
MAX_BYTES = {"wecombot": 1900, "wechat": 1900}  # providers count bytes of UTF-8, Apprise counts characters
UNREACHABLE = 69

# A channel is due where something is, unless another process is sending there or it still has to wait after a failure:
# what is newer must not overtake what is older, or an end would be told before its beginning.
IS_DUE = """
EXISTS (SELECT 1 FROM deliveries w WHERE w.channel = :channel AND
  ((w.state IN ('pending', 'failed') AND w.next_at <= :now) OR (w.state = 'leased' AND w.leased_until <= :now)))
AND NOT EXISTS (SELECT 1 FROM deliveries b WHERE b.channel = :channel AND
  ((b.state IN ('failed', 'dead') AND b.next_at > :now) OR (b.state = 'leased' AND b.leased_until > :now)))
"""
CLAIM = f"""
UPDATE deliveries SET state = 'leased', leased_until = :until, attempts = attempts + 1
WHERE channel = :channel AND state IN ('pending', 'failed', 'leased') AND {IS_DUE}
RETURNING id
"""  # noqa: S608 - our own text
TOLD_EVENTS = """
SELECT e.*, i.kind AS incident_kind, i.resolved_at IS NOT NULL AS over, d.attempts <= 1 AS untried,
  (SELECT min(s.sent_at) FROM deliveries s JOIN events b ON b.id = s.event
    WHERE s.channel = d.channel AND b.id < e.id AND (b.incident = e.incident OR b.key = e.detail ->> 'answers')) AS told_at
FROM deliveries d JOIN events e ON e.id = d.event
LEFT JOIN incidents i ON i.id = e.incident WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY e.id
"""
Outcome = Literal["sent", "failed", "held", "idle"]


@dataclass(frozen=True, slots=True)
class ChannelResult:
    """What happened on one channel: how many events went out, in how many messages, and what waits."""

    channel: str
    outcome: Outcome
    events: int = 0
    messages: int = 0
    waiting: int = 0
    dead: int = 0
    error: str | None = None
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class NotifySummary:
    """What a run of `notify` did. `orphans`: deliveries for channels that are no longer configured, by name."""

    at: str
    channels: tuple[ChannelResult, ...] = ()
    orphans: tuple[tuple[str, int], ...] = ()

    @property
    def exit_code(self) -> int:
        """69 where messages were due and no channel at all could be reached, else 0."""
        tried = [result for result in self.channels if result.outcome in ("sent", "failed")]
        return UNREACHABLE if tried and all(result.outcome == "failed" for result in tried) else 0


def notify(db: Database, channels: Sequence[Channel], now: str) -> NotifySummary:
    """Sends everything that is due at `now` (UTC text). A channel's failure is recorded, never raised.

    A channel that fails for good, or whose deliveries have died, is announced on the others in the same run.
    """
    results = {channel.id: _serve(db, channel, channels, now) for channel in channels}
    for channel in channels:  # announcements of broken channels that the first round caused
        if results[channel.id].outcome != "failed":
            results[channel.id] = _sum(results[channel.id], _serve(db, channel, channels, now))
    return NotifySummary(now, tuple(results.values()), _orphans(db, channels))


def _serve(db: Database, channel: Channel, channels: Sequence[Channel], now: str) -> ChannelResult:
    """Sends one channel what is due there, in as few messages as it allows."""
    if channel.is_quiet(now):
        return _result(db, channel, "held" if _due(db, channel, now) else "idle", 0, 0, Sent())
    events = messages = rounds = 0
    while rounds < PARTS:
        claimed = claim(db, channel.id, now)
        if not claimed:
            break
        told, sent = _send_one(db, channel, claimed, now)
        if sent.error:
            record_failure(db, channel, channels, claimed, sent, now)
            return _result(db, channel, "failed", events, messages, sent)
        events, messages = events + told, messages + bool(told)
        rounds += 1
    return _result(db, channel, "sent" if messages else "idle", events, messages, Sent())


def claim(db: Database, channel: str, now: str) -> tuple[int, ...]:
    """Takes everything that waits for a channel that is due, and what a killed run left behind.

    Nobody else gets it meanwhile.
    """
    with transaction(db):
        rows = db.execute(
            CLAIM, {"until": later(now, minutes=LEASE_MINUTES), "channel": channel, "now": now}
        ).fetchall()
    return tuple(sorted(row[0] for row in rows))


def _send_one(db: Database, channel: Channel, claimed: tuple[int, ...], now: str) -> tuple[int, Sent]:
    if channel.url is None:
        return 0, Sent("the channel was loaded without its address", permanent=True)
    address = channel.url.get_secret_value()
    message = compose(
        events_of(db, claimed), channel.lang, now, MAX_BYTES.get(address.partition("://")[0].lower())
    )
    put_back(db, claimed, message, now)
    if not message.lines:  # all of it is over and taken back before anybody was told
        record_sent(db, claimed, now)
        return 0, Sent()
    body = message.html if channel.as_html else message.text
    sent = send(address, message.subject, body, as_html=channel.as_html, now=now)
    if sent.error is None:
        record_sent(db, claimed, now)
    return len(message.told), sent


def events_of(db: Database, deliveries: Iterable[int]) -> list[Told]:
    """The events behind these deliveries, oldest first, ready to be worded."""
    rows = db.query(TOLD_EVENTS, (json.dumps(list(deliveries)),))
    return [
        Told(
            id=row["id"],
            key=row["key"],
            short_id=row["short_id"],
            kind=row["kind"],
            topic=_topic(row["kind"], row["incident_kind"]),
            severity=row["severity"],
            at=row["at"],
            incident=row["incident"],
            publisher=row["publisher"],
            year=row["year"],
            detail=json.loads(row["detail"]),
            over=bool(row["over"]),
            untried=bool(row["untried"]),
            told_at=row["told_at"],
        )
        for row in rows
    ]


def _topic(kind: str, incident_kind: str | None) -> str:
    """What channels choose by: the incident's kind for its beginning, course and end, else the event's own."""
    return incident_kind if incident_kind and kind in ("opened", "worsened", "reminder", "resolved") else kind


def put_back(db: Database, claimed: tuple[int, ...], message: Message, now: str) -> None:
    """Gives back what did not fit: the next message has it, and it was no attempt."""
    if message.left:
        with transaction(db):
            db.execute(
                "UPDATE deliveries SET state = 'pending', next_at = ?, leased_until = NULL, attempts = attempts - 1"
                " WHERE id IN (SELECT value FROM json_each(?)) AND event IN (SELECT value FROM json_each(?))",
                (now, json.dumps(claimed), json.dumps(message.left)),
            )


def record_sent(db: Database, claimed: tuple[int, ...], now: str) -> None:
    """Notes that the other side accepted the message; what was put back meanwhile is no longer leased."""
    with transaction(db):
        db.execute(
            "UPDATE deliveries SET state = 'sent', sent_at = ?, leased_until = NULL, last_error = NULL"
            " WHERE id IN (SELECT value FROM json_each(?)) AND state = 'leased'",
            (now, json.dumps(claimed)),
        )


def record_failure(
    db: Database,
    channel: Channel,
    channels: Sequence[Channel],
    claimed: tuple[int, ...],
    sent: Sent,
    now: str,
) -> None:
    """Plans the channel's next attempt, and buries what had its last; a broken channel is told to the others, once."""
    with transaction(db):
        rows = db.execute(
            "SELECT id, attempts FROM deliveries WHERE id IN (SELECT value FROM json_each(?)) AND state = 'leased'",
            (json.dumps(claimed),),
        ).fetchall()
        dead = [number for number, attempts in rows if attempts >= channel.attempts]
        at = _next_attempt(max((attempts for _, attempts in rows), default=1), sent, now)
        for number, _ in rows:
            db.execute(
                "UPDATE deliveries SET state = ?, next_at = ?, leased_until = NULL, last_error = ? WHERE id = ?",
                ("dead" if number in dead else "failed", at, sent.error, number),
            )
        if sent.permanent or dead:
            _announce(db, channel, channels, sent, now)


def _next_attempt(attempts: int, sent: Sent, now: str) -> str:
    step = BACKOFF_SECONDS[-1] if sent.permanent else BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1]
    return later(now, seconds=max(step, sent.retry_after or 0))


def _announce(db: Database, channel: Channel, channels: Sequence[Channel], sent: Sent, now: str) -> None:
    """Tells all other channels, once until this one has worked again: its key names the last delivery that did."""
    last = db.execute(
        "SELECT max(id) FROM deliveries WHERE channel = ? AND state = 'sent'", (channel.id,)
    ).fetchone()[0]
    event = Event(
        key=f"channel|{channel.id}|{last or 0}",
        kind="channel",
        topic="channel",
        severity=SEVERITY["channel"],
        detail={"channel": channel.id, "error": sent.error, "waiting": _waiting(db, channel.id)},
    )
    write_event(db, event, None, [other for other in channels if other.id != channel.id], now)


def _result(
    db: Database, channel: Channel, outcome: Outcome, events: int, messages: int, sent: Sent
) -> ChannelResult:
    return ChannelResult(
        channel.id, outcome, events, messages, _waiting(db, channel.id), _count(db, channel.id, "dead"), sent.error,
        sent.permanent,
    )  # fmt: skip


def _sum(first: ChannelResult, second: ChannelResult) -> ChannelResult:
    if second.outcome in ("idle", "held") and first.outcome == "sent":
        return first
    return ChannelResult(
        first.channel, second.outcome, first.events + second.events, first.messages + second.messages,
        second.waiting, second.dead, second.error, second.permanent,
    )  # fmt: skip


def _due(db: Database, channel: Channel, now: str) -> bool:
    return bool(db.execute(f"SELECT {IS_DUE}", {"channel": channel.id, "now": now}).fetchone()[0])


def _waiting(db: Database, channel: str) -> int:
    return sum(_count(db, channel, state) for state in ("pending", "leased", "failed"))


def _count(db: Database, channel: str, state: str) -> int:
    sql = "SELECT count(*) FROM deliveries WHERE channel = ? AND state = ?"
    return int(db.execute(sql, (channel, state)).fetchone()[0])


def _orphans(db: Database, channels: Sequence[Channel]) -> tuple[tuple[str, int], ...]:
    known = {channel.id for channel in channels}
    rows = db.execute(
        "SELECT channel, count(*) FROM deliveries WHERE state IN ('pending', 'leased', 'failed') GROUP BY channel"
    ).fetchall()
    return tuple((name, count) for name, count in rows if name not in known)
