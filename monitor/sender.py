"""Apprise, made honest: a message counts as sent only where the other side said so.

Measured with Apprise 2.2: six Chinese channels answer HTTP 200 with an error code in the body and Apprise calls that
success; of mail it tells "connection error" for whatever the server said. So every answer is looked at here, and the
error text is our own: addresses hold secrets, and Apprise's words may quote them. A redirect is a failure, not a message.
"""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import requests
from apprise import Apprise, AppriseAsset, AppriseAttachment, AppriseResultStatus, NotifyFormat, NotifyType
from apprise.attachment.memory import AttachMemory
from urllib3.connection import HTTPConnection

from monitor.answers import PERHAPS, Sent, of_broken_http, of_http, of_smtp, refused_in_part
from monitor.mail_text import Mark, More, ours
from monitor.providers import provider
from monitor.services import discreet, redact, understands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from monitor.attached import File
    from monitor.providers import Provider

__all__ = ["Mark", "More", "Sent", "redact", "send", "understands"]
SEND_SECONDS = 60  # for the whole message; the lease of a delivery is much longer
ANSWER_SECONDS = 30  # for the answer to arrive, however slowly it drips
ANSWER_BYTES = 16_384  # of an answer; no service says more
NOTHING_MORE = More()
READY = 220  # SMTP: the server's first word
CONVERSATION = ("connect", "starttls", "login", "sendmail", "data")


@dataclass(slots=True)
class _Watch:
    """What the answers of one sending said; the first trouble is kept."""

    provider: Provider
    now: str
    more: More
    trouble: Sent | None = None
    unverified: bool = False
    handed_over: bool = False
    reference: str | None = None
    note: str | None = None

    def keep(self, sent: Sent) -> None:
        self.trouble = self.trouble or sent


class RefusedError(requests.RequestException):
    """Raised inside Apprise where an answer with status 200 says in its body that nothing was delivered."""


def send(address: str, title: str, body: str, *, as_html: bool, now: str, more: More = NOTHING_MORE) -> Sent:
    """Sends one message to one address through an Apprise object of its own. Never raises for the channel's faults."""
    watch = _Watch(provider(urlsplit(address).scheme.lower()), now, more)
    with discreet(address), _watching(watch):
        carrier = Apprise(asset=_asset())
        if not carrier.add(address):
            return Sent("the address is not one that Apprise understands", permanent=True)
        result = carrier.notify(
            body=body,
            title=title,
            notify_type=NotifyType.INFO,
            body_format=NotifyFormat.HTML if as_html else NotifyFormat.TEXT,
            attach=_attached(more.table),
        )
    return _outcome(result, watch, address)


def _attached(table: File | None) -> AppriseAttachment | None:
    if table is None:
        return None
    content = AttachMemory(table.body, name=table.name, mimetype=table.media_type)  # type: ignore[no-untyped-call]  # Apprise types no attachment
    return AppriseAttachment(content)


def _asset() -> AppriseAsset:
    asset = AppriseAsset(
        app_id="reportwatch", app_desc="reportwatch", async_mode=False, service_timeout=SEND_SECONDS
    )
    asset.http_redirects = False
    return asset


def _outcome(result: Any, watch: _Watch, address: str) -> Sent:  # noqa: ANN401 - Apprise's result type is not exported typed
    if watch.trouble:
        return watch.trouble
    if result.status == AppriseResultStatus.SUCCESS:
        reference = redact(watch.reference, address) if watch.reference else None
        return Sent(unverified=watch.unverified, reference=reference, note=watch.note)
    if result.status == AppriseResultStatus.TIMEOUT:
        return Sent(f"no answer within {SEND_SECONDS} seconds; {PERHAPS}", ambiguous=True)
    if result.status == AppriseResultStatus.NOMATCH:
        return Sent("Apprise had nobody to tell", permanent=True)
    said = [
        entry.message for service in result for entry in service.logs() if entry.level in ("WARNING", "ERROR")
    ]
    return Sent(redact("; ".join(dict.fromkeys(said)) or "Apprise reports a failure and no reason", address))


_lock = threading.Lock()
# Apprise sends in a thread with a copy of our context. One that it gave up on may go on for long: what it hears is its
# own sending's, never that of whoever sends by then.
_watch: ContextVar[_Watch | None] = ContextVar("watch", default=None)


