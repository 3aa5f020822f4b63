"""kill -9 of the real `reportwatch run` at random moments: nothing is lost, and at most one message comes twice a kill."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reportwatch.portal.form import MadeReport
from tests.reportwatch.alike import difference, picture
from tests.reportwatch.crash_world import CHANNELS, LONG_AGO, Scene, left_alive, open_scene

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence
    from pathlib import Path

DAYS = ("2026-01-10", "2026-01-28", "2026-02-09", "2026-02-20")
VISIT, LATER = "{}T02:00:00Z", "{}T02:30:00Z"  # what a killed sender had on lease is sent half an hour later


def furnish(scene: Scene) -> None:
    world = scene.world
    for number in range(4):
        name = f"示范{number}局"
        column = world.watch(name)
        world.site.publish(column, MadeReport(name, 2024), "2025-01-15", since=LONG_AGO)
        if number < 3:
            day = ("2026-01-20", "2026-02-05", "2026-02-15")[number]
            wrong = number == 1
            path = world.site.publish(
                column, MadeReport(name, 2025, wrong_sums=wrong), day, since=f"{day}T02:00:00Z"
            )
            if number == 0:
                world.site.revise(path, MadeReport(name, 2025, revision=1), day, since="2026-02-12T02:00:00Z")
    world.write()
    (world.folder / "channels.toml").write_text(CHANNELS, encoding="utf-8")


def run(scene: Scene, state: Path, now: str, seconds: float | None) -> bool:
    """One real run; killed with its children after so many seconds. Whether it was killed."""
    child = scene.begin(state, ("run", "--quiet"), now=now)
    try:
        said = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        assert left_alive(child.pid) == []
        return True
    assert child.returncode == 0, said
    return False


def season(
    scene: Scene, state: Path, days: Sequence[str], moments: dict[str, list[float]]
) -> tuple[int, float]:
    """All visits, each killed at those moments before it may end: how many were killed, and how long the longest run took."""
    killed, longest = 0, 0.0
    for day in days:
        scene.world.portal.turn_to(VISIT.format(day))
        for seconds in moments.get(day, ()):
            killed += run(scene, state, VISIT.format(day), seconds)
        began = time.monotonic()
        run(scene, state, VISIT.format(day), None)
        longest = max(longest, time.monotonic() - began)
        scene.do(state, "notify", now=LATER.format(day))
    return killed, longest


def harass(folder: Path, kills: int, seed: int, days: Sequence[str] = DAYS) -> None:
    """The same season twice: undisturbed, and with kills before each visit's run may end."""
    chance = random.Random(seed)  # noqa: S311 - repeatable moments, no secret
    with open_scene(folder) as scene:
        furnish(scene)
        _, longest = season(scene, folder / "calm" / "state", days, {})
        told, events = scene.arrived(), messages(folder / "calm" / "state")
        each = -(-kills // len(days))
        moments = {day: [chance.uniform(0.2, longest) for _ in range(each)] for day in days}
        killed, _ = season(scene, folder / "killed" / "state", days, moments)
        assert killed
        assert difference(picture(folder / "calm" / "state"), picture(folder / "killed" / "state")) == {}
        came: dict[str, Counter[str]] = scene.arrived()
        for channel, counts in told.items():
            assert counts
            assert came[channel].keys() == counts.keys()
            again = sum((came[channel] - counts).values())
            assert all(came[channel][key] >= counts[key] for key in counts)
            assert messages(folder / "killed" / "state", channel) <= events + killed
            print(f"{channel}: {killed} kills, {counts.total()} events, {again} told twice")  # noqa: T201 - the result


def messages(state: Path, channel: str = "one") -> int:
    """How many messages were begun on a channel."""
    with closing(sqlite3.connect(state / "reports.db")) as db:
        return int(db.execute("SELECT count(*) FROM messages WHERE channel = ?", [channel]).fetchone()[0])


@pytest.mark.timeout(280)
def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    harass(tmp_path, kills=2, seed=1, days=DAYS[:2])


@pytest.mark.campaign
@pytest.mark.timeout(5400)
@pytest.mark.parametrize("seed", [2, 3, 4, 5])
def test_many_kills_lose_nothing(tmp_path: Path, seed: int) -> None:
    harass(tmp_path, kills=60, seed=seed)
