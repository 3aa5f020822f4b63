"""The command's front door: the group, and the one place where errors become a line and an exit code."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import click

from reportwatch import exits
from reportwatch.commands.ack import ack, snooze, unack
from reportwatch.commands.add import add
from reportwatch.commands.backup import backup, restore
from reportwatch.commands.calendar import calendar
from reportwatch.commands.demo import demo
from reportwatch.commands.diff import diff
from reportwatch.commands.doctor import doctor
from reportwatch.commands.dossier import dossier
from reportwatch.commands.explain import explain
from reportwatch.commands.import_ import import_
from reportwatch.commands.message import message
from reportwatch.commands.preview import preview_alerts
from reportwatch.commands.prune import prune
from reportwatch.commands.read import read
from reportwatch.commands.report import report
from reportwatch.commands.review import review
from reportwatch.commands.run import run
from reportwatch.commands.serve import serve
from reportwatch.commands.status import status
from reportwatch.commands.steps import check, crawl, notify, parse
from reportwatch.commands.watchlist import watchlist
from reportwatch.stopping import StoppedError, die, stoppable


class Guarded(click.Group):
    """A group whose commands end in one clear line and an exit code, never in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Runs the command; its errors become what a person can act on."""
        try:
            with stoppable():
                return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except StoppedError as stopped:
            click.echo(
                f"reportwatch: stopped by {stopped}; what was done is kept, run again to go on", err=True
            )
            die(stopped)
        except KeyboardInterrupt:
            click.echo("reportwatch: interrupted; what was done is kept, run again to go on", err=True)
            ctx.exit(exits.INTERRUPTED)
        except BrokenPipeError:
            ctx.exit(exits.unread(ctx))  # `reportwatch … | head` is no error of its own
        except Exception as error:
            if os.environ.get("REPORTWATCH_TRACEBACK"):
                raise
            exits.leave(ctx, error)


@click.group(cls=Guarded, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="reportwatch")
def main() -> None:
    """Watch the annual reports on information disclosure that Chinese government bodies owe by law.

    监测各级行政机关依法应当公布的政府信息公开工作年度报告：是否按时、内容是否自洽、有无改动。

    Exit codes: 0 done · 1 unexpected · 2 usage · 10 some sources blind · 11 something was found (--fail-on, add) · 12 reading again differs · 65 unreadable document or database ·
    69 no channel reachable · 73/74 cannot create/write · 75 busy · 78 configuration.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # an old locale must not stop a run; \\uXXXX is still good JSON
            stream.reconfigure(errors="backslashreplace")


for command in (
    demo,
    run,
    crawl,
    parse,
    check,
    notify,
    read,
    status,
    explain,
    dossier,
    diff,
    calendar,
    add,
    import_,
    serve,
    doctor,
    report,
    message,
    preview_alerts,
    ack,
    snooze,
    unack,
    backup,
    restore,
    prune,
    review,
    watchlist,
):
    main.add_command(command)