@contextmanager
def _watching(watch: _Watch) -> Iterator[None]:
    """Looks at each answer on its way to Apprise. One sending at a time: the hooks are the libraries' own methods."""
    with _lock, ExitStack() as hooks:
        _hook(hooks, requests.Session, "send", _seen)
        _hook(hooks, HTTPConnection, "getresponse", _timed)
        for step in CONVERSATION:
            _hook(hooks, smtplib.SMTP, step, partial(_heard, step))
        token = _watch.set(watch)
        hooks.callback(_watch.reset, token)
        yield


def _hook(hooks: ExitStack, owner: type, name: str, make: Callable[[Any], Any]) -> None:
    original = getattr(owner, name)
    setattr(owner, name, make(original))
    hooks.callback(setattr, owner, name, original)


def _seen(original: Any) -> Any:  # noqa: ANN401 - the library's own method
    """requests.Session.send, whose answer is read to its end, within limits, and judged."""

    def sending(
        session: requests.Session,
        request: requests.PreparedRequest,
        **how: Any,  # noqa: ANN401 - passed on
    ) -> requests.Response:
        watch = _watch.get()
        if watch is None:  # not a message: somebody else's request in another thread
            return cast("requests.Response", original(session, request, **how))
        try:
            response: requests.Response = original(session, request, **{**how, "stream": True})
            body = _read(response)
        except requests.RequestException as error:
            watch.keep(of_broken_http(error))
            raise
        sent = of_http(watch.provider, response.status_code, response.headers, body, watch.now)
        watch.unverified, watch.reference = watch.unverified or sent.unverified, sent.reference
        if sent.error:
            watch.keep(sent)
            if response.ok:
                raise RefusedError(sent.error)
        return response

    return sending


def _timed(original: Any) -> Any:  # noqa: ANN401 - the library's own method
    """urllib3's HTTPConnection.getresponse, which reads status and headers, within limits."""

    def waiting(connection: HTTPConnection, *words: Any, **more: Any) -> Any:  # noqa: ANN401 - passed on
        with _deadline(connection):
            return original(connection, *words, **more)

    return waiting


@contextmanager
def _deadline(connection: Any) -> Iterator[None]:  # noqa: ANN401 - whatever has a socket
    """Hangs up when the time is over: a socket's own time-out begins anew with each byte that drips in."""
    timer = threading.Timer(ANSWER_SECONDS, _hang_up, (connection,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(connection: Any) -> None:  # noqa: ANN401 - whatever has a socket
    held = getattr(connection, "sock", None)
    if held is not None:
        with suppress(OSError):
            socket.socket.shutdown(held, socket.SHUT_RDWR)  # below TLS, which another thread is reading


def _read(response: requests.Response) -> bytes:
    """The body, as far as it may go; a slow drip ends as a time-out."""
    ends, body = time.monotonic() + ANSWER_SECONDS, bytearray()
    with response:
        for chunk in response.iter_content(1):
            body += chunk
            if time.monotonic() > ends:
                raise requests.ReadTimeout(TimeoutError("the answer drips"))
            if len(body) >= ANSWER_BYTES:
                break
    response._content, response._content_consumed = bytes(body), True  # what Apprise looks at afterwards
    return bytes(body)


def _heard(step: str, original: Any) -> Any:  # noqa: ANN401 - the library's own method
    """One step of a conversation with a mail server; what goes wrong is kept with its code, which Apprise drops."""

    def speaking(smtp: smtplib.SMTP, *words: Any, **more: Any) -> Any:  # noqa: ANN401 - passed on
        watch = _watch.get()
        if watch is None:
            return original(smtp, *words, **more)
        if step == "sendmail":
            words = (*words[:2], ours(str(words[2]), watch.more), *words[3:])
        watch.handed_over = watch.handed_over or step == "data"
        try:
            with _deadline(smtp):
                result = original(smtp, *words, **more)
        except (OSError, smtplib.SMTPException) as error:
            watch.keep(of_smtp(error, handed_over=watch.handed_over))
            raise
        return _understood(step, result, words, watch)

    return speaking


def _understood(step: str, result: Any, words: tuple[Any, ...], watch: _Watch) -> Any:  # noqa: ANN401 - passed on
    if step == "connect" and result[0] != READY:
        watch.keep(of_smtp(smtplib.SMTPConnectError(*result), handed_over=False))
    if step == "data":
        watch.reference = result[1].decode(errors="replace")
    if (
        step == "sendmail" and result
    ):  # accepted, but not for everybody in copy: repeating would tell the others twice
        watch.note = refused_in_part(result, len(words[1]))
        return {}
    return result
