"""Starts the crawler in a process of its own: Twisted's reactor runs once a process, and a crash there harms nothing here."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from reportwatch import ROOT, clock
from reportwatch.exits import UNEXPECTED, CommandError
from store.paths import StatePaths

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reportwatch.options import Options

_LAST_LINES = 3
_PR_SET_PDEATHSIG = 1
_PRCTL = getattr(
    ctypes.CDLL(None), "prctl", None
)  # looked up here: nothing may be loaded between fork and exec


def crawl(
    options: Options, sources: Sequence[str] = (), run: int | None = None, *, guarded: bool = False
) -> dict[str, Any]:
    """Visits the sources (all of a known family, if none is named) and returns the crawler's own summary.

    `guarded` forgets the addresses that the environment allows. Raises CommandError if the crawler ended without a
    summary; what it logged is kept in the logs.
    """
    logs = StatePaths(options.state).logs
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"crawl-{clock.now().replace(':', '')}-{os.getpid()}.log"
    with log.open("wb") as errors:
        done = subprocess.run(
            [sys.executable, "-m", "crawler"], cwd=ROOT, env=_environment(options, sources, run, guarded=guarded),
            stdout=subprocess.PIPE, stderr=errors, check=False, preexec_fn=_die_with_parent,
        )  # fmt: skip
    summary = _summary(done.stdout.decode("utf-8", "replace"))
    if summary is None:
        raise CommandError(
            _code(done.returncode),
            f"the crawler ended with code {done.returncode}: {_end_of(log)}; its log is {log}",
        )
    return {**summary, "log": str(log), "exit_code": done.returncode}


def _die_with_parent() -> None:
    """One system call before exec, safe beside threads. The kernel ends the crawler when this process ends, however it ends; all that it wrote is whole."""
    if _PRCTL is not None:
        _PRCTL(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def _environment(
    options: Options, sources: Sequence[str], run: int | None, *, guarded: bool
) -> dict[str, str]:
    environment = dict(os.environ)
    if guarded:
        environment.pop("REPORTWATCH_ALLOW", None)
    environment["REPORTWATCH_STATE"] = str(options.state.resolve())
    environment["REPORTWATCH_WATCHLIST"] = str(options.watchlist.resolve())
    environment["REPORTWATCH_SOURCES"] = ",".join(sources)
    environment.pop("REPORTWATCH_NOW", None)
    if options.fixed_now is not None:
        environment["REPORTWATCH_NOW"] = options.fixed_now
    if run is not None:
        environment["REPORTWATCH_RUN"] = str(run)
    return environment


def _summary(printed: str) -> dict[str, Any] | None:
    lines = printed.strip().splitlines()
    try:
        summary = json.loads(lines[-1]) if lines else None
    except ValueError:
        return None
    return summary if isinstance(summary, dict) else None


def _code(returned: int) -> int:
    return returned if returned > 0 else UNEXPECTED


def _end_of(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return " / ".join(lines[-_LAST_LINES:]) or "it said nothing"
