"""What `doctor` looks at on the way out: the channels, and the messages that wait for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.channels import ChannelErrors, read_channels
from monitor.deliveries import is_broken, orphans
from monitor.moments import hours_between
from monitor.reach import unheard, unknown_names, watched_of
from reportwatch.diagnosed import Diagnosis
from store.database import open_readonly
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from monitor.channels import Channels
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
        found = read_channels(options.channels)
    except ChannelErrors as errors:
        for error in errors.errors:
            yield Diagnosis("error", "channels", str(error), "correct this line")
        return
    yield from _mistakes(found, options)
    if not any(channel.fault for channel in found.channels) and not found.errors:
        yield Diagnosis("ok", "channels", f"{len(found.channels)} channels")


def _mistakes(found: Channels, options: Options) -> Iterator[Diagnosis]:
    """What is wrong in the file, and what nobody would hear of."""
    path = StatePaths(options.state).database
    watched = watched_of(open_readonly(path)) if path.exists() else ()
    for error in (*found.errors, *unknown_names(options.channels, found.channels, watched)):
        yield Diagnosis("error", "channels", str(error), "correct this line; the other channels go on")
    for one in unheard(found.channels, watched):
        fix = f"add it to the kinds of a channel in {options.channels}, or accept that it is only in the database"
        yield Diagnosis("warning", "channels", str(one), fix)


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
    broken = _broken(database)
    if broken:
        says = f"refused for good: {', '.join(broken)}; what is for them is kept"
        fix = "see error in the table messages, mend the channel, then run: reportwatch notify --requeue"
        yield Diagnosis("error", "outbox", says, fix)
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
            "see last_error in the table deliveries; correct the channel, then run: reportwatch notify --requeue",
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


def _broken(database: Database) -> list[str]:
    """Channels whose last answer was no, for good."""
    rows = database.execute("SELECT DISTINCT channel FROM deliveries WHERE state = 'failed' ORDER BY channel")
    return [str(row[0]) for row in rows.fetchall() if is_broken(database, str(row[0]))]


def _orphans(database: Database, options: Options) -> list[str]:
    try:
        known = read_channels(options.channels, addresses=False).channels
    except ChannelErrors:
        return []  # told by the check of the channels
    return sorted(name for name, _ in orphans(database, known))


def _count(database: Database, state: str) -> int:
    return int(database.execute("SELECT count(*) FROM deliveries WHERE state = ?", [state]).fetchone()[0])
