"""Walks the whole job through the portal's story: real visits at dates, a real database, messages that really arrive."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor import moments
from reportwatch import ROOT
from reportwatch.exits import BLIND, CANNOT_CREATE, OK, CommandError
from reportwatch.explaining import explain
from reportwatch.portal.sinks import Mailbox, Webhook
from reportwatch.portal.site import opened
from reportwatch.portal.story import REAL_PDF, VISITS, Visit, sites, write_watchlist
from store.database import open_readonly
from store.paths import StatePaths

if TYPE_CHECKING:
    from email.message import EmailMessage

    from sqlite_utils import Database

    from reportwatch.options import Lang
    from reportwatch.portal.site import Portal, Site

EVIDENCE = {"invalid": "readings", "revised": "documents"}  # the event or incident, and what it rests on
MARK = "made-by-reportwatch-demo"
CHANNELS = """\
[[channel]]
id = "newsroom-mail"
url_env = "REPORTWATCH_DEMO_MAIL"
format = "text"
lang = "{lang}"

[[channel]]
id = "desk-webhook"
url_env = "REPORTWATCH_DEMO_WEBHOOK"
lang = "{other}"
"""

HINTS = """\
{program} serve --state {state}      # the database in a browser
{program} explain demo-civil 2023 --state {state} --watchlist {state}/watchlist
{sqlite} query {state}/reports.db "SELECT publisher_name, status, why FROM report_status WHERE year = 2023" --table
{sqlite} query {state}/reports.db "SELECT message FROM findings WHERE kind = 'printed_error'" --table
{sqlite} query {state}/reports.db "SELECT publisher_name, year, received_total, concluded_total FROM requests" --table
"""


@dataclass(slots=True)
class Stage:
    """Everything that a visit needs."""

    state: Path
    portal: Portal
    named: dict[str, Site]
    mailbox: Mailbox
    webhook: Webhook
    lang: Lang

    def environment(self) -> dict[str, str]:
        """The demo's own: the portal may be visited, and the sinks are the channels."""
        return dict(
            os.environ,
            REPORTWATCH_ALLOW=self.portal.addresses,
            REPORTWATCH_DEMO_MAIL=f"mailto://127.0.0.1:{self.mailbox.port}?from=reportwatch@example.org&to=newsroom@example.org&mode=insecure",
            REPORTWATCH_DEMO_WEBHOOK=f"json://127.0.0.1:{self.webhook.port}/hook",
        )

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command of reportwatch, as a person would start it, on the demo's state."""
        command = [sys.executable, "-m", "reportwatch", *words]
        return subprocess.run(  # noqa: S603 - our own words
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False
        )


def play(state: Path, lang: Lang) -> int:
    """The whole story; the exit code."""
    fresh(state)
    named = sites()
    with opened(*named.values()) as portal, Mailbox() as mailbox, Webhook() as webhook:
        stage = Stage(state, portal, named, mailbox, webhook, lang)
        channels = CHANNELS.format(lang=lang, other="zh" if lang == "en" else "en")
        (state / "channels.toml").write_text(channels, encoding="utf-8")
        _opening(stage)
        for number, visit in enumerate(VISITS, start=1):
            _visit(stage, number, visit)
        _closing(stage)
    return OK


def fresh(state: Path) -> None:
    """An empty folder; only one that an earlier demo made is cleared."""
    if state.exists() and any(state.iterdir()) and not (state / MARK).exists():
        raise CommandError(
            CANNOT_CREATE, f"{state} is not empty and no demo made it: name another folder with --state"
        )
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    (state / MARK).write_text("deleted and made anew by every `reportwatch demo`\n", encoding="utf-8")


def _opening(stage: Stage) -> None:
    click.secho(
        "reportwatch demo: a government portal on this machine, watched from January to April 2024", bold=True
    )
    for name, site in stage.named.items():
        click.echo(f"  {site.name:<24} http://{site.address}  ({name})")
    click.echo(
        f"  mail arrives at 127.0.0.1:{stage.mailbox.port}, webhooks at 127.0.0.1:{stage.webhook.port}"
    )
    click.echo("  Made: every body called 示范…. Real: the PDF of 淮安市洪泽区人民政府 for 2023, with its real errors"
               f" ({REAL_PDF.relative_to(ROOT)}).")  # fmt: skip


