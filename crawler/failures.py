"""What went wrong on the way to a page, as one of the named kinds of blindness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from OpenSSL.SSL import Error as TLSError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from service_identity.exceptions import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed

from crawler.addresses import AddressRefusedError, OutOfBoundsError
from crawler.blindness import Blindness

if TYPE_CHECKING:
    from store.model import BlindKind

TLS = (TLSError, VerificationError)


class UnseenError(Exception):
    """Raised by a visit that cannot go on, with the blindness that it ends in."""

    def __init__(self, kind: BlindKind, reason: str) -> None:
        super().__init__(reason)
        self.blindness = Blindness(kind, reason)


class ProxyError(UnseenError):
    """Raised where the proxy is to blame, and not the host behind it. Its text never holds the proxy's password."""

    def __init__(self, reason: str, kind: BlindKind = "connection") -> None:
        super().__init__(kind, reason)


class ProxyTimeoutError(ProxyError):
    """Raised where no answer came in time through a proxy: nobody can say which of the two hangs."""

    def __init__(self, proxy: str) -> None:
        super().__init__(f"no whole answer in time through the proxy {proxy}", "timeout")


class OldTLSError(UnseenError):
    """Raised where not even the weakest TLS makes a connection."""

    def __init__(self, reason: str) -> None:
        super().__init__("tls", f"no TLS connection, although old_tls allows every version: {reason}")


class RobotsError(IgnoreRequest):
    """Raised for a request that robots.txt forbids, or whose robots.txt cannot be read."""

    def __init__(self, blindness: Blindness) -> None:
        super().__init__(blindness.reason)
        self.blindness = blindness


class HostLeftAloneError(IgnoreRequest):
    """Raised for a request to a host that failed so often that it is left alone for a while."""

    def __init__(self, blindness: Blindness) -> None:
        super().__init__(blindness.reason)
        self.blindness = blindness


KINDS: tuple[tuple[type[Exception], BlindKind, str], ...] = (
    (AddressRefusedError, "dns", "address refused"),
    (OutOfBoundsError, "redirected_away", "leaves the hosts of the source"),
    (CannotResolveHostError, "dns", "the name has no address"),
    (DownloadTimeoutError, "timeout", "no whole answer in time"),
    (DownloadConnectionRefusedError, "connection", "the connection was refused"),
    (ResponseDataLossError, "truncated", "the connection ended before the page did"),
    (DownloadCancelledError, "truncated", "larger than we read, so not read to its end"),
    (ConnectError, "connection", "no connection"),
    (ConnectionClosed, "connection", "the connection was cut"),
    (IgnoreRequest, "redirected_away", "redirected in a circle"),
    (OSError, "truncated", "the compressed answer is broken"),
)
FETCHING: tuple[type[Exception], ...] = (UnseenError, *(kind for kind, _, _ in KINDS), DownloadFailedError)


def blindness_of(error: Exception) -> Blindness:
    """The blindness that an error of the download means. `error` is one of FETCHING."""
    if isinstance(error, UnseenError | RobotsError | HostLeftAloneError):
        return error.blindness
    if isinstance(error, DownloadFailedError):
        return _inside(error)
    if isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in str(error):  # found while it was unpacked
        return Blindness("truncated", "larger than we read when unpacked, so not read to its end")
    for kind, name, words in KINDS:
        if isinstance(error, kind):
            return Blindness(name, f"{words}: {_short(error)}")
    raise error


def _inside(error: DownloadFailedError) -> Blindness:
    """Twisted wraps what really happened in a list of reasons."""
    reasons = [failure.value for failure in getattr(error.__cause__, "reasons", ())]
    if any(isinstance(reason, TLS) for reason in reasons):
        advice = "; where the server knows old versions only, options = { old_tls = true } may reach it"
        return Blindness("tls", f"no TLS connection: {_short(reasons[0])}{advice}")
    return Blindness("connection", f"the connection was cut: {_short(*reasons[:1] or [error])}")


def _short(error: BaseException) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:300]
