"""`reportwatch crawl`, `parse`, `check` and `notify`: one step of the job, alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reportwatch import exits, notifying, rereading, running, scope, steps
from reportwatch.exactjson import dumps
from reportwatch.exits import USAGE, CommandError
from reportwatch.failing import SEVERITIES
from reportwatch.locking import only_rereading, only_run
from reportwatch.options import Options, takes

if TYPE_CHECKING:
    from reportwatch.failing import Severity
    from reportwatch.steps import Step

fail_on = click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="End with 11 if an incident or a finding at least so severe is open.",
)
wait = click.option(
    "--wait",
    type=click.FloatRange(0, 10_000),
    default=0,
    help="Minutes to wait for the lock; 75 at once, if not given.",
)


def _refuse(context: click.Context, _: click.Parameter, words: tuple[str, ...]) -> None:
    if words:
        said = f"{context.info_name} takes no SCOPE: what is said of one report depends on the others; narrow down `reportwatch status`"
        raise click.UsageError(said)


whole = click.argument("scope", nargs=-1, expose_value=False, callback=_refuse, metavar="")


@click.command(short_help="Visit the list pages. 抓取")
@click.argument("words", nargs=-1, metavar="[SCOPE]...")
@click.option(
    "--years", metavar="YEARS", help="Fetch reports of these years only: 2023, 2019-2025 or 2019,2021."
)
@click.option("--no-alerts", is_flag=True, help="Tell nobody of what this crawl brings (a backfill).")
@wait
@takes("state", "watchlist", "now", "json", "quiet")
@click.pass_context
def crawl(
    context: click.Context,
    options: Options,
    words: tuple[str, ...],
    years: str | None,
    no_alerts: bool,
    wait: float,
) -> None:
    """Visit the list pages; keep what is new. Nothing is judged.

    访问各列表页，保存新出现的文件（不作判断）。

    SCOPE: publishers (id or name), regions and years; every list and year, if none is named.
    """
    wanted = scope.years_in(years) if years else frozenset()
    with only_run(options.state, wait):
        if no_alerts:
            show(context, options, running.backfill(options, words, wanted))
        else:
            show(context, options, steps.crawl(options, words, years=wanted))


@click.command(short_help="Read what was not read yet. 读取")
@click.argument("words", nargs=-1, metavar="[SCOPE]...")
@click.option(
    "--again",
    is_flag=True,
    help="Read the documents of SCOPE again, into a trial beside what is in force, and print what it would change; goes on with a trial that was broken off. 重新读取（试读），列出变化。",
)
@click.option("--promote", is_flag=True, help="Put the trial in force. 采用试读结果。")
@click.option("--discard", is_flag=True, help="Drop the trial. 放弃试读结果。")
@click.option("--rollback", is_flag=True, help="Undo the last promotion. 撤销上次采用。")
@wait
@takes("state", "watchlist", "now", "json", "quiet")
@click.pass_context
def parse(
    context: click.Context, /, options: Options, words: tuple[str, ...], wait: float, **choices: bool
) -> None:
    """Read the documents that were not read yet.

    读取尚未读取的文件，提取数字并核对。

    Each is read in a process of its own with limits; one that cannot be read is named, and the others go on. What
    was read stays in force, also when the readers got better: --again tries them on it (12 if anything differs, 65
    if something that was read cannot be read any more), and nothing changes before --promote.
    """
    chosen = [name for name, wanted in choices.items() if wanted]
    if len(chosen) > 1:
        raise CommandError(USAGE, f"one at a time: --{' or --'.join(chosen)}")
    choice = chosen[0] if chosen else None
    if words and choice != "again":
        raise CommandError(USAGE, "SCOPE goes with --again; what was not read yet is always read whole")
    decisions = {"promote": rereading.put_in_force, "discard": rereading.drop, "rollback": rereading.undo}
    if choice == "again":  # hours, beside which runs go on
        with only_rereading(options.state, wait):
            show(context, options, rereading.again(options, words))
    elif choice:
        with only_rereading(options.state, wait), only_run(options.state, wait):
            show(context, options, decisions[choice](options))
    else:
        with only_run(options.state, wait):
            show(context, options, steps.parse(options))


@click.command(short_help="Judge what is known. 判断")
@whole
@click.option("--confirm-storm", is_flag=True, help="A storm that is held is real: tell its incidents now.")
@fail_on
@wait
@takes("state", "channels", "now", "json", "quiet")
@click.pass_context
def check(
    context: click.Context, options: Options, confirm_storm: bool, fail_on: Severity | None, wait: float
) -> None:
    """Judge what is known now: statuses, incidents, events.

    根据现有证据判断各报告状态，记录新情况。
    """
    with only_run(options.state, wait):
        show(context, options, running.checked(options, fail_on, confirm_storm=confirm_storm))


@click.command(short_help="Send the messages that are due. 通知")
@whole
@click.option(
    "--requeue",
    is_flag=False,
    flag_value=notifying.ALL,
    metavar="[CHANNEL]",
    help="Try again at once what failed or was given up.",
)
@click.option("--test", "test", metavar="CHANNEL", help="Send this channel a test message, and nothing else.")
@wait
@takes("state", "channels", "now", "json", "quiet")
@click.pass_context
def notify(
    context: click.Context, options: Options, requeue: str | None, test: str | None, wait: float
) -> None:
    """Send the messages that are due.

    发送到期的通知；发送失败的留待下次。

    It may be called while a crawl is at work; one sender at a time (75 otherwise).
    """
    if test is not None:
        show(context, options, notifying.send_tests(options, test))
        return
    if requeue is not None:
        show(context, options, notifying.requeue(options, requeue), leave=False)
    show(context, options, running.told(options, wait))


def show(context: click.Context, options: Options, *done: Step, leave: bool = True) -> None:
    """Prints what steps did, and leaves with the code of the only one."""
    exits.settle(context, running.worst(step.code for step in done))
    for step in done:
        if options.as_json:
            click.echo(dumps({"step": step.name, "exit_code": step.code, **step.facts}))
        for line in step.lines:
            options.say(line)
    if len(done) == 1 and leave:
        context.exit(done[0].code)
