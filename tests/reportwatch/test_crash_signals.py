"""SIGTERM, SIGINT and SIGHUP at named points: one clear line, no process left, nothing lost; and commands that come at once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.reportwatch.alike import difference, picture
from tests.reportwatch.crash_world import AFTER, NOW, At, Scene, left_alive, made_scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.reportwatch.alike import Rows

    Calm = Callable[[str], dict[str, Rows]]

LATE = "2026-03-20T02:00:00Z"
# By name: where it starts, which command, and the point (crash_world.At)
POINTS = {
    "while the crawler fetches": ("before", "run", "crawler", "crawler.ledger", "keep_document", "before", 1),
    "while the crawler writes": ("before", "run", "crawler", "crawler.ledger", "see_links", "after", 1),
    "while workers read": ("crawled", "parse", "reportwatch", "store.readings", "_save_parts", "before", 2),
    "in a worker": ("crawled", "parse", "forkserver", "reportwatch.reading", "read_one", "before", 1),
    "in the midst of a check": ("parsed", "check", "reportwatch", "monitor.ledger", "_deliver", "before", 1),
    "while a message is sent": (
        "checked",
        "notify",
        "reportwatch",
        "monitor.outbox",
        "_hand_over",
        "after",
        1,
    ),
    "in the midst of a backup": (
        "told",
        "backup",
        "reportwatch",
        "reportwatch.backing_up",
        "copy_file",
        "after",
        2,
    ),
}
SHORT = (signal.SIGTERM, "in a worker")
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
MARKED = [
    pytest.param(name, number, id=f"{number.name} {name}",
                 marks=() if (number, name) == SHORT else pytest.mark.campaign)
    for name in POINTS for number in SIGNALS
]  # fmt: skip
LINES = {
    signal.SIGTERM: "stopped by SIGTERM",
    signal.SIGHUP: "stopped by SIGHUP",
    signal.SIGINT: "interrupted",
}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with made_scene(tmp_path_factory.mktemp("signals")) as scene:
        yield scene


@pytest.fixture(scope="module")
def calm(scene: Scene) -> Calm:
    """What a run that nobody disturbs makes of a stage, by its name."""

    @cache
    def of(stage: str) -> dict[str, Rows]:
        state = scene.copy(stage, f"calm-{stage}")
        scene.do(state, "run")
        scene.do(state, "notify", now=AFTER)
        return picture(state)

    return of


@pytest.mark.parametrize(("name", "number"), MARKED)
def test_a_signal_ends_all_with_one_line_and_loses_nothing(
    scene: Scene, calm: Calm, name: str, number: signal.Signals
) -> None:
    stage, command, program, module, function, when, call = POINTS[name]
    words = (command, "{}/copies") if command == "backup" else (command,)
    state = scene.copy(stage, f"{number.name} {name}".replace(" ", "-"))
    at = At(program, module, function, when, call, number)
    child = scene.begin(state, words, at)
    _, said = child.communicate(timeout=200)
    assert (state.parent / "died").exists(), said
    assert child.returncode == (130 if number is signal.SIGINT else -number), said
    told = [line for line in said.splitlines() if line.startswith("reportwatch: ")]
    assert len(told) == 1, said
    assert LINES[number] in told[0]
    assert "run again to go on" in told[0]
    assert "Traceback" not in said
    assert left_alive(child.pid) == []
    picture(state)
    for following in (words, ("run",), ("run",)):
        scene.do(state, *following)
    if stage != "told":
        scene.do(state, "notify", now=AFTER)
        assert difference(calm(stage), picture(state)) == {}


def status_of(process: int, name: str) -> str:
    """One line of what Linux says of a process; "" when it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith(f"{name}:"):
                return line.partition(":")[2].strip()
    return ""


def caught(process: int, number: signal.Signals) -> bool:
    """Whether the process has a handler of its own for that signal now."""
    return bool(int(status_of(process, "SigCgt") or "0", 16) >> (number - 1) & 1)