def _visit(stage: Stage, number: int, visit: Visit) -> None:
    stage.portal.turn_to(visit.at)
    write_watchlist(stage.state / "watchlist", stage.named, learnt_alias=visit.learnt_alias)
    before = _last_event(stage)
    mails, posts = len(stage.mailbox.messages), len(stage.webhook.posts)
    click.echo()
    click.secho(
        f"━━ visit {number} of {len(VISITS)} · {moments.shanghai_minute(visit.at)} (Shanghai)",
        bold=True,
        fg="cyan",
    )
    click.echo(f"On the sites: {visit.happened}")
    done = stage.command(
        "run", "--now", visit.at, "--state", str(stage.state),
        "--watchlist", str(stage.state / "watchlist"), "--channels", str(stage.state / "channels.toml"),
    )  # fmt: skip
    if done.returncode not in (OK, BLIND):
        raise CommandError(
            done.returncode, f"the run ended with {done.returncode}: {done.stdout}{done.stderr}"
        )
    click.echo(f"$ reportwatch run   → exit code {done.returncode}")
    for line in done.stdout.splitlines():
        click.echo(f"  {line}")
    _what_and_why(stage, before)
    _messages(stage, mails, posts)


def _last_event(stage: Stage) -> int:
    path = StatePaths(stage.state).database
    if not path.exists():
        return 0
    return int(open_readonly(path).execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])


def _what_and_why(stage: Stage, before: int) -> None:
    """The new events with their reasons from the database; then whom nobody accuses, and why not."""
    database = open_readonly(StatePaths(stage.state).database)
    events = list(database.query(
        "SELECT e.kind, e.source, e.publisher, e.year, e.suppressed, i.kind AS incident FROM events e"
        " LEFT JOIN incidents i ON i.id = e.incident WHERE e.id > ? ORDER BY e.id", [before],
    ))  # fmt: skip
    if not events:
        click.echo("What changed: nothing worth telling.")
    for event in events:
        words = " ".join(str(part) for part in (event["incident"], event["kind"], event["source"]) if part)
        silent = f"  (told to nobody: {event['suppressed']})" if event["suppressed"] else ""
        click.secho(f"What changed: {words}{silent}", fg="yellow")
        if event["publisher"] and event["year"]:
            _why(
                stage,
                database,
                event["publisher"],
                event["year"],
                EVIDENCE.get(event["incident"] or event["kind"]),
            )
    for row in database.query(
        "SELECT publisher, year FROM report_status WHERE status = 'unknown' ORDER BY publisher"
    ):
        click.secho("Nobody is accused:", fg="yellow")
        _why(stage, database, row["publisher"], row["year"])


def _why(stage: Stage, database: Database, publisher: str, year: int, evidence: str | None = None) -> None:
    """The status with its reason, and the part of the trail that an event rests on."""
    trail = explain(database, publisher, year, stage.lang)
    click.echo(f"  {trail.headline}")
    click.echo(f"  why: {trail.sentence}")
    for step in trail.steps:
        if step.name == evidence:
            for line in step.lines:
                click.echo(f"  {step.title}: {line.strip()}")


def _messages(stage: Stage, mails: int, posts: int) -> None:
    for message in stage.mailbox.messages[mails:]:
        click.secho(f"✉ arrived by SMTP: {message['Subject']}", fg="green")
        _quote(_text(message))
    for post in stage.webhook.posts[posts:]:
        title, text = (post.get("title"), post.get("message")) if isinstance(post, dict) else ("", post)
        click.secho(f"⚓ arrived at the webhook: {title}", fg="green")
        _quote(str(text))


def _quote(text: str) -> None:
    for line in text.strip().splitlines():
        if line.strip():
            click.echo(f"  │ {line}")


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    return str(body.get_content()) if body is not None else ""


def _closing(stage: Stage) -> None:
    state = os.path.relpath(stage.state)
    click.echo()
    click.secho("━━ where everything stands now", bold=True, fg="cyan")
    click.echo(
        stage.command(
            "status", "--state", str(stage.state), "--watchlist", str(stage.state / "watchlist"), "2023"
        ).stdout
    )
    click.secho("Look for yourself:", bold=True)
    programs = Path(os.path.relpath(sys.executable)).parent  # not on the PATH after `make demo`
    named = {"program": programs / "reportwatch", "sqlite": programs / "sqlite-utils"}
    for line in HINTS.format(state=state, **named).splitlines():
        click.echo(f"  {line}")
