"""`reportwatch doctor`: what is wrong with this installation, and the fix."""

from __future__ import annotations

from dataclasses import asdict

import click

from reportwatch import exits
from reportwatch.exactjson import dumps
from reportwatch.options import Options, takes

MARKS = {"ok": ("ok     ", "green"), "warning": ("warning", "yellow"), "error": ("ERROR  ", "red")}


@click.command(short_help="What is wrong with this installation, and the fix. 检查安装")
@click.option("--full", is_flag=True, help="Hash every file of the archive again, not a sample.")
@click.option("--quick", is_flag=True, help="Without the crawl that tries the address guard.")
@click.option("--strict", is_flag=True, help="Warnings end with 78, too.")
@takes("state", "watchlist", "channels", "now", "json", "quiet")
@click.pass_context
def doctor(context: click.Context, options: Options, full: bool, quick: bool, strict: bool) -> None:
    """Examine this installation; each fault comes with its fix.

    检查安装与配置，逐项给出问题和解决办法。

    Exit code 78 if anything must be put right; warnings alone are 0, and 78 with --strict. It changes and sends nothing.
    """
    from reportwatch.diagnosis import examine  # noqa: PLC0415 - the portal and the crawler: other commands need them not

    faults = 0
    for found in examine(options, full=full, quick=quick):
        faults += found.level == "error" or (strict and found.level == "warning")
        if options.as_json:
            click.echo(dumps(asdict(found)))
        elif found.level != "ok" or not options.quiet:
            mark, colour = MARKS[found.level]
            click.echo(click.style(mark, fg=colour) + f" {found.about}: {found.says}")
            if found.fix:
                click.echo(f"        fix: {found.fix}")
    context.exit(exits.CONFIG if faults else exits.OK)
