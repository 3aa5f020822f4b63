"""`reportwatch message`: a message that was sent, in full."""

from __future__ import annotations

from dataclasses import asdict

import click

from monitor.moments import shanghai_minute
from monitor.sent import message_with
from reportwatch.exactjson import dumps
from reportwatch.exits import USAGE, CommandError
from reportwatch.options import Options, takes
from store.database import open_readonly
from store.paths import StatePaths


@click.command(short_help="A message that was sent, in full. 查看消息全文")
@click.argument("short_id", metavar="ID")
@takes("state", "json", "lang")
def message(options: Options, short_id: str) -> None:
    """Show in full the newest message that told of an event: also what it only counted.

    显示最近一次通报该事件的消息全文，包括当时只计数、未逐条列出的内容。

    ID: the #id of any line of the message, as in 7K2M.
    """
    found = message_with(open_readonly(StatePaths(options.state).database), short_id, options.lang)
    if found is None:
        raise CommandError(
            USAGE,
            f"{short_id}: no message told of an event with this id; `reportwatch explain` lists what was told",
        )
    if options.as_json:
        click.echo(dumps(asdict(found)))
        return
    click.secho(f"{found.channel}, {shanghai_minute(found.at)}, {found.outcome}: {found.subject}", bold=True)
    click.echo(f"\n{found.text}")
