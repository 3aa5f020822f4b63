"""Names become addresses here, and only public ones: the guard against being sent to our own network."""

from __future__ import annotations

import ipaddress
import logging
from typing import TYPE_CHECKING, Any

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import DNSLookupError

from crawler.addresses import allow_list, refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase

logger = logging.getLogger(__name__)

# Twisted reports every failed look-up as "no results": the handler finds here what really happened.
refusals: dict[str, str] = {}


class GuardedResolver(CachingThreadedResolver):
    """Refuses names and spellings of addresses that lead to anything but a public address.

    The address that was judged is the address that is connected to, so a second answer cannot differ. Hosts of
    the allow-list pass here; their port is held by the download handler.
    """

    allowed: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Scrapy's hook. Works only where the setting is project-wide: a spider's own is silently ignored."""
        resolver = super().from_crawler(crawler, reactor)
        endpoints = allow_list(crawler.settings.get("ALLOWED_ENDPOINTS", ""))
        resolver.allowed = frozenset(host for host, _ in endpoints)
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 - Twisted's
        """The IPv4 address of a name, or a failed look-up."""
        if name.lower() in self.allowed:
            return super().getHostByName(name, timeout)
        if _is_address(name) and (why := refusal(name)):
            return fail(self._refused(name, why))
        found: Deferred[Any] = super().getHostByName(name, timeout)
        return found.addCallback(self._judge, name)

    def _judge(self, address: str, name: str) -> str:
        if why := refusal(address):
            raise self._refused(name, why)
        return address

    def _refused(self, name: str, why: str) -> DNSLookupError:
        refusals[name.lower()] = f"{name}: {why}; add host:port to REPORTWATCH_ALLOW if that is meant"
        logger.warning("Address refused: %s", refusals[name.lower()])
        return DNSLookupError(refusals[name.lower()])


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
