"""What is said of the channels themselves: that one is broken, that all is quiet, that nobody could be told."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.deliveries import dead, finish_message, start_message, waiting
from monitor.hours import WEEKDAYS
from monitor.ledger import write_event
from monitor.messages import Message
from monitor.model import SEVERITY, Event
from monitor.moments import hours_between, in_shanghai, later
from monitor.sender import Sent
from store.database import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

    from monitor.channels import ChannelError, Fallback
    from monitor.routing import Channel

QUIET_WEEK_HOURS = 6.5 * 24
FALLBACK = "(fallback)"  # its name in the table messages
FALLBACK_SECONDS = 60
WAYS = "the details: reportwatch doctor; once it is mended: reportwatch notify --requeue"


@dataclass(frozen=True, slots=True)
class Failed:
    """A channel that could not be reached, and why, without secrets."""

    channel: str
    error: str
    waiting: int


def announce(
    db: Database, name: str, error: str, channels: Sequence[Channel], now: str, mistake: str | None = None
) -> None:
    """Tells all other channels that one is broken, once until it has worked again. The caller holds the transaction.

    `mistake`: what names it where the channel works all the same; it is told once.
    """
    last = db.execute(
        "SELECT max(id) FROM deliveries WHERE channel = ? AND state IN ('sent', 'accepted_unverified')",
        (name,),
    ).fetchone()[0]
    event = Event(
        key=f"channel|{name}|{mistake or last or 0}",
        kind="channel",
        topic="channel",
        severity=SEVERITY["channel"],
        detail={
            "channel": name,
            "error": error,
            "waiting": waiting(db, name),
            "dead": dead(db, name),
            "works": mistake is not None,
        },
    )
    write_event(db, event, None, [other for other in channels if other.id != name], now)


def announce_mistakes(
    db: Database, channels: Sequence[Channel], errors: Sequence[ChannelError], now: str
) -> None:
    """Tells of each channel whose block in channels.toml is wrong on those that are right."""
    whole = [channel for channel in channels if not channel.fault]
    faulty = {channel.id for channel in channels if channel.fault}
    found: dict[str, list[ChannelError]] = {}
    for error in errors:
        found.setdefault(error.channel, []).append(error)
    with transaction(db):
        for name, wrong in found.items():
            said = "; ".join(f"{Path(error.file).name}:{error.line}: {error.message}" for error in wrong)
            mistake = None if name in faulty else _digest(error.message for error in wrong)
            announce(db, name or "channels.toml", said, whole, now, mistake)


def _digest(messages: Iterable[str]) -> str:
    return sha256("\n".join(messages).encode()).hexdigest()[:16]


def keep_alive(db: Database, channels: Sequence[Channel], now: str) -> None:
    """On its day of the week, a channel that heard nothing for a week is told that all is well."""
    with transaction(db):
        for channel in channels:
            if channel.alive is not None and not channel.fault:
                _keep_alive(db, channel, now)


def _keep_alive(db: Database, channel: Channel, now: str) -> None:
    day = in_shanghai(now).date()
    heard = db.execute("SELECT max(at) FROM messages WHERE channel = ?", (channel.id,)).fetchone()[0]
    recently = heard is not None and hours_between(heard, now) < QUIET_WEEK_HOURS
    if WEEKDAYS[day.weekday()] != channel.alive or recently or waiting(db, channel.id):
        return
    year, week, _ = day.isocalendar()
    event = Event(
        key=f"alive|{channel.id}|{year}-{week:02}",
        kind="alive",
        topic="alive",
        severity=SEVERITY["alive"],
        detail=_life(db, later(now, days=-7)),
    )
    write_event(db, event, None, [channel], now)


def _life(db: Database, since: str) -> dict[str, object]:
    """What was done in the week: enough to see that the machine still looks, and how much it saw."""
    one = (
        "SELECT (SELECT at FROM as_of), (SELECT count(*) FROM publishers WHERE watched),"
        " (SELECT count(*) FROM crawls WHERE outcome IN ('good', 'unchanged') AND started_at > :since),"
        " (SELECT count(*) FROM crawls WHERE outcome = 'blind' AND started_at > :since)"
    )
    checked_at, publishers, good, blind = db.execute(one, {"since": since}).fetchone()
    rows = db.execute(
        "SELECT kind, count(*) FROM incidents WHERE resolved_at IS NULL GROUP BY kind ORDER BY kind"
    ).fetchall()
    counts = {"publishers": publishers, "good_visits": good, "blind_visits": blind}
    return {"checked_at": checked_at, "incidents": dict(rows), **counts}


def fall_back(db: Database, fallback: Fallback, failed: Sequence[Failed], now: str) -> str:
    """Hands a mail to the machine's own mail program, once a day at most; says in a few words what came of it."""
    sql = "SELECT max(at) FROM messages WHERE channel = ? AND outcome = 'sent'"
    last = db.execute(sql, (FALLBACK,)).fetchone()[0]
    if last is not None and hours_between(last, now) < 24:  # noqa: PLR2004 - hours of a day
        return f"{fallback.to} was told by {fallback.sendmail} at {last}"
    subject = f"[reportwatch] nobody can be told: {len(failed)} channels out of reach"
    lines = [f"{one.channel}: {one.error}; {one.waiting} messages wait" for one in failed]
    text = "\n".join(
        ["No channel of reportwatch can be reached, so messages wait:", "", *lines, "", WAYS, ""]
    )
    number = start_message(db, FALLBACK, Message(subject, text, "", (), len(lines), ()), (1, 1), now)
    error = _hand_to(fallback, subject, text)
    with transaction(db):
        finish_message(db, number, Sent(error))
    return (
        f"{fallback.sendmail} failed, too: {error}"
        if error
        else f"{fallback.to} is told by {fallback.sendmail}"
    )


def _hand_to(fallback: Fallback, subject: str, text: str) -> str | None:
    mail = EmailMessage()
    mail["To"], mail["Subject"] = fallback.to, subject
    mail.set_content(text)
    try:
        done = subprocess.run(  # noqa: S603 - the program that the owner of the machine named in channels.toml
            [fallback.sendmail, "-i", "--", fallback.to], input=mail.as_bytes(), timeout=FALLBACK_SECONDS,
            capture_output=True, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    return f"exit code {done.returncode}" if done.returncode else None
