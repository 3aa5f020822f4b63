"""Apprise, made honest: a message counts as sent only where the other side said so.

Measured with Apprise 2.2: six Chinese channels answer HTTP 200 with an error code in the body and Apprise calls that
success. So every HTTP answer is looked at here, its status and its body, and the error text is our own: addresses
hold secrets, and Apprise's words may quote them. A redirect is a failure, not a message.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import requests
from apprise import Apprise, AppriseAsset, AppriseResultStatus, NotifyFormat, NotifyType

from monitor.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

SEND_SECONDS = 60  # for the whole message; the lease of a delivery is much longer
NOISY_LOGGERS = ("apprise", "urllib3", "requests")  # below INFO they print addresses with their keys
PERMANENT_STATUS = frozenset({400, 401, 403, 404, 405, 410})
LIMITED_STATUS = 429

# Which field of the answer tells, and what it says when all is well. From the services' own documentation.
SUCCESS: dict[str, tuple[tuple[str, ...], frozenset[int]]] = {
    "dingtalk": (("errcode",), frozenset({0})),
    "wecombot": (("errcode",), frozenset({0})),
    "wechat": (("errcode",), frozenset({0})),
    "feishu": (("code", "StatusCode"), frozenset({0})),
    "lark": (("code", "StatusCode"), frozenset({0})),
    "schan": (("code", "errno"), frozenset({0})),
    "pushplus": (("code",), frozenset({200})),
    "wecom": (("code",), frozenset({200})),
    "wxpusher": (("code",), frozenset({1000})),
    "pushdeer": (("code",), frozenset({0})),
    "pushdeers": (("code",), frozenset({0})),
    "bark": (("code",), frozenset({200})),
    "barks": (("code",), frozenset({200})),
}
PERMANENT_CODES = frozenset(
    {93000, 40001, 40014, 310000, 19001, 19024, 19022, 300001}
)  # wrong key, robot gone, refused


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message. `error` is None if it was accepted; it never holds a secret.

    `permanent`: trying again soon cannot help. `retry_after` in seconds, where the other side named it.
    """

    error: str | None = None
    permanent: bool = False
    retry_after: float | None = None


@dataclass(slots=True)
class _Watch:
    """What the answers of one sending said; the first trouble is kept."""

    schema: str
    now: str
    trouble: Sent | None = None
    answers: list[int] = field(default_factory=list)

    def keep(self, sent: Sent) -> None:
        self.trouble = self.trouble or sent


class RefusedError(requests.RequestException):
    """Raised inside Apprise where an answer with status 200 says in its body that nothing was delivered."""


def understands(address: str) -> bool:
    """Whether Apprise can make a channel of this address. Nothing is sent."""
    with _discreet(address):
        return Apprise.instantiate(address, suppress_exceptions=True) is not None


@contextmanager
def _discreet(address: str) -> Iterator[None]:
    """Keeps the libraries that know the address from printing it: no debugging, whatever the root logger is set to,
    and no part of the address in what they say (Apprise prints one that it does not understand, as an error)."""

    def blacken(entry: logging.LogRecord) -> bool:
        entry.msg, entry.args, entry.exc_info = redact(entry.getMessage(), address), (), None
        return True

    known = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in NOISY_LOGGERS]
    loggers = [logging.getLogger(name) for name in {*NOISY_LOGGERS, *known}]
    for logger in loggers:
        if logger.getEffectiveLevel() < logging.INFO:
            logger.setLevel(logging.INFO)
        logger.addFilter(blacken)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(blacken)


def send(address: str, title: str, body: str, *, as_html: bool, now: str) -> Sent:
    """Sends one message to one address through an Apprise object of its own. Never raises for the channel's faults."""
    with _discreet(address), _watching(_Watch(urlsplit(address).scheme.lower(), now)) as watch:
        carrier = Apprise(asset=_asset())
        if not carrier.add(address):
            return Sent("the address is not one that Apprise understands", permanent=True)
        result = carrier.notify(
            body=body,
            title=title,
            notify_type=NotifyType.INFO,
            body_format=NotifyFormat.HTML if as_html else NotifyFormat.TEXT,
        )
    return _outcome(result, watch, address)


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
        return Sent()
    if result.status == AppriseResultStatus.TIMEOUT:
        return Sent(f"no answer within {SEND_SECONDS} seconds; it may have arrived all the same")
    if result.status == AppriseResultStatus.NOMATCH:
        return Sent("Apprise had nobody to tell", permanent=True)
    said = [
        entry.message for service in result for entry in service.logs() if entry.level in ("WARNING", "ERROR")
    ]
    return Sent(redact("; ".join(dict.fromkeys(said)) or "Apprise reports a failure and no reason", address))


_lock = threading.Lock()


@contextmanager
def _watching(watch: _Watch) -> Iterator[_Watch]:
    """Looks at each HTTP answer on its way to Apprise. One sending at a time: the hook is the library's own method."""
    original = requests.Session.send

    def seen(session: requests.Session, request: requests.PreparedRequest, **how: Any) -> requests.Response:  # noqa: ANN401 - passed on
        try:
            response = original(session, request, **how)
        except requests.RequestException as error:
            watch.keep(Sent(f"no connection: {type(error).__name__}"))
            raise
        _judge(response, watch)
        return response

    with _lock:
        requests.Session.send = seen  # type: ignore[assignment,method-assign]  # put back below
        try:
            yield watch
        finally:
            requests.Session.send = original  # type: ignore[method-assign]  # what stood there before


def _judge(response: requests.Response, watch: _Watch) -> None:
    """Keeps what a bad answer says; raises RefusedError for a good status with a bad body."""
    status = response.status_code
    watch.answers.append(status)
    if not 200 <= status < 300:  # noqa: PLR2004 - HTTP
        watch.keep(Sent(f"HTTP {status}", status in PERMANENT_STATUS, _retry_after(response, watch.now)))
        return
    refusal = refused(watch.schema, response.content or b"")
    if refusal:
        watch.keep(refusal)
        raise RefusedError(refusal.error)


def refused(schema: str, body: bytes) -> Sent | None:
    """What a reply with a good status says of failure, for services that hide it there; None if all is well."""
    if schema not in SUCCESS:
        return None
    fields, good = SUCCESS[schema]
    try:
        answer = json.loads(body)
    except ValueError:
        return Sent("HTTP 200, but the answer is no JSON: something else answers at this address")
    codes = [answer[name] for name in fields if name in answer] if isinstance(answer, dict) else []
    if not codes or any(str(code) in {str(number) for number in good} for code in codes[:1]):
        return None
    code = re.sub(r"[^0-9-]", "", str(codes[0])[:12])
    permanent = code.lstrip("-").isdigit() and int(code) in PERMANENT_CODES
    return Sent(f"HTTP 200, but the answer says {fields[0]} {code}", permanent)


def _retry_after(response: requests.Response, now: str) -> float | None:
    text = response.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(min(int(text), 86_400))
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return min(max(0.0, (at.astimezone(UTC) - moment(now)).total_seconds()), 86_400.0)


def redact(text: str, address: str) -> str:
    """The text without any part of the address, short enough for a column."""
    return _without(text, _parts(address))[:200]


def _without(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "…")
    return text


def _parts(address: str) -> list[str]:
    """Everything in the address that could be a key, longest first; three letters are no secret."""
    rest = address.partition("://")[2]
    parts = {address, rest, *re.split(r"[/?&=@:,;#]+", rest)}
    parts |= {unquote(part) for part in parts}
    return sorted((part for part in parts if len(part) > 3), key=len, reverse=True)  # noqa: PLR2004 - shorter parts stand in any text
