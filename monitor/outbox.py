"""Sends what is due, channel by channel: at least once, with a visible id, and no channel blocks another.

A delivery is pending, then leased (claimed by compare-and-set, for longer than a sending can take), then sent; or
failed, to be tried again by a later run after 30 s, 2 min, 10 min, 1 h, 6 h, then every day; or dead after the
channel's number of attempts. A process killed between sending and recording leaves the lease: when it has run out,
the message goes out once more, with the same ids.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from monitor.deliveries import (
    claim,
    dead,
    finish_message,
    hand_on,
    is_broken,
    is_due,
    is_failing,
    orphans,
    put_back,
    record_failure,
    record_sent,
    room,
    start_message,
    untold,
    waiting,
)
from monitor.messages import Message
from monitor.moments import days_between, shanghai_day
from monitor.parts import MOST_PARTS, in_parts, mark_of
from monitor.providers import provider
from monitor.sender import More, Sent, send
from monitor.trouble import Failed, announce, announce_mistakes, fall_back, keep_alive
from monitor.wording import Told
from store.database import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

    from monitor.channels import ChannelError, Fallback
    from monitor.routing import Channel

UNREACHABLE, CONFIG = 69, 78
AGAIN = "it failed before, and waits for its next attempt"
SHORTENINGS = 5  # a message that is too long for the service is halved so many times in one run

TOLD_EVENTS = """
SELECT e.*, i.kind AS incident_kind, i.resolved_at IS NOT NULL AS over,
  iif(e.kind IN ('opened', 'worsened') AND i.kind IN ('invalid', 'doubtful') AND i.resolved_at IS NULL AND d.sent_at IS NULL,
    i.detail, NULL) AS stands,
  d.attempts <= 1 AND NOT EXISTS (SELECT 1 FROM messages m, json_each(m.events) v
    WHERE m.channel = d.channel AND m.outcome = 'ambiguous' AND v.value = e.id) AS untried,
  (SELECT min(s.sent_at) FROM deliveries s JOIN events b ON b.id = s.event
    WHERE s.channel = d.channel AND b.id < e.id AND (b.incident = e.incident OR b.key = e.detail ->> 'answers'
      OR b.incident = (SELECT o.incident FROM events o WHERE o.key = e.detail ->> 'answers' AND o.kind = 'opened'))) AS told_at
