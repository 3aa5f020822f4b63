"""What `doctor` looks at on the way out: the channels, and the messages that wait for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.channels import ChannelErrors, load_channels
from reportwatch.clock import hours_between
from reportwatch.diagnosed import Diagnosis
from store.database import open_readonly
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from reportwatch.options import Options

OVERDUE = 36.0  # hours: longer than a digest a day and a night's quiet together


def channels(options: Options) -> Iterator[Diagnosis]:
    """Whether anybody can be told."""
    if not options.channels.exists():
        yield Diagnosis(
            "warning",
            "channels",
            f"{options.channels} does not exist: nobody is told anything",
            "copy channels.example.toml there and edit it",
        )
        return
    try:
        known = load_channels(options.channels)
    except ChannelErrors as errors:
        for error in errors.errors:
            yield Diagnosis("error", "channels", str(error), "correct this line")
        return
    yield Diagnosis("ok", "channels", f"{len(known)} channels")


def outbox(options: Options) -> Iterator[Diagnosis]:
    """Whether messages are stuck, lost, or wait for a channel that is gone."""
    path = StatePaths(options.state).database
    if not path.exists():
        return
    database = open_readonly(path)
    waiting, dead, failed = (_count(database, state) for state in ("pending", "dead", "failed"))
    stuck = database.execute(
        "SELECT count(*) FROM deliveries WHERE state = 'leased' AND leased_until < ?", [options.now()]
    ).fetchone()[0]
    orphans = _orphans(database, options)
    yield from _overdue(database, options)
    if failed or stuck:
        yield Diagnosis(
            "warning",
            "outbox",
            f"{failed} messages failed and {stuck} were cut off while being sent; they are sent again",
            "run: reportwatch notify, and correct the channel that last_error in the table deliveries names",
        )
    if orphans:
        yield Diagnosis(
            "warning",
            "outbox",
            f"messages wait for channels that are not in {options.channels}: {', '.join(orphans)}",
            "put these channels back into the file, or accept that their messages are never sent",
        )
    if dead:
        yield Diagnosis(
            "error",
            "outbox",
            f"{dead} messages could not be delivered for good",
            "see last_error in the table deliveries; correct the channel",
        )
    elif not (failed or stuck or orphans):
        yield Diagnosis("ok", "outbox", f"{waiting} messages wait, none is lost")


def _overdue(database: Database, options: Options) -> Iterator[Diagnosis]:
    """Messages that should have gone out long ago: nobody calls `notify`, or quiet hours never end."""
    oldest = database.execute("SELECT min(next_at) FROM deliveries WHERE state = 'pending'").fetchone()[0]
    if oldest and hours_between(oldest, options.now()) > OVERDUE:
        says = f"messages wait since {oldest}, and nobody has tried to send them"
        fix = "run: reportwatch notify; see whether cron still calls reportwatch run, and the quiet hours in channels.toml"
        yield Diagnosis("warning", "outbox", says, fix)


def _orphans(database: Database, options: Options) -> list[str]:
    try:
        known = {channel.id for channel in load_channels(options.channels, addresses=False)}
    except ChannelErrors:
        return []  # told by the check of the channels
    waiting = database.execute(
        "SELECT DISTINCT channel FROM deliveries WHERE state IN ('pending', 'failed', 'leased')"
    )
    return sorted({str(row[0]) for row in waiting} - known)


def _count(database: Database, state: str) -> int:
    return int(database.execute("SELECT count(*) FROM deliveries WHERE state = ?", [state]).fetchone()[0])
