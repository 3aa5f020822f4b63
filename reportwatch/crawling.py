"""Starts the crawler in a process of its own: Twisted's reactor runs once a process, and a crash there harms nothing here."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from crawler.looked import Looked, looked_of
from reportwatch import ROOT, clock
from reportwatch.exits import CONFIG, UNEXPECTED, CommandError
from reportwatch.surroundings import mistakes_in
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from crawler.looked import Ask
    from reportwatch.options import Options

_LAST_LINES = 3
_PR_SET_PDEATHSIG = 1
_PRCTL = getattr(
    ctypes.CDLL(None), "prctl", None
)  # looked up here: nothing may be loaded between fork and exec


def crawl(
    options: Options, sources: Sequence[str] = (), run: int | None = None, *, years: Collection[int] = (),
    guarded: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Visits the sources (all of a known family, if none is named) and returns the crawler's own summary.

    `years`: fetch reports of these years only. `guarded` forgets the addresses that the environment allows. Raises CommandError if the crawler ended without a
    summary; what it logged is kept in the logs.
    """
    done, log = _run(options, "crawler", _environment(options, sources, run, years, guarded=guarded))
    summary = _last_line(done.stdout)
    if not isinstance(summary, dict):
        raise _broken_off(done.returncode, log)
    return {**summary, "log": str(log), "exit_code": done.returncode}


def look(options: Options, asks: Sequence[Ask]) -> tuple[Looked, ...]:
    """Looks at list pages that are not watched, in one crawl; the answers in the order of the asks. Raises CommandError."""
    given = json.dumps([asdict(ask) for ask in asks], ensure_ascii=False)
    done, log = _run(options, "crawler.look", _environment(options, (), None, guarded=False), given)
    answers = _last_line(done.stdout)
    if done.returncode or not isinstance(answers, list):
        raise _broken_off(done.returncode, log)
    seen = {looked.key: looked for looked in map(looked_of, answers)}
    why = f"the look did not end; its log is {log}"
    return tuple(
        seen.get(ask.key) or Looked(ask.key, ask.url, "blind", kind="interrupted", reason=why) for ask in asks
    )


def _run(
    options: Options, module: str, environment: dict[str, str], given: str = ""
) -> tuple[subprocess.CompletedProcess[bytes], Path]:
    if wrong := mistakes_in(environment):
        raise CommandError(CONFIG, "; ".join(wrong))
    logs = StatePaths(options.state).logs
    logs.mkdir(parents=True, exist_ok=True)
    name = module.rpartition(".")[2].removesuffix("er")
    log = logs / f"{name}-{clock.now().replace(':', '')}-{os.getpid()}.log"
    with log.open("wb") as errors:
        done = subprocess.run(  # noqa: S603 - a module of ours
            [sys.executable, "-m", module], cwd=ROOT, env=environment, input=given.encode(),
            stdout=subprocess.PIPE, stderr=errors, check=False, preexec_fn=_die_with_parent,
        )  # fmt: skip
    return done, log


def _broken_off(returned: int, log: Path) -> CommandError:
    return CommandError(
        _code(returned), f"the crawler ended with code {returned}: {_end_of(log)}; its log is {log}"
    )


def _die_with_parent() -> None:
    """One system call before exec, safe beside threads. The kernel ends the crawler when this process ends, however it ends; all that it wrote is whole."""
    if _PRCTL is not None:
        _PRCTL(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def _environment(
    options: Options, sources: Sequence[str], run: int | None, years: Collection[int] = (), *, guarded: bool
) -> dict[str, str]:
    environment = dict(os.environ)
    if guarded:
        environment.pop("REPORTWATCH_ALLOW", None)
    environment["REPORTWATCH_STATE"] = str(options.state.resolve())
    environment["REPORTWATCH_WATCHLIST"] = str(options.watchlist.resolve())
    environment["REPORTWATCH_SOURCES"] = ",".join(sources)
    environment["REPORTWATCH_YEARS"] = ",".join(map(str, sorted(years)))
    environment.pop("REPORTWATCH_NOW", None)
    if options.fixed_now is not None:
        environment["REPORTWATCH_NOW"] = options.fixed_now
    if run is not None:
        environment["REPORTWATCH_RUN"] = str(run)
    return environment


def _last_line(printed: bytes) -> object:
    lines = printed.decode("utf-8", "replace").strip().split("\n")
    try:
        return json.loads(lines[-1])
    except ValueError:
        return None


def _code(returned: int) -> int:
    return returned if returned > 0 else UNEXPECTED


def _end_of(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return " / ".join(lines[-_LAST_LINES:]) or "it said nothing"
