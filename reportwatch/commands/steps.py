"""`reportwatch crawl`, `parse`, `check` and `notify`: one step of the job, alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reportwatch import steps
from reportwatch.exactjson import dumps
from reportwatch.locking import only_run
from reportwatch.options import Options, takes

if TYPE_CHECKING:
    from reportwatch.steps import Step


@click.command(short_help="Visit the list pages. 抓取")
@click.argument("words", nargs=-1, metavar="[SCOPE]...")
@takes("state", "watchlist", "now", "json", "quiet")
@click.pass_context
def crawl(context: click.Context, options: Options, words: tuple[str, ...]) -> None:
    """Visit the list pages; keep what is new. Nothing is judged.

    访问各列表页，保存新出现的文件（不作判断）。

    SCOPE: publishers (id or name) and regions; every list, if none is named.
    """
    with only_run(options.state):
        show(context, options, steps.crawl(options, words))


@click.command(short_help="Read what was not read yet. 读取")
@takes("state", "now", "json", "quiet")
@click.pass_context
def parse(context: click.Context, options: Options) -> None:
    """Read the documents that were not read yet.

    读取尚未读取的文件，提取数字并核对。

    Each is read in a process of its own with limits; one that cannot be read is named, and the others go on.
    """
    with only_run(options.state):
        show(context, options, steps.parse(options))


@click.command(short_help="Judge what is known. 判断")
@takes("state", "channels", "now", "json", "quiet")
@click.pass_context
def check(context: click.Context, options: Options) -> None:
    """Judge what is known now: statuses, incidents, events.

    根据现有证据判断各报告状态，记录新情况。
    """
    with only_run(options.state):
        show(context, options, steps.check(options))


@click.command(short_help="Send the messages that are due. 通知")
@takes("state", "channels", "now", "json", "quiet")
@click.pass_context
def notify(context: click.Context, options: Options) -> None:
    """Send the messages that are due.

    发送到期的通知；发送失败的留待下次。
    """
    show(context, options, steps.notify(options))


def show(context: click.Context, options: Options, *done: Step) -> None:
    """Prints what steps did, and leaves with the code of the only one."""
    for step in done:
        if options.as_json:
            click.echo(dumps({"step": step.name, "exit_code": step.code, **step.facts}))
        for line in step.lines:
            options.say(line)
    if len(done) == 1:
        context.exit(done[0].code)
