"""Told to stop, as `kill`, systemd or a closed terminal do it: a run ends as it does after Ctrl-C, with its children."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class StoppedError(KeyboardInterrupt):
    """Raised in the main thread when the process is told to stop. Whatever cleans up after Ctrl-C does so after this."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, SIGTERM and SIGHUP raise StoppedError; a second one ends the process at once. Ignored ones stay so (nohup)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    ours = [number for number in SIGNALS if before[number] is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])


def die(stopped: StoppedError) -> NoReturn:
    """Ends this process by the signal that it got, so that whoever sent it sees that it did what it was told."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    signal.signal(stopped.number, signal.SIG_DFL)
    os.kill(os.getpid(), stopped.number)
    raise stopped  # not reached, unless the signal is blocked


def _stop(number: int, _: FrameType | None) -> NoReturn:
    for one in SIGNALS:
        if signal.getsignal(one) is _stop:
            signal.signal(one, signal.SIG_DFL)
    raise StoppedError(number)
