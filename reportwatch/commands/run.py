"""`reportwatch run`: what cron calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reportwatch import running
from reportwatch.commands.steps import fail_on, show, wait
from reportwatch.options import Options, takes

if TYPE_CHECKING:
    from reportwatch.failing import Severity


@click.command(short_help="The whole job once: crawl, parse, check, notify. 完整运行一次")
@click.argument("words", nargs=-1, metavar="[SCOPE]...")
@fail_on
@wait
@takes("state", "watchlist", "channels", "now", "json", "quiet")
@click.pass_context
def run(
    context: click.Context, options: Options, words: tuple[str, ...], fail_on: Severity | None, wait: float
) -> None:
    """Do the whole job once: crawl, parse, check, notify.

    完整运行一次：抓取、读取、判断、通知（供定时任务调用）。

    One run at a time (75 otherwise). A step that fails does not lose the others. With --quiet one line is printed.
    The report of each run is kept in state/runs/ and in the table runs; `reportwatch report` shows it.
    """
    code, done, line = running.run(options, running.Wish(words, fail_on, wait))
    show(context, options, *done)
    if options.quiet and not options.as_json:
        troubles = [" ".join(told.split()) for step in done if step.code for told in step.lines]
        click.echo(line + (f" | {'; '.join(troubles)}" if troubles else ""))
    context.exit(code)
