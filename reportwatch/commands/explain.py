"""`reportwatch explain`: why we say what we say of one report, step by step."""

from __future__ import annotations

from dataclasses import asdict

import click

from reportwatch.exactjson import dumps
from reportwatch.explaining import explain as trail_of
from reportwatch.moment import as_judged
from reportwatch.options import Options, takes
from reportwatch.scope import publisher_named
from reportwatch.steps import watchlist_of


@click.command(short_help="Why a report has its status, step by step. 说明判断依据")
@click.argument("publisher")
@click.argument("year", type=int)
@takes("state", "watchlist", "now", "json", "lang")
def explain(options: Options, publisher: str, year: int) -> None:
    """Explain the status of one report, step by step.

    逐步说明某单位某年度报告状态的判断依据。

    PUBLISHER is an id, a name or an alias of the watchlist; YEAR is the year that the report is about.
    """
    key = publisher_named(publisher, watchlist_of(options)).id
    with as_judged(options) as database:
        trail = trail_of(database, key, year, options.lang)
    if options.as_json:
        click.echo(dumps(asdict(trail)))
        return
    click.secho(trail.headline, bold=True)
    click.echo(trail.sentence)
    for step in trail.steps:
        click.secho(f"\n{step.title}", bold=True)
        for line in step.lines:
            click.echo(f"  {line}")
