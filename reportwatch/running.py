"""`run`: the four steps in order under one lock, with a report of the run that outlives it."""

from __future__ import annotations

import json
import os
import socket
from typing import TYPE_CHECKING

from reportwatch import exits, steps
from reportwatch.locking import only_run
from reportwatch.steps import Step
from store.paths import StatePaths
from store.runs import close_interrupted, finish_run, start_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reportwatch.options import Options

HARD = (exits.CANNOT_WRITE, exits.CANNOT_CREATE, exits.CONFIG, exits.BUSY, exits.UNEXPECTED, exits.UNREACHABLE, exits.BLIND, exits.DATA)  # fmt: skip
OUTCOMES = {
    exits.OK: "done",
    exits.BLIND: "done, some sources blind",
    exits.DATA: "done, some documents unreadable",
}


def run(options: Options, words: Sequence[str]) -> tuple[int, list[Step]]:
    """All steps; a step that fails does not lose the others. Returns the exit code and what each step did."""
    with only_run(options.state):
        steps.refuse_wrong_clock(options)
        number = _begin(options)
        done = [attempt("crawl", lambda: steps.crawl(options, words, number))]
        done += [attempt(name, step) for name, step in _after_crawl(options)]
        code = worst(step.code for step in done)
        _end(options, number, code, done)
    return code, done


def worst(codes: Iterable[int]) -> int:
    """The code that says most about a run: what must be put right first."""
    found = set(codes) - {exits.OK}
    return next((code for code in HARD if code in found), min(found, default=exits.OK))


def attempt(name: str, step: Callable[[], Step]) -> Step:
    """A step, or what stopped it as a step of its own: the others go on."""
    try:
        return step()
    except Exception as error:  # noqa: BLE001 - whatever a step raises, the others are still worth doing
        trouble = exits.trouble_of(error)
        return Step(name, trouble.code, (f"{name} failed: {trouble}",), {"error": str(trouble)})


def _after_crawl(options: Options) -> tuple[tuple[str, Callable[[], Step]], ...]:
    return (
        ("parse", lambda: steps.parse(options)),
        ("check", lambda: steps.check(options)),
        ("notify", lambda: steps.notify(options)),
    )


def _begin(options: Options) -> int:
    with steps.database_of(options) as database:
        close_interrupted(database, options.now())
        return start_run(database, "run", options.now(), pid=os.getpid(), host=socket.gethostname())


def _end(options: Options, number: int, code: int, done: Sequence[Step]) -> None:
    """The run's row, and the same as a file for people and programs that do not open the database."""
    ended = options.now()
    summary = {step.name: dict(step.facts) for step in done}
    with steps.database_of(options) as database:
        finish_run(database, number, OUTCOMES.get(code, "failed"), code, summary, ended)
    report = {
        "run": number, "ended_at": ended, "exit_code": code, "outcome": OUTCOMES.get(code, "failed"),
        "lines": [line for step in done for line in step.lines], "steps": summary,
    }  # fmt: skip
    folder = StatePaths(options.state).runs
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{number}.json.tmp"
    unfinished.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.replace(folder / f"{number}.json")
