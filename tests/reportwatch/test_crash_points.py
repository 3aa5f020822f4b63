"""kill -9 at named points of every command that stores: repeated, it comes to what it would have come to."""

from __future__ import annotations

import os
import signal
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.reportwatch.alike import difference, picture
from tests.reportwatch.crash_points import Case, cases
from tests.reportwatch.crash_world import AFTER, NOW, Scene, left_alive, made_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.reportwatch.alike import Rows

CASES = cases()
MARKED = [
    pytest.param(case, id=case.name, marks=() if case.short else pytest.mark.campaign) for case in CASES
]


class Calm:
    """What comes of a case without its kill: the pictures of its state folder, and what arrived."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.of = cache(self._of)

    def _of(
        self,
        stage: str,
        before: tuple[tuple[str, ...], ...],
        words: tuple[tuple[str, ...], ...],
        now: str,
        result: str,
    ) -> tuple[dict[str, Rows], dict[str, Counter[str]]]:
        state = self.scene.copy(stage, f"calm{self.of.cache_info().misses}")
        finish(self.scene, state, before, now)
        self.scene.arrived()
        finish(self.scene, state, words, now)
        return picture(state.parent / result), self.scene.arrived()


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calm]:
    with made_scene(tmp_path_factory.mktemp("crash"), rereading=True) as scene:
        yield Calm(scene)


def finish(scene: Scene, state: Path, commands: tuple[tuple[str, ...], ...], now: str) -> None:
    for words in commands:
        good = (12,) if words[-1] == "--again" else (0,)
        scene.do(state, *words, now=AFTER if words == ("notify",) and now == NOW else now, good=good)


def and_then(case: Case) -> tuple[tuple[str, ...], ...]:
    """Everything after the kill; what a killed sender had on lease is sent when that has run out."""
    told = ("run", "crawl", "parse", "check", "notify", "review")
    return (case.words, *case.rest, *((("notify",),) if case.words[0] in told else ()))


def killed(scene: Scene, case: Case, state: Path) -> None:
    """The command dies at its point; no process of it lives on."""
    child = scene.begin(state, case.words, case.at, case.now)
    said = child.communicate(timeout=120)
    assert (state.parent / "died").exists(), (child.returncode, said)
    if case.at.program == "reportwatch" or case.at.group:
        assert child.returncode == -signal.SIGKILL, said
    else:
        assert "-9" in said[0] + said[1]
    assert left_alive(child.pid) == []


def cells(row: tuple[object, ...]) -> list[tuple[str, object]]:
    """The columns of a row in a picture, each with its name."""
    return [(str(cell[0]), cell[1]) for cell in row if isinstance(cell, tuple)]


def without_own_troubles(found: dict[str, Rows]) -> tuple[dict[str, Rows], set[str]]:
    """The picture without what the program told about itself, and the short ids of that."""
    ids = {
        str(value)
        for row in found["events"]
        if "|monitor|" in str(row)
        for name, value in cells(row)
        if name == "short_id"
    }
    kept = {
        name: Counter({row: count for row, count in rows.items() if "monitor|" not in str(row)})
        if name in ("incidents", "events", "deliveries")
        else rows
        for name, rows in found.items()
    }
    return kept, ids


@pytest.mark.parametrize("case", MARKED)
def test_a_kill_changes_nothing_but_that_one_message_may_come_twice(calm: Calm, case: Case) -> None:
    scene, name = calm.scene, f"case{CASES.index(case)}"
    expected, told = calm.of(case.stage, case.before, and_then(case), case.now, case.result)
    state = scene.copy(case.stage, name)
    finish(scene, state, case.before, case.now)
    scene.arrived()
    killed(scene, case, state)
    if (state / "reports.db").exists():
        picture(state)  # whole at once, not only after the repetition
    finish(scene, state, and_then(case), case.now)
    found, own = picture(state.parent / case.result), set[str]()
    if not case.at.group:  # that its crawler died is told as well
        found, own = without_own_troubles(found)
    assert difference(expected, found) == {}
    for channel, came in scene.arrived().items():
        assert came.keys() - own == told[channel].keys()
        assert all(came[key] <= told[channel][key] + 1 for key in came), (channel, came)


def test_there_are_points_enough() -> None:
    assert len({case.at for case in CASES}) >= 30
    assert len({case.name for case in CASES}) == len(CASES)
    assert os.name == "posix"
