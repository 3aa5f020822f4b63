"""kill -9 at named points of check and notify: nothing is lost, and at most one message a channel comes twice."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.check import check
from monitor.outbox import notify
from store.archive import Archive
from store.database import open_database
from store.matched import rematch
from tests.monitor.killed import POINTS, channels
from tests.monitor.world import World

if TYPE_CHECKING:
    from tests.monitor.conftest import Webhook

ROOT = Path(__file__).parents[2]
FIRST = "2026-01-10T01:00:00Z"
NOW = "2026-02-05T01:00:00Z"
AFTER_THE_LEASE = "2026-02-05T01:10:00Z"
EXPECTED = ["appeared|c|2025", "opened|missing|a|2025|1", "opened|missing|b|2025|1"]


@pytest.fixture
def state(tmp_path: Path, webhook: Webhook) -> Path:
    """A database in which the next check finds two missing reports and one new one; the summary was sent."""
    path = tmp_path / "killed.db"
    database = open_database(path)
    world = World(database, Archive(tmp_path / "raw"), channels=channels(webhook.port))
    world.watch("a", "b", "c")
    world.good(FIRST)
    world.check(FIRST)
    world.notify(FIRST)
    world.good(NOW, ("c", 2025))
    rematch(database, NOW)
    database.close()
    webhook.posted.clear()
    return path


@pytest.mark.parametrize("point", POINTS)
def test_nothing_is_lost_and_little_comes_twice(point: str, state: Path, webhook: Webhook) -> None:
    child = subprocess.run(
        [sys.executable, "-m", "tests.monitor.killed", state, str(webhook.port), NOW, point],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True,
    )  # fmt: skip
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()
    database = open_database(state)
    try:
        check(database, AFTER_THE_LEASE, channels(webhook.port))
        notify(database, channels(webhook.port), AFTER_THE_LEASE)
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert [
            row["key"]
            for row in database.query("SELECT key FROM events WHERE kind <> 'summary' ORDER BY key")
        ] == EXPECTED
        assert {row["state"] for row in database.query("SELECT state FROM deliveries")} == {"sent"}
        ids = {
            row["short_id"] for row in database.query("SELECT short_id FROM events WHERE kind <> 'summary'")
        }
    finally:
        database.close()
    messages = Counter(
        frozenset(re.findall(r"#([0-9A-Z]{4})$", text, re.MULTILINE)) for text in webhook.texts
    )
    assert set(messages) == {frozenset(ids)}
    assert 2 <= messages.total() <= 3
