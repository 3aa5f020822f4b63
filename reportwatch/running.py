"""`run`: the four steps in order under one lock, with a report of the run that outlives it."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reportwatch import exits, failing, run_report, steps
from reportwatch.heartbeat import beating
from reportwatch.locking import only_run, only_sender
from reportwatch.steps import Step
from store.paths import StatePaths
from store.runs import close_interrupted, finish_run, start_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from reportwatch.options import Options

HARD = (
    exits.CANNOT_WRITE, exits.CANNOT_CREATE, exits.CONFIG, exits.BUSY, exits.UNEXPECTED, exits.UNREACHABLE, exits.FOUND, exits.DATA, exits.BLIND,
)  # fmt: skip
WAIT_FOR_SENDER = 10.0  # minutes: another `notify` may be at work beside the crawl
OUTCOMES = {
    exits.OK: "done",
    exits.FOUND: "done, something was found",
    exits.BLIND: "done, some sources blind",
    exits.DATA: "done, some documents unreadable",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run is for: the words of its scope, the severity that makes it end with 11, minutes to wait for the lock."""

    words: tuple[str, ...] = ()
    fail_on: failing.Severity | None = None
    wait: float = 0


def run(options: Options, wish: Wish) -> tuple[int, list[Step], str]:
    """All steps; a step that fails does not lose the others. Returns the exit code, what each step did, and one line."""
    with only_run(options.state, wish.wait), beating() as beat:
        steps.refuse_wrong_clock(options)
        started = options.now()
        number = _begin(options, started)
        done = [attempt("crawl", lambda: steps.crawl(options, wish.words, number))]
        done += [attempt(name, step) for name, step in _after_crawl(options, wish)]
        code = worst(step.code for step in done)
        line = _end(options, number, started, code, done, narrowed=bool(wish.words))
        beat.ended(code, [line, *(said for step in done for said in step.lines)])
    return code, done, line


def backfill(options: Options, words: Sequence[str], years: frozenset[int]) -> Step:
    """A crawl of its own kind: what it brings is recorded by the next check and told to nobody. Under the lock."""
    wish = {"years": sorted(years)}
    number = _begin(options, options.now(), "backfill", wish)
    step = attempt("crawl", lambda: steps.crawl(options, words, number, years))
    with steps.database_of(options) as database:
        finish_run(
            database,
            number,
            OUTCOMES.get(step.code, "failed"),
            step.code,
            {**wish, "crawl": dict(step.facts)},
            options.now(),
        )
    return step


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


def _after_crawl(options: Options, wish: Wish) -> tuple[tuple[str, Callable[[], Step]], ...]:
    return (
        ("parse", lambda: steps.parse(options)),
        ("check", lambda: checked(options, wish.fail_on)),
        ("notify", lambda: told(options, WAIT_FOR_SENDER)),
    )


def checked(options: Options, fail_on: failing.Severity | None, *, confirm_storm: bool = False) -> Step:
    """`check`, which ends with 11 if anything is open that is at least so severe."""
    step = steps.check(options, confirm_storm=confirm_storm)
    if fail_on is None or step.code:
        return step
    with steps.database_of(options) as database:
        says = failing.found(database, fail_on)
    return replace(step, code=exits.FOUND, lines=(*step.lines, says)) if says else step


def told(options: Options, wait: float = 0) -> Step:
    """`notify`, by one sender at a time."""
    with only_sender(options.state, wait):
        return steps.notify(options)


def _begin(
    options: Options, started: str, command: str = "run", wish: Mapping[str, object] | None = None
) -> int:
    with steps.database_of(options) as database:
        close_interrupted(database, started)
        return start_run(database, command, started, pid=os.getpid(), host=socket.gethostname(), wish=wish)


def _end(
    options: Options, number: int, started: str, code: int, done: Sequence[Step], *, narrowed: bool
) -> str:
    """The run's row, and the same as a file for people and programs that do not open the database. Returns one line."""
    ended, outcome = options.now(), OUTCOMES.get(code, "failed")
    summary: dict[str, object] = {step.name: dict(step.facts) for step in done}
    with steps.database_of(options) as database:
        facts = run_report.facts_of(database, options, number, started, done, narrowed=narrowed)
        finish_run(database, number, outcome, code, {**summary, "report": facts}, ended)
        line = run_report.line(run_report.report_of(database, number))
    report = {
        **facts, "ended_at": ended, "exit_code": code, "outcome": outcome,
        "lines": [line for step in done for line in step.lines], "steps": summary,
    }  # fmt: skip
    folder = StatePaths(options.state).runs
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{number}.json.tmp"
    unfinished.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.replace(folder / f"{number}.json")
    return line
