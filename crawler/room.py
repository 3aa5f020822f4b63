"""How many visits are at work at once, in the whole process. One that only waits is not at work.

A fifth of a real watchlist's hosts may be dead, hang or drip at any time, and each costs a minute or two. So a host
is knocked at first: its robots.txt is asked for with nothing else begun, and a dead host takes no place of a visit.
A visit that waits for long, for its turn or for an answer, gives its place to another and takes one again
before it asks for the next thing. Nobody who waits for a place holds anything that others wait for.
"""

from __future__ import annotations

import asyncio
import resource
from collections import defaultdict
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

KNOCKING = 4  # times as many hosts are knocked at as are visited: it costs a connection each, and no page
LONGEST_WAIT = 5.0  # seconds for which a visit that waits keeps its place: longer than the usual pause
WAITS = (
    12  # parts of the time that a request may take; the first of them is long enough, where that is shorter
)
FILES = 4  # of the files that the process may open, a quarter for those who knock and a quarter for visits


class Room:
    """The places of all visits. What it counts is named by slots: a host, or a platform with all its hosts."""

    def __init__(self, places: int, timeout: float) -> None:
        most = _open_files() // FILES
        self._places = asyncio.Semaphore(min(places, most))
        # Hosts that failed in the last run queue apart: they hold up each other, and nobody else
        self._doors = [asyncio.Semaphore(min(KNOCKING * places, most)) for _ in range(2)]
        self._wait = min(LONGEST_WAIT, timeout / WAITS)
        self._slots: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._at_work: dict[str, bool] = {}

    def alone(self, slot: str) -> asyncio.Lock:
        """Held by the family whose sources on a slot are visited: the next one begins when it is done."""
        return self._slots[slot]

    def door(self, *, failed: bool) -> asyncio.Semaphore:
        """Held while a host is knocked at. `failed`: it did not answer the last time."""
        return self._doors[failed]

    @asynccontextmanager
    async def place(self, slot: str) -> AsyncIterator[None]:
        """A place for the visit of a slot's source, waited for."""
        self._at_work[slot] = False
        try:
            await self.enter(slot)
            yield
        finally:
            self._step_aside(slot)
            del self._at_work[slot]

    async def enter(self, slot: str) -> None:
        """Wait for a place again, where a visit gave its own away. Others than visits need none."""
        if self._at_work.get(slot, True):
            return
        await self._places.acquire()
        if self._at_work.get(slot, True):  # a page in a browser asks for several things at once
            self._places.release()
        else:
            self._at_work[slot] = True

    @contextmanager
    def waiting(self, slot: str) -> Iterator[None]:
        """While the visit of a slot waits: after a few seconds its place is another's."""
        timer = asyncio.get_running_loop().call_later(self._wait, self._step_aside, slot)
        try:
            yield
        finally:
            timer.cancel()

    def _step_aside(self, slot: str) -> None:
        if self._at_work.get(slot):
            self._at_work[slot] = False
            self._places.release()


_rooms: list[Room] = []


def room_of(places: int, timeout: float) -> Room:
    """The one room of the process; who asks first says how large it is."""
    if not _rooms:
        _rooms.append(Room(places, timeout))
    return _rooms[0]


def _open_files() -> int:
    """How many files the process may open, after it has asked for as many as it may have: each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard
