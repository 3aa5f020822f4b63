"""`reportwatch preview-alerts`: who would be told what, and why."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from monitor.preview import Preview, prospect
from reportwatch import exits, telling
from reportwatch.exactjson import dumps
from reportwatch.options import Options, takes
from store.database import open_readonly
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Iterable


@click.command("preview-alerts", short_help="Who would be told what, and why. 预览通知")
@takes("state", "channels", "now", "json")
@click.pass_context
def preview_alerts(context: click.Context, options: Options) -> None:
    """Show who would be told what if check and notify ran now.

    预览：若现在判断并通知，各渠道将收到什么、为什么。

    Nothing is sent, and the database stays as it is.
    """
    found = telling.channels_of(options, addresses=False)
    with closing(open_readonly(StatePaths(options.state).database)) as database:
        seen = prospect(database, found, options.channels, options.now())
    if not seen.channels:
        options.say(f"{options.channels} names no channel: nobody would be told anything")
    _show(options, seen.channels)
    for mistake in seen.mistakes:
        click.secho(mistake, fg="red", err=True)
    if seen.channels and not options.as_json:
        for missed in seen.unheard:
            click.echo(f"nobody would hear: {missed}")
    if seen.mistakes:
        context.exit(exits.CONFIG)


def _show(options: Options, plans: Iterable[Preview]) -> None:
    for plan in plans:
        if options.as_json:
            click.echo(dumps(asdict(plan)))
            continue
        click.secho(f"{plan.channel}: {len(plan.events)} events", bold=True)
        for event in plan.events:
            who = " ".join(str(part) for part in (event.publisher, event.year) if part)
            click.echo(
                f"  [{event.short_id}] {event.topic} {event.kind} {who} at {event.tell_at}: {event.why} ({event.state})"
            )
        if plan.text:
            click.echo(f"  subject: {plan.subject}")
            click.echo("\n".join(f"  │ {line}" for line in plan.text.splitlines()))
