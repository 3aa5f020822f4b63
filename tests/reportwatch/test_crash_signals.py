"""SIGTERM, SIGINT and SIGHUP at named points: one clear line, no process left, nothing lost."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.reportwatch.alike import difference, picture
from tests.reportwatch.crash_world import At, Scene, left_alive, made_scene

if TYPE_CHECKING:
    from collections.abc import Iterator

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
SHORT = ("while the crawler fetches", "in a worker", "in the midst of a check", "while a message is sent")
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
MARKED = [
    pytest.param(name, number, id=f"{number.name} {name}",
                 marks=() if name in SHORT and (number is signal.SIGTERM or name == "in a worker") else pytest.mark.campaign)
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


@pytest.mark.parametrize(("name", "number"), MARKED)
def test_a_signal_ends_all_with_one_line_and_loses_nothing(
    scene: Scene, name: str, number: signal.Signals
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
    if stage in ("before", "crawled", "parsed", "checked"):
        calm = scene.copy(stage, f"calm-{number.name} {name}".replace(" ", "-"))
        scene.do(calm, "run")
        scene.do(calm, "notify", now="2026-02-20T02:30:00Z")
        scene.do(state, "notify", now="2026-02-20T02:30:00Z")
        assert difference(picture(calm), picture(state)) == {}
