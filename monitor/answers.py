"""What the other side's answer says of a message: delivered, not now, never, too long, or perhaps. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from smtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from typing import TYPE_CHECKING, Any

import requests
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError

from monitor.moments import moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.providers import Provider

PERMANENT_STATUS = frozenset({400, 401, 403, 404, 405, 410})
TOO_LONG_STATUS, TOO_MANY_STATUS = 413, 429
LONGEST_WAIT = 86_400.0  # whatever a server asks for: once a day it is tried
TOO_MANY_SECONDS = 60.0
PERHAPS = "it may have arrived, and comes again with the same ids"
ENHANCED = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b")
REFERENCE_SIGNS = 80


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message. `error` is None if it was accepted; it never holds a secret.

    `permanent`: trying again soon cannot help. `retry_after` in seconds, where the other side named it. `ambiguous`:
    it was handed over, and no answer came. `unverified`: accepted by a service that hides errors, in words we cannot
    judge. `reference`: what the other side calls it. `note`: of what was accepted, what went wrong all the same.
    """

    error: str | None = None
    permanent: bool = False
    retry_after: float | None = None
    ambiguous: bool = False
    too_long: bool = False
    unverified: bool = False
    reference: str | None = None
    note: str | None = None


def of_http(provider: Provider, status: int, headers: Mapping[str, str], body: bytes, now: str) -> Sent:
    """What an HTTP answer says. Where the service tells in the body, its code counts more than the status."""
    good = 200 <= status < 300  # noqa: PLR2004 - HTTP
    said = of_body(provider, body, status) if provider.fields else Sent()
    if good or (said.error and not said.error.endswith("no JSON: something else answers at this address")):
        return said
    wait = _retry_after(headers.get("Retry-After", "").strip(), now)
    if status == TOO_LONG_STATUS:
        return Sent("HTTP 413: too long", too_long=True)
    if status == TOO_MANY_STATUS:
        return Sent("HTTP 429", retry_after=TOO_MANY_SECONDS if wait is None else wait)
    return Sent(f"HTTP {status}", status in PERMANENT_STATUS, wait)


def of_body(provider: Provider, body: bytes, status: int = 200) -> Sent:
    """What the body says, for services that hide failures there."""
    try:
        answer = json.loads(body)
    except ValueError:
        return Sent(f"HTTP {status}, but the answer is no JSON: something else answers at this address")
    codes = (
        [(name, answer[name]) for name in provider.fields if name in answer]
        if isinstance(answer, dict)
        else []
    )
    if not codes:
        return Sent(unverified=True)
    name, text = codes[0][0], re.sub(r"[^0-9-]", "", str(codes[0][1])[:12])
    code = int(text) if re.fullmatch(r"-?\d+", text) else None
    if code in provider.good:
        return Sent(reference=_reference(answer, provider.reference))
    words = "but the answer says" if status == 200 else "and the answer says"  # noqa: PLR2004 - HTTP
    return Sent(
        f"HTTP {status}, {words} {name} {text}",
        permanent=code in provider.permanent,
        retry_after=None if code is None else provider.limited.get(code),
        too_long=code in provider.too_long,
    )


def _reference(answer: Any, path: str) -> str | None:  # noqa: ANN401 - any JSON
    for part in path.split(".") if path else ():
        answer = answer.get(part) if isinstance(answer, dict) else None
    return str(answer)[:REFERENCE_SIGNS] if path and isinstance(answer, str | int) else None


def _retry_after(text: str, now: str) -> float | None:
    """Seconds, of a number or of a date."""
    if re.fullmatch(r"\d{1,12}", text):
        return min(float(text), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
        seconds = (at.astimezone(UTC) - moment(now)).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(0.0, seconds), LONGEST_WAIT)


def of_broken_http(error: requests.RequestException) -> Sent:
    """What a failed exchange says: never begun, or cut off after the message was handed over."""
    name = type(error).__name__
    if _never_began(error):
        return Sent(f"no connection: {name}")
    return Sent(f"no whole answer ({name}); {PERHAPS}", ambiguous=True)


def _never_began(error: requests.RequestException) -> bool:
    if isinstance(
        error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError
    ):
        return True
    if isinstance(error, requests.Timeout):
        return False
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    if isinstance(reason, NewConnectionError | NameResolutionError):
        return True
    return not isinstance(cause, HTTPError)  # refused before anything was sent: a wrong address, say


def of_smtp(error: Exception, *, handed_over: bool) -> Sent:
    """What a failed conversation with a mail server says. `handed_over`: the text of the mail was on its way."""
    if isinstance(error, SMTPRecipientsRefused):
        code, words = max(error.recipients.values(), key=lambda said: said[0])
        return _smtp_code(code, words)
    if isinstance(error, SMTPAuthenticationError):
        return _smtp_code(error.smtp_code, error.smtp_error)
    if isinstance(error, SMTPResponseException) and error.smtp_code > 0:
        return _smtp_code(error.smtp_code, error.smtp_error)
    if isinstance(error, SMTPNotSupportedError):
        return Sent("the mail server has no encryption or no login of the kind asked for", permanent=True)
    if handed_over:
        return Sent(f"no answer from the mail server ({type(error).__name__}); {PERHAPS}", ambiguous=True)
    cut = isinstance(error, SMTPServerDisconnected | SMTPException)
    what = "the mail server broke off" if cut else "no connection"
    return Sent(f"{what}: {type(error).__name__}")


def _smtp_code(code: int, words: bytes | str) -> Sent:
    """4xx: later; 5xx: for good, but for a mail that is too long."""
    found = ENHANCED.match(words.decode(errors="replace") if isinstance(words, bytes) else words)
    enhanced = str(found[1]) if found else ""
    text = f"SMTP {code} {enhanced}".rstrip()
    if code == 552 and enhanced not in ("5.2.2", "5.2.1"):  # noqa: PLR2004 - SMTP: the mail is too long; 5.2.2: the mailbox is full
        return Sent(f"{text}: too long", too_long=True)
    return Sent(text, permanent=500 <= code < 600 and enhanced != "5.2.2")  # noqa: PLR2004 - SMTP


def refused_in_part(refused: Mapping[str, tuple[int, bytes]], recipients: int) -> str:
    """A note on a mail that was accepted for some of its recipients."""
    codes = sorted({_smtp_code(*said).error or "" for said in refused.values()})
    return f"{len(refused)} of {recipients} recipients refused: {', '.join(codes)}"
