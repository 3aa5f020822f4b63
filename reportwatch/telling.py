"""The channels that a person configured, and what `notify` says it did."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from monitor.channels import Channels, read_channels
from monitor.reach import unknown_names, watched_of
from reportwatch import ROOT
from reportwatch.exits import CONFIG, CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlite_utils import Database

    from monitor.outbox import ChannelResult, NotifySummary
    from reportwatch.options import Options

NOBODY = (
    "NOBODY COULD BE TOLD: every channel with something to say failed; what waits is sent by a later run. "
    "所有通知渠道均不可用，消息留待下次发送。"
)


UNDELIVERED = {
    "en": "messages not delivered: {dead} given up, {failed} to be tried again ({channels}); reportwatch doctor says why",
    "zh": "未送达的通知：已放弃 {dead}，待重试 {failed}（{channels}）；原因见 reportwatch doctor",
}


def undelivered(db: Database, lang: str) -> str | None:
    """A line on messages that reached nobody so far, None where there are none."""
    rows = db.execute(
        "SELECT channel, sum(state = 'dead'), sum(state = 'failed') FROM deliveries WHERE state IN ('dead', 'failed')"
        " GROUP BY channel ORDER BY channel"
    ).fetchall()
    if not rows:
        return None
    names = ", ".join(str(row[0]) for row in rows)
    return UNDELIVERED[lang].format(
        dead=sum(row[1] for row in rows), failed=sum(row[2] for row in rows), channels=names
    )


def channels_of(options: Options, *, addresses: bool = True) -> Channels:
    """The channels file, with its mistakes. Raises ChannelErrors where there is no using it.

    A file that is not there is none, unless somebody said that it is.
    """
    asked_for = options.channels != ROOT / "channels.toml"
    return read_channels(options.channels, addresses=addresses, must_exist=asked_for)


def checked(found: Channels, options: Options, db: Database) -> Channels:
    """The same with the names that nobody on the watchlist has among the mistakes; their channels go on."""
    strange = unknown_names(options.channels, found.channels, watched_of(db))
    errors = sorted((*found.errors, *strange), key=lambda error: error.line)
    return replace(found, errors=tuple(errors))


def refuse_lost(options: Options, db: Database) -> None:
    """CommandError (78) where the file of the channels is gone and people were told before: news would reach nobody."""
    if options.channels.exists():
        return
    told = db.execute("SELECT count(DISTINCT channel) FROM deliveries").fetchone()[0]
    if told:
        raise CommandError(
            CONFIG,
            f"{options.channels} is gone, and {told} channels were told before: restore it; an empty file tells nobody",
        )


def mistakes_in(found: Channels) -> tuple[str, ...]:
    """A line for each mistake, for people."""
    return tuple(f"  {error}" for error in found.errors)


def lines_of(summary: NotifySummary) -> tuple[str, ...]:
    """What was sent, what failed and what waits, a line each; what must not be missed first."""
    lines = [NOBODY] if summary.nobody else []
    lines += [summary.fallback] if summary.fallback else []
    lines += [_channel_line(result) for result in summary.channels] or [
        "no channel is configured: nobody is told"
    ]
    lines += [f"  {mistake}" for mistake in summary.mistakes]
    lines += [
        f"  {count} messages wait for {name!r}, which is no longer in channels.toml"
        for name, count in summary.orphans
    ]
    return tuple(lines)


def facts_of(summary: NotifySummary) -> Mapping[str, object]:
    """The same for programs."""
    return {
        "at": summary.at,
        "channels": [asdict(result) for result in summary.channels],
        "orphans": dict(summary.orphans),
        "mistakes": list(summary.mistakes),
        "nobody": summary.nobody,
        "fallback": summary.fallback,
    }


def _channel_line(result: ChannelResult) -> str:
    parts = [f"channel {result.channel}: {result.outcome}"]
    if result.events:
        parts.append(f"{result.events} events in {result.messages} messages")
    if result.waiting:
        parts.append(f"{result.waiting} waiting")
    if result.dead:
        parts.append(f"{result.dead} undeliverable (reportwatch notify --requeue {result.channel})")
    if result.permanent:
        parts.append("broken: it is tried again every day")
    if result.error and result.outcome != "broken":  # its mistakes have lines of their own
        parts.append(result.error)
    return ", ".join(parts)
