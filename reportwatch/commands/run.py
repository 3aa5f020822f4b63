"""`reportwatch run`: what cron calls."""

from __future__ import annotations

import click

from reportwatch import running
from reportwatch.commands.steps import show
from reportwatch.options import Options, takes


@click.command(short_help="The whole job once: crawl, parse, check, notify. 完整运行一次")
@click.argument("words", nargs=-1, metavar="[SCOPE]...")
@takes("state", "watchlist", "channels", "now", "json", "quiet")
@click.pass_context
def run(context: click.Context, options: Options, words: tuple[str, ...]) -> None:
    """Do the whole job once: crawl, parse, check, notify.

    完整运行一次：抓取、读取、判断、通知（供定时任务调用）。

    One run at a time (75 otherwise). A step that fails does not lose the others. With --quiet one line is printed.
    The report of each run is kept in state/runs/ and in the table runs.
    """
    code, done = running.run(options, words)
    show(context, options, *done)
    if options.quiet and not options.as_json:
        troubles = [line.strip() for step in done if step.code for line in step.lines]
        summary = done[2].lines[0] if len(done[2].lines) else ""
        click.echo(
            f"reportwatch run: exit {code}: {summary}" + (f" | {'; '.join(troubles)}" if troubles else "")
        )
    context.exit(code)
