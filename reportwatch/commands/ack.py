"""`reportwatch ack`, `snooze` and `unack`: who takes an open incident on, until when, and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from monitor.acknowledging import Action, acknowledge, describe, find_incidents
from monitor.moments import shanghai_day
from reportwatch import exits
from reportwatch.exactjson import dumps
from reportwatch.options import Options, takes
from store.database import open_database
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST_SNOOZE_DAYS = 400
IDS = click.argument("words", nargs=-1, required=True, metavar="ID...")
BY = click.option("--by", required=True, envvar="REPORTWATCH_BY", help="Who says so.")


def _note(*, required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option("--note", required=required, default=None if required else "", help="Why.")


@click.command(short_help="Take an open incident on: no more reminders. 认领")
@IDS
@BY
@_note(required=True)
@takes("state", "now", "json", "quiet")
def ack(options: Options, words: tuple[str, ...], by: str, note: str) -> None:
    """Take open incidents on: no more reminders until they get worse.

    认领未解决的情况：在情况加重之前不再提醒。其结束、更正仍照常告知。

    ID: the #id of a message, the incident's number, or PUBLISHER YEAR KIND (as in finance 2025 missing). What ends it
    is told all the same.
    """
    _say(options, words, "ack", by, note)


@click.command(short_help="Put an open incident off until a day. 推迟提醒")
@IDS
@click.option("--until", required=True, help="The first day of reminders again, as 2026-03-01.")
@BY
@_note(required=True)
@takes("state", "now", "json", "quiet")
def snooze(options: Options, words: tuple[str, ...], until: str, by: str, note: str) -> None:
    """Put open incidents off: no reminders until a day; one is sent then, if it is still open.

    推迟提醒：到指定日期之前不再提醒，届时仍未解决的再次提醒。其结束、更正仍照常告知。

    ID: the #id of a message, the incident's number, or PUBLISHER YEAR KIND (as in finance 2025 missing).
    """
    _say(options, words, "snooze", by, note, _day(until, shanghai_day(options.now())))


@click.command(short_help="Give an incident back: reminders go on. 撤销认领")
@IDS
@BY
@_note(required=False)
@takes("state", "now", "json", "quiet")
def unack(options: Options, words: tuple[str, ...], by: str, note: str) -> None:
    """Take an acknowledgement or a snooze back: reminders go on.

    撤销认领或推迟：恢复提醒。

    ID: the #id of a message, the incident's number, or PUBLISHER YEAR KIND (as in finance 2025 missing).
    """
    _say(options, words, "unack", by, note)


def _day(text: str, today: date) -> date:
    try:
        until = date.fromisoformat(text)
    except ValueError as error:
        raise exits.CommandError(
            exits.USAGE, f"--until {text}: no day; write it as {today + timedelta(days=30)}"
        ) from error
    if not today < until <= today + timedelta(days=LONGEST_SNOOZE_DAYS):
        raise exits.CommandError(
            exits.USAGE,
            f"--until {text}: name a day after today ({today}) and at most {LONGEST_SNOOZE_DAYS} days ahead",
        )
    return until


def _say(
    options: Options, words: tuple[str, ...], action: Action, by: str, note: str, until: date | None = None
) -> None:
    if not by.strip() or (action != "unack" and not note.strip()):
        raise exits.CommandError(
            exits.USAGE, "--by and --note must not be empty: others will want to know who, and why"
        )
    database = open_database(StatePaths(options.state).database, create=False)
    try:
        named = find_incidents(database, words)
        day = until.isoformat() if until else None
        acknowledge(database, named, action, by=by.strip(), note=note.strip(), now=options.now(), until=day)
    finally:
        database.close()
    for incident in named:
        if options.as_json:
            said = {"action": action, "by": by.strip(), "note": note.strip(), "until": day}
            click.echo(dumps({"incident": incident.id, "id": incident.short_id, "key": incident.key, **said}))
        options.say(f"{action}: {describe(incident)}{f'; until {day}' if day else ''}")
