"""Who would be told what, and why, if check and notify ran now. Nothing is sent and nothing is kept."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.check import check
from monitor.ledger import why_told
from monitor.messages import compose
from monitor.moments import shanghai_minute
from monitor.outbox import events_of
from monitor.reach import unheard, unknown_names, watched_of
from store.copying import scratch
from store.database import open_database

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlite_utils import Database

    from monitor.channels import Channel, Channels
    from monitor.wording import Told


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """One event that a channel would be told, when (Beijing time), and why this channel."""

    short_id: str
    kind: str
    topic: str
    publisher: str | None
    year: int | None
    tell_at: str
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class Prospect:
    """What each channel would be told, which mistakes channels.toml has, and which kinds of event nobody would hear of."""

    channels: tuple[Preview, ...]
    mistakes: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """The next message of one channel: its events and, if there are any, its subject and text."""

    channel: str
    events: tuple[PlannedEvent, ...]
    subject: str = ""
    text: str = ""


def preview(db: Database, channels: Sequence[Channel], now: str) -> tuple[Preview, ...]:
    """What each channel would be told by a check at `now` and the next `notify`.

    It is tried on a copy: the database stays as it is, and neither a writer nor this waits for the other.
    """
    with scratch(db.conn) as path, closing(open_database(path)) as copy:
        check(copy, now, channels)
        return tuple(_plan(copy, channel, now) for channel in channels)


def prospect(db: Database, found: Channels, file: Path, now: str) -> Prospect:
    """A preview of all channels of the file, with what is wrong with the choices in it."""
    plans = preview(db, found.channels, now)
    watched = watched_of(db)
    mistakes = (*found.errors, *unknown_names(file, found.channels, watched))
    missed = unheard(found.channels, watched)
    return Prospect(plans, tuple(str(error) for error in mistakes), tuple(str(one) for one in missed))


def _plan(db: Database, channel: Channel, now: str) -> Preview:
    rows = db.execute(
        "SELECT id, next_at, state FROM deliveries WHERE channel = ? AND state IN ('pending', 'leased', 'failed')"
        " ORDER BY event",
        (channel.id,),
    ).fetchall()
    if not rows:
        return Preview(channel.id, ())
    events = events_of(db, [row[0] for row in rows], now)
    planned = tuple(_planned(channel, told, row[1], row[2]) for told, row in zip(events, rows, strict=True))
    message = compose(events, channel.lang, now, most=len(events))
    return Preview(channel.id, planned, message.subject, message.text)


def _planned(channel: Channel, told: Told, at: str, state: str) -> PlannedEvent:
    chosen = why_told(channel, told.topic, told.severity, told.publisher, told.detail)
    why = "chosen by this channel" if chosen else "told here before, so its end is told too"
    return PlannedEvent(
        told.short_id, told.kind, told.topic, told.publisher, told.year, shanghai_minute(at), state, why
    )  # fmt: skip
