"""The crawl does not stand still: where one page holds the event loop for minutes, its visit is ended, and named.

No page is known that does so; one that nobody foresaw would cost all other sources their visits.
"""

from __future__ import annotations

import faulthandler
import signal
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, NoReturn

from twisted.internet.task import LoopingCall

if TYPE_CHECKING:
    from types import FrameType

    from scrapy.crawler import CrawlerProcess
    from scrapy.settings import Settings

TURNS = 4  # how often the loop says that it turns, in the time that it may stand still
looking_at: ContextVar[str] = ContextVar("looking_at")  # the source whose visit this is: each has its own


class StalledError(Exception):
    """Raised in the visit that holds the event loop: a fault of the program, which ends this visit alone."""


class Watchdog:
    """Ends what holds the event loop for longer than `seconds`; what cannot be ended so, ends the whole crawl."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._turning = LoopingCall(self._turned)

    def start(self) -> None:
        """From now on; the event loop must be running."""
        signal.signal(signal.SIGALRM, self._stalled)
        self._turning.start(self._seconds / TURNS)

    def stop(self) -> None:
        """No longer."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()

    def _turned(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, self._seconds, self._seconds)
        # A library in C hears no signal. This ends the process with code 1, and its log shows where it stood.
        faulthandler.dump_traceback_later(2 * self._seconds, exit=True, file=sys.stderr)

    def _stalled(self, _signal: int, _frame: FrameType | None) -> NoReturn:
        whose = looking_at.get("no source")
        raise StalledError(
            f"{whose}: a page of it held the crawl up for {self._seconds:g} s (REPORTWATCH_STALL)"
        )


def start(process: CrawlerProcess, settings: Settings) -> None:
    """Runs the crawls of a process to their end, with a watchdog beside them."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it would install a default reactor

    watchdog = Watchdog(settings.getfloat("STALL"))
    reactor.callWhenRunning(watchdog.start)
    process.start()
    watchdog.stop()
