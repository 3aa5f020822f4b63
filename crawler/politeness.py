"""One request at a time to each host, with a pause: for the whole process, whatever family asks.

Scrapy's own slots belong to one spider, and two families may watch the same host; and a slot forgets its delay
after a minute of silence. So the pause is kept here, at the one door that every request goes through.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.addresses import endpoint, host_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from store.model import Source

PATIENT_TIMEOUTS = 2
LONGEST_DELAY = 120.0  # seconds between two requests: with more, a visit of some pages would take hours
JITTER = 0.5  # a pause is 1 to 1.5 times the interval: never shorter than promised, never a drumbeat


@dataclass(slots=True)
class _Host:
    interval: float = 0.0
    free_at: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Gate:
    """Lets one request through to each host, no sooner than its interval after the end of the last.

    The hosts of a shared platform (one machine room that serves a whole city) count as one host.
    """

    def __init__(self) -> None:
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._platforms: dict[str, str] = {}

    def join(self, sources: Iterable[Source]) -> None:
        """Learn which hosts share a platform. The host of a source that names none is in the platform all the same."""
        for source in sources:
            if source.platform:
                for host in (endpoint(source.url)[0], *source.hosts):
                    self._platforms.setdefault(host.lower(), source.platform)

    def platform(self, host: str) -> str | None:
        """The platform that a host belongs to, if any."""
        return self._platforms.get(host)

    def slot(self, host: str) -> str:
        """What a host is asked one thing at a time with: itself, or its platform."""
        platform = self._platforms.get(host)
        return f"platform {platform}" if platform else host

    def _of(self, host: str) -> _Host:
        return self._hosts[self.slot(host)]

    def pace(self, host: str, seconds: float) -> None:
        """Ask for at least `seconds` between requests to a host: the slowest wish is kept."""
        state = self._of(host)
        state.interval = max(state.interval, seconds)

    def pace_source(self, source: Source) -> None:
        """Keep the pause that a source asks for on all of its hosts."""
        for host in (urlsplit(source.url).hostname or "", *source.hosts):
            self.pace(host.lower(), source.min_interval)

    def interval(self, host: str) -> float:
        """The pause in seconds that is kept for a host."""
        return self._of(host).interval

    def hold(self, host: str, seconds: float) -> None:
        """Let nothing through to a host for `seconds` from now."""
        state = self._of(host)
        state.free_at = max(state.free_at, monotonic() + seconds)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for one's turn at a host, and keep it until the block ends."""
        state = self._of(host)
        async with state.lock:
            while (wait := state.free_at - monotonic()) > 0:
                await asyncio.sleep(wait)
            try:
                yield
            finally:
                pause = state.interval * (1 + JITTER * random.random())  # noqa: S311 - not a secret
                self.hold(host, pause)


gate = Gate()  # one for the process: that is its whole point


class Silences:
    """Which hosts gave no answer in time, again and again, in this run.

    Only robots.txt and list pages count: a large file may take too long on a host that is well.
    """

    def __init__(self) -> None:
        self._answered: set[str] = set()
        self._in_vain: defaultdict[str, list[str]] = defaultdict(list)

    def answered(self, url: str) -> None:
        """A host is there."""
        self._answered.add(host_key(url))
        self._in_vain.pop(host_key(url), None)

    def timed_out(self, url: str) -> None:
        """One more request in vain."""
        self._in_vain[host_key(url)].append(url)

    def silent(self, url: str) -> bool:
        """Whether a host is left alone for the rest of the run: it never answered, and two requests timed out.

        Of one that did answer, two addresses must have timed out with nothing between them.
        """
        host = host_key(url)
        in_vain = self._in_vain.get(host, [])
        several = len(in_vain) if host not in self._answered else len(set(in_vain))
        return several >= PATIENT_TIMEOUTS


silences = Silences()


def breaker_key(url: str) -> str:
    """What failures are remembered under: the platform of the host, or the host itself."""
    platform = gate.platform(endpoint(url)[0])
    return f"platform {platform}" if platform else host_key(url)


def slot_of(source: Source) -> str:
    """The slot of a source's own address."""
    return gate.slot(endpoint(source.url)[0])


def crawl_delay(asked: float | None) -> float | None:
    """The pause in seconds that a robots.txt asks for; None where it is longer than we wait."""
    pause = asked if asked is not None and asked > 0 else 0.0
    return pause if pause <= LONGEST_DELAY else None


def retry_after(header: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (a number, or an HTTP date); None where it says nothing."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (aware - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