def wait_for(child: subprocess.Popen[str], happened: Callable[[], bool]) -> None:
    """Until it has happened, while the child lives."""
    for _ in range(600):
        if happened():
            return
        with suppress(subprocess.TimeoutExpired):
            child.wait(0.1)
    raise AssertionError(child.communicate(timeout=1))


def test_a_second_sigterm_ends_at_once_what_the_first_one_waits_for(scene: Scene, calm: Calm) -> None:
    """A reader that hangs holds up the end of its command; nobody need wait for it, and nothing of it stays."""
    state = scene.copy("crawled", "second")
    hang = At("forkserver", "reportwatch.reading", "read_one", "before", 1, signal.SIGSTOP, group=False)
    child = scene.begin(state, ("parse",), hang)
    wait_for(child, (state.parent / "died").exists)
    child.terminate()
    wait_for(child, lambda: not caught(child.pid, signal.SIGTERM))
    child.terminate()
    assert child.wait(20) == -signal.SIGTERM
    os.killpg(child.pid, signal.SIGCONT)
    child.communicate(timeout=60)
    assert left_alive(child.pid) == []
    scene.do(state, "run")
    scene.do(state, "notify", now=AFTER)
    assert difference(calm("crawled"), picture(state)) == {}


@pytest.mark.campaign
def test_cron_fires_twice_and_one_run_does_the_work(scene: Scene) -> None:
    state = scene.copy("before", "twice")
    scene.arrived()
    several = [scene.begin(state, ("run", "--quiet")) for _ in range(3)]
    ends = {child: child.communicate(timeout=200)[1] for child in several}
    assert sorted(child.returncode for child in several) == [0, 75, 75], ends
    for child, said in ends.items():
        if child.returncode == 75:
            assert said.startswith("reportwatch: another run is at work")
            assert said.count("\n") == 1
    assert difference(picture(scene.stages["told"]), picture(state)) == {}
    came = scene.arrived()
    assert all(set(counts.values()) == {1} for counts in came.values()), came


@pytest.mark.campaign
def test_cron_fires_late_and_what_it_missed_is_told_once(scene: Scene) -> None:
    """The state after a month without runs is that of daily ones; a second late run has nothing to tell."""
    late, regular = scene.copy("before", "late"), scene.copy("before", "regular")
    scene.do(regular, "run")
    scene.arrived()
    scene.world.portal.turn_to(LATE)
    try:
        scene.do(late, "run", now=LATE)
        once = scene.arrived()
        scene.do(late, "run", now=LATE)
        again = scene.arrived()
        scene.do(regular, "run", now=LATE)
    finally:
        scene.world.portal.turn_to(NOW)
    assert all(set(counts.values()) == {1} for counts in once.values()), once
    assert not any(again.values()), again
    assert statuses(late) == statuses(regular)


def statuses(state: Path) -> list[tuple[str, int, str]]:
    with closing(sqlite3.connect(state / "reports.db")) as db:
        return db.execute(
            "SELECT publisher, year, status FROM report_status ORDER BY publisher, year"
        ).fetchall()


@pytest.mark.campaign
def test_a_run_and_senders_and_a_backup_and_a_check_at_once_do_no_harm(scene: Scene) -> None:
    state = scene.copy("before", "at-once")
    scene.arrived()
    others = (("notify",), ("backup", "{}/copies"), ("notify",), ("check",))
    run, *rest = [scene.begin(state, words) for words in (("run",), *others)]
    for child in (run, *rest):
        said = child.communicate(timeout=200)
        assert child.returncode in (0, 75), said
    assert run.returncode == 0
    for words in (("backup", "{}/copies"), ("backup", "{}/copies", "--drill"), ("run",)):
        scene.do(state, *words)
    differences = difference(picture(scene.stages["told"]), picture(state))
    assert differences.keys() <= {"backups"}, differences
    came = scene.arrived()
    assert all(set(counts.values()) == {1} for counts in came.values()), came
