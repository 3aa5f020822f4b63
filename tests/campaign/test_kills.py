"""kill -9 of the real `reportwatch run` at random moments: nothing is lost, and at most one message comes twice a kill."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from reportwatch import ROOT
from reportwatch.portal.form import MadeReport
from reportwatch.portal.sinks import Webhook
from tests.reportwatch.world import World, made_world

if TYPE_CHECKING:
    from pathlib import Path

VISITS = ("2026-01-10T02:00:00Z", "2026-01-28T02:00:00Z", "2026-02-09T02:00:00Z", "2026-02-20T02:00:00Z")
CHANNELS = '[[channel]]\nid = "one"\nurl_env = "HOOK_ONE"\n\n[[channel]]\nid = "two"\nurl_env = "HOOK_TWO"\n'
SHORT_ID = re.compile(r"#([0-9A-Z]{4,})")
LONGEST = 4.0  # seconds: a whole run of this small world takes about so long


def furnished(world: World) -> None:
    for number in range(4):
        name = f"示范{number}局"
        column = world.watch(name)
        for year in range(2021, 2025):
            world.site.publish(column, MadeReport(name, year), f"{year + 1}-01-15", since="0000")
        if number < 3:
            moment = ("2026-01-20T02:00:00Z", "2026-02-05T02:00:00Z", "2026-02-15T02:00:00Z")[number]
            world.site.publish(column, MadeReport(name, 2025), moment[:10], since=moment)
    world.write()
    (world.folder / "channels.toml").write_text(CHANNELS, encoding="utf-8")


def run(world: World, hooks: tuple[Webhook, Webhook], now: str, seconds: float | None) -> int | None:
    """One real run; killed with its children after so many seconds. None if it was killed."""
    world.portal.turn_to(now)
    folder = world.folder
    environment = {
        **os.environ,
        "REPORTWATCH_ALLOW": world.portal.addresses,
        "HOOK_ONE": f"json://127.0.0.1:{hooks[0].port}/one",
        "HOOK_TWO": f"json://127.0.0.1:{hooks[1].port}/two",
    }
    command = [
        sys.executable, "-m", "reportwatch", "run", "--quiet", "--now", now, "--state", str(folder / "state"),
        "--watchlist", str(folder / "watchlist"), "--channels", str(folder / "channels.toml"),
    ]  # fmt: skip
    child = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return None


def arrivals(hook: Webhook) -> Counter[str]:
    """How often each event came in."""
    return Counter(key for post in hook.posts for key in set(SHORT_ID.findall(json.dumps(post))))


def events(folder: Path) -> set[tuple[str, str | None]]:
    with sqlite3.connect(folder / "state" / "reports.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        waiting = "SELECT count(*) FROM deliveries WHERE state <> 'sent'"
        assert db.execute(waiting).fetchone() == (0,)
        return set(db.execute("SELECT key, suppressed FROM events"))


def told(folder: Path) -> set[str]:
    with sqlite3.connect(folder / "state" / "reports.db") as db:
        return {
            row[0].lstrip("#")
            for row in db.execute("SELECT short_id FROM events WHERE id IN (SELECT event FROM deliveries)")
        }


def harassed(folder: Path, kills: int, seed: int) -> None:
    """The same season twice: undisturbed, and with kills before each visit's run may end."""
    chance = random.Random(seed)  # noqa: S311 - repeatable moments, no secret
    killed = 0
    with made_world(folder) as world, Webhook() as one, Webhook() as two:
        furnished(world)
        for now in VISITS:
            for _ in range(kills // len(VISITS) + 1):
                killed += run(world, (one, two), now, chance.uniform(0.3, LONGEST)) is None
            assert run(world, (one, two), now, None) == 0
        with Webhook() as quiet_one, Webhook() as quiet_two:
            calm = World(folder / "calm", world.portal, world.publishers, world.sources)
            calm.write()
            (calm.folder / "channels.toml").write_text(CHANNELS, encoding="utf-8")
            for now in VISITS:
                assert run(calm, (quiet_one, quiet_two), now, None) == 0
        assert killed
        assert told(folder)
        assert events(folder) == events(folder / "calm")
        for hook in (one, two):
            came = arrivals(hook)
            assert set(came) >= told(folder)
            assert max(came.values()) <= killed + 1
        assert len(one.posts) + len(two.posts) <= len(quiet_one.posts) + len(quiet_two.posts) + 2 * killed
    for path in (folder / "state" / "raw").glob("*/[0-9a-f]*"):
        assert sha256(path.read_bytes()).hexdigest() == path.name


@pytest.mark.timeout(240)
def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    harassed(tmp_path, kills=3, seed=1)


@pytest.mark.campaign
@pytest.mark.timeout(5400)
def test_many_kills_lose_nothing(tmp_path: Path) -> None:
    harassed(tmp_path, kills=100, seed=2)