FROM deliveries d JOIN events e ON e.id = d.event
LEFT JOIN incidents i ON i.id = e.incident WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY e.id
"""
AS_THEY_STAND = ("faults", "evidence", "fingerprints")
Outcome = Literal["sent", "failed", "broken", "held", "idle"]


@dataclass(frozen=True, slots=True)
class ChannelResult:
    """What happened on one channel: how many events went out, in how many messages, and what waits.

    `broken`: its block in channels.toml is wrong. `permanent`: the other side says no, and will say so again.
    `failing`: it is broken, or its last message failed and waits for the next attempt.
    """

    channel: str
    outcome: Outcome
    events: int = 0
    messages: int = 0
    waiting: int = 0
    dead: int = 0
    error: str | None = None
    permanent: bool = False
    failing: bool = False


@dataclass(frozen=True, slots=True)
class NotifySummary:
    """What a run of `notify` did. `orphans`: deliveries for channels that are no longer configured, by name.

    `mistakes`: what is wrong in channels.toml. `fallback`: what came of the machine's own mail program, where it was asked.
    `untold`: something waits for channels that are failing, and no other channel was told of it or will be.
    """

    at: str
    channels: tuple[ChannelResult, ...] = ()
    orphans: tuple[tuple[str, int], ...] = ()
    mistakes: tuple[str, ...] = ()
    fallback: str | None = None
    untold: bool = False

    @property
    def nobody(self) -> bool:
        """Whether news waits that nobody could be told, in this run or in those before. What a digest or quiet hours
        hold is no failure."""
        waits = any(result.waiting or result.dead for result in self.channels)
        return self.untold or (waits and all(result.failing for result in self.channels))

    @property
    def unusable(self) -> bool:
        """Whether no block of channels.toml is right: whatever comes, nobody would be told."""
        return bool(self.mistakes) and all(result.outcome == "broken" for result in self.channels)

    @property
    def exit_code(self) -> int:
        """78 where channels.toml has mistakes, 69 where nobody could be told or a channel is broken for good, else 0."""
        if self.mistakes:
            return CONFIG
        return UNREACHABLE if self.nobody or any(result.permanent for result in self.channels) else 0


def notify(
    db: Database,
    channels: Sequence[Channel],
    now: str,
    mistakes: Sequence[ChannelError] = (),
    fallback: Fallback | None = None,
) -> NotifySummary:
    """Sends everything that is due at `now` (UTC text). A channel's failure is recorded, never raised.

    A channel that fails for good, whose block in the file is wrong, or whose deliveries have died, is announced on the
    others in the same run.
    """
    hand_on(db, channels, now)
    announce_mistakes(db, channels, mistakes, now)
    keep_alive(db, channels, now)
    results = {channel.id: _serve(db, channel, channels, now) for channel in channels}
    for channel in channels:  # announcements of broken channels that the first round caused
        if results[channel.id].outcome not in ("failed", "broken"):
            results[channel.id] = _sum(results[channel.id], _serve(db, channel, channels, now))
    said = tuple(str(one) for one in mistakes)
    done = NotifySummary(now, tuple(results.values()), orphans(db, channels), said)
    done = replace(done, untold=untold(db, [one.channel for one in done.channels if one.failing]))
    if fallback is None or not (done.nobody or done.unusable):
        return done
    failed = [Failed(one.channel, one.error or AGAIN, one.waiting) for one in done.channels if one.failing]
    failed = failed or [Failed(one.channel or "channels.toml", str(one), 0) for one in mistakes]
    return replace(done, fallback=fall_back(db, fallback, failed, now))


def send_test(db: Database, channel: Channel, now: str) -> Sent:
    """Sends one message that says it is a test; no delivery is touched."""
    if channel.url is None or channel.fault:
        return Sent(channel.fault or "its address is not known", permanent=True)
    subject, text = (
        "[reportwatch] test 测试",
        f"reportwatch · {channel.id} · {now}\nThis is a test. 这是一条测试消息。",
    )
    message = Message(subject, text, f"<p>{text}</p>".replace("\n", "<br>"), (), 1, ())
    number = start_message(db, channel.id, message, (1, 1), now)
    sent = _hand_over(channel, message, (), now)
    with transaction(db):
        finish_message(db, number, sent)
    return sent


def _serve(db: Database, channel: Channel, channels: Sequence[Channel], now: str) -> ChannelResult:
    """Sends one channel what is due there, in as few messages as it allows."""
    if channel.fault:
        return _result(db, channel, "broken", Sent(channel.fault))
    quiet, most = channel.is_quiet(now), min(MOST_PARTS, room(db, channel, now))
    claimed = claim(db, channel.id, now, urgent=quiet) if most > 0 else ()
    if claimed:
        return _send_all(db, channel, channels, claimed, most, now)
    held = (quiet or most <= 0) and is_due(db, channel.id, now)
    return _result(db, channel, "held" if held else "idle", Sent(permanent=is_broken(db, channel.id)))


def _send_all(
    db: Database, channel: Channel, channels: Sequence[Channel], claimed: tuple[int, ...], most: int, now: str
) -> ChannelResult:
    """Sends what was claimed, in parts if need be; what is too long for the other side goes out shorter."""
    service = provider(channel.scheme)
    size, events, told, sent = service.size, events_of(db, claimed, now), 0, Sent()
    handed, counted = 0, most >= MOST_PARTS  # where the rate leaves less room, what has no line waits
    for _ in range(SHORTENINGS):
        messages = in_parts(
            events, channel.lang, now, service, size, most - handed, mail=channel.is_mail, counted=counted
        )
        sent, done = _send_parts(db, channel, claimed, messages, events, now)
        told, handed = (
            told + sum(len(one.told) for one in done),
            handed + sum(bool(one.lines) for one in done),
        )
        if not sent.too_long:
            break
        gone = {number for one in done for number in one.told}
        events = [event for event in events if event.id not in gone]
        refused = messages[len(done)]
        size = service.length(refused.subject, refused.text) // 2
        most = max(most, handed + 1)  # a refused message was none
    if sent.error:
        with transaction(db):
            died = record_failure(db, channel, claimed, sent, now)
            if sent.permanent or died:
                announce(db, channel.id, sent.error, channels, now)
        return replace(_result(db, channel, "failed", sent), events=told, messages=handed)
    put_back(db, claimed, messages[-1].left if messages else (), now)
    return replace(_result(db, channel, "sent" if handed else "idle", sent), events=told, messages=handed)


def _send_parts(
    db: Database,
    channel: Channel,
    claimed: tuple[int, ...],
    messages: Sequence[Message],
    events: Sequence[Told],
    now: str,
) -> tuple[Sent, list[Message]]:
    """Sends one after the other and records each; stops at the first that fails."""
    done: list[Message] = []
    sent = Sent()
    for part, message in enumerate(messages, 1):
        if not message.lines:  # all of it is over, and nobody here was ever told
            record_sent(db, claimed, message, None, Sent(), now)
            done.append(message)
            continue
        number = start_message(db, channel.id, message, (part, len(messages)), now)
        sent = _hand_over(channel, message, events, now)
        if sent.error is not None:
            with transaction(db):
                finish_message(db, number, sent)
            break
        record_sent(db, claimed, message, number, sent, now)
        done.append(message)
    return sent, done


def _hand_over(channel: Channel, message: Message, events: Sequence[Told], now: str) -> Sent:
    if channel.url is None:
        return Sent("the channel was loaded without its address", permanent=True)
    body = message.html if channel.as_html else message.text
    address, mark = channel.url.get_secret_value(), mark_of(channel, message, events) if events else None
    plain = message.text if channel.as_html else None
    more = More(mark, plain, message.table if channel.is_mail else None)
    return send(address, message.subject, body, as_html=channel.as_html, now=now, more=more)


def events_of(db: Database, deliveries: Iterable[int], now: str | None = None) -> list[Told]:
    """The events behind these deliveries, oldest first, ready to be worded: in a message of `now`, or as they were judged."""
    found = _events(db.query(TOLD_EVENTS, (json.dumps(list(deliveries)),)))
    return [_as_of(told, now) for told in found] if now else found


def _as_of(told: Told, now: str) -> Told:
    """What counts days counts them to the day of the message, however long it waited."""
    if told.kind == "due_soon":
        days = (date.fromisoformat(told.detail["due"]) - shanghai_day(now)).days
        return replace(told, detail={**told.detail, "days": max(0, days)}, over=days < 0)
    if told.kind == "reminder":
        return replace(told, detail={**told.detail, "days": days_between(told.detail["opened_at"], now)})
    return told


def _events(rows: Iterable[dict[str, Any]]) -> list[Told]:
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
            detail=detail,
            over=bool(row["over"]) or detail.get("came") == [],
            untried=bool(row["untried"]),
            told_at=row["told_at"],
        )
        for row, detail in ((row, _detail(row)) for row in rows)
    ]


def _detail(row: dict[str, Any]) -> dict[str, Any]:
    """What was judged; faults that this channel was not told of yet as they stand now: some may be taken back by now."""
    detail: dict[str, Any] = json.loads(row["detail"])
    if row["stands"] and row["untried"]:
        now = json.loads(row["stands"])
        detail |= {name: now[name] for name in AS_THEY_STAND if name in now}
        if "came" in detail:
            untold = detail["came"]
            detail |= {"untold": untold, "came": [one for one in untold if one in now["fingerprints"]]}
    return detail


def _topic(kind: str, incident_kind: str | None) -> str:
    """What channels choose by: the incident's kind for its beginning, course and end, else the event's own."""
    return incident_kind if incident_kind and kind in ("opened", "worsened", "reminder", "resolved") else kind


def _result(db: Database, channel: Channel, outcome: Outcome, sent: Sent) -> ChannelResult:
    counts = {"waiting": waiting(db, channel.id), "dead": dead(db, channel.id)}
    failing = outcome in ("failed", "broken") or (outcome != "sent" and is_failing(db, channel.id))
    return ChannelResult(
        channel.id, outcome, error=sent.error, permanent=sent.permanent, failing=failing, **counts
    )


def _sum(first: ChannelResult, second: ChannelResult) -> ChannelResult:
    if second.outcome in ("idle", "held") and first.outcome == "sent":
        return first
    events, messages = first.events + second.events, first.messages + second.messages
    return replace(second, events=events, messages=messages)
