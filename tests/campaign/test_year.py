"""A year of daily runs: every planted truth is told exactly once to each audience, and nothing that is not true."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller

from monitor.channels import Channel
from store.archive import Archive
from store.database import open_database
from tests.campaign.year_world import YEAR, Simulation, Year, expected
from tests.monitor.conftest import Mailbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database

SHORT_ID = re.compile(r"[#＃]([2-9A-HJ-NP-Z]{4})(?![0-9A-Za-z])")
TRUTHS = """
SELECT e.kind, coalesce(i.kind, iif(e.kind = 'appeared', e.detail ->> 'status', '')) AS what,
  coalesce(e.publisher, e.source, i.source) AS subject, e.at
FROM events e LEFT JOIN incidents i ON i.id = e.incident AND e.kind <> 'appeared'
WHERE e.suppressed IS NULL AND e.kind NOT IN ('summary', 'due_soon') AND coalesce(i.kind, '') <> 'doubtful'
"""
DUMP = (
    "SELECT e.key, e.short_id, e.kind, e.at, e.suppressed, e.detail FROM events e ORDER BY e.id",
    "SELECT e.key, d.channel, d.state, d.sent_at, d.attempts FROM deliveries d JOIN events e ON e.id = d.event ORDER BY d.id",
    "SELECT key, opened_at, resolved_at, told, reminded_at, held, detail FROM incidents ORDER BY id",
    # Without the number of bytes, in which the port of the receiver is, and what the receiver said.
    "SELECT channel, at, subject, part, parts, events, outcome FROM messages ORDER BY id",
    "SELECT reading, report, rule, version, kind, level, message, message_zh, keys, fingerprint, settled_by FROM findings ORDER BY id",
    "SELECT * FROM report_status ORDER BY publisher, year",
    "SELECT incident, action, until, by, note, at FROM acknowledgements ORDER BY id",
)


@dataclass
class Post:
    """A webhook that keeps what each audience got on each day of the year that is played."""

    port: int = 0
    today: date = date.min
    texts: dict[str, list[tuple[date, str]]] = field(default_factory=lambda: defaultdict(list))

    def channel(self, name: str, **choices: object) -> Channel:
        fields = {
            "id": name,
            "url_env": "X",
            "digest": 9,
            "url": f"json://127.0.0.1:{self.port}/{name}",
            **choices,
        }
        return Channel.model_validate(fields)


@contextmanager
def webhooks() -> Iterator[Post]:
    post = Post()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            post.texts[self.path.strip("/")].append((post.today, body["message"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    post.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield post
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def mailboxes() -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Played:
    """What is left of a year: the database, and what each audience really received, by day."""

    db: Database
    received: dict[str, list[tuple[date, str]]]
    dump: str


@contextmanager
def played(year: Year, folder: Path) -> Iterator[Played]:
    """The year, with three audiences: a desk that hears everything, one of the south, and mail to who runs it."""
    folder.mkdir()
    db = open_database(folder / "reports.db")
    with webhooks() as post, mailboxes() as box:
        channels = (
            post.channel("desk", lang="zh"),
            post.channel("south", regions=["south"], severities=["warning", "notice"]),
            box.channel(id="mail", digest=9, lang="en", kinds=["blind", "monitor", "missing", "corrected"]),
        )
        simulation = Simulation(year, db, Archive(folder / "raw"), channels)
        mails: list[tuple[date, str]] = []
        for day in year.calendar():
            post.today, before = day, len(box.mails)
            simulation.day(day)
            for mail in box.mails[before:]:
                text = mail.get_body(("plain",))
                assert text is not None
                tables = [part.get_payload(decode=True) for part in mail.iter_attachments()]
                rows = [
                    row for table in tables if isinstance(table, bytes) for row in table.decode().splitlines()
                ]
                shown = text.get_content()
                ids = [f"#{row[:4]}" for row in rows if f"#{row[:4]}" not in shown]
                mails.append((day, " ".join([shown, *ids])))
        dump = "\n".join(repr(tuple(row)) for sql in DUMP for row in db.execute(sql))
        yield Played(db, {**post.texts, "mail": mails}, dump)
    db.close()


def every_planted_truth_is_told_once(year: Year, done: Played) -> None:
    told = Counter((row["kind"], row["what"], row["subject"]) for row in done.db.query(TRUTHS))
    wanted = expected(year)
    assert told - wanted == Counter(), f"told, and not true, or too often: {told - wanted}"
    assert wanted - told == Counter(), f"true, and not told: {wanted - told}"


def nobody_is_missing_who_is_there(year: Year, done: Played) -> None:
    bodies = {body.id: body for body in year.bodies}
    for row in done.db.query(TRUTHS):
        if (row["kind"], row["what"]) == ("opened", "missing"):
            body = bodies[row["subject"]]
            assert body.comes is None or date.fromisoformat(row["at"][:10]) < body.comes
            assert body.fate not in ("merged", "titles nobody knows", "not owed")


def each_audience_received_each_event_once(done: Played) -> None:
    for channel, messages in done.received.items():
        ids = Counter(found for _, text in messages for found in SHORT_ID.findall(text))
        rows = list(done.db.query(
            "SELECT e.short_id, d.state FROM deliveries d JOIN events e ON e.id = d.event WHERE d.channel = ?", [channel]
        ))  # fmt: skip
        assert {row["state"] for row in rows} == {"sent"}
        assert ids == Counter(row["short_id"] for row in rows), channel
        days = Counter(day for day, _ in messages)
        assert max(days.values()) == 1, f"{channel}: more than one digest on a day"


def judged(year: Year, folder: Path) -> str:
    """Plays the year, holds everything against the plan, and gives what the database has."""
    with played(year, folder) as done:
        every_planted_truth_is_told_once(year, done)
        nobody_is_missing_who_is_there(year, done)
        each_audience_received_each_event_once(done)
        assert len(done.received) == 3
        assert done.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return done.dump


def test_a_season_of_daily_runs_tells_each_truth_once(tmp_path: Path) -> None:
    year = Year(seed=11, lists=9, first=date(2026, 1, 5), days=75)
    assert {body.fate for body in year.bodies} >= {
        "late",
        "never",
        "withdrawn",
        "mended",
        "titles nobody knows",
    }
    assert judged(year, tmp_path / "year")


def test_the_replay_of_days_is_the_same_to_the_byte(tmp_path: Path) -> None:
    year = Year(seed=12, lists=3, first=date(2026, 1, 20), days=30)
    with played(year, tmp_path / "once") as once:
        first = once.dump
    with played(year, tmp_path / "again") as again:
        assert again.dump == first


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_a_year_of_400_publishers(tmp_path: Path) -> None:
    year = Year(seed=YEAR, lists=80, first=date(2025, 12, 1), days=365)
    assert len(year.bodies) == 400
    assert judged(year, tmp_path / "once") == judged(year, tmp_path / "again")
