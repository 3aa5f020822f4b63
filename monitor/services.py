"""Apprise's services: what an address means and who is behind it. Sends nothing."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from apprise import Apprise

if TYPE_CHECKING:
    from collections.abc import Iterator

NOISY_LOGGERS = ("apprise", "urllib3", "requests")  # below INFO they print addresses with their keys
ERROR_SIGNS = 200
COPIES = ("cc", "bcc")  # of a mail
MENTIONS = ("dingtalk",)  # their targets are people to point at in one message, not recipients


def understands(address: str) -> bool:
    """Whether Apprise can make a channel of this address. Nothing is sent."""
    with discreet(address):
        return Apprise.instantiate(address, suppress_exceptions=True) is not None


def separate(address: str) -> tuple[str, ...]:
    """The address, or where it has several recipients an address for each: one that fails must not repeat the others."""
    with discreet(address):
        service = Apprise.instantiate(address, suppress_exceptions=True)
        return separated(service, address)


def address_of(service: Any) -> str:  # noqa: ANN401 - a plugin of Apprise's, whose methods are not typed
    """The address of a service that Apprise made, with its keys."""
    return str(service.url(privacy=False))


def separated(service: Any, address: str) -> tuple[str, ...]:  # noqa: ANN401 - a plugin of Apprise's
    """The address of a service, or where it has several recipients an address for each."""
    targets = getattr(service, "targets", None)
    several = isinstance(targets, list) and len(targets) > 1
    if targets is None or not several or address.startswith(MENTIONS):
        return (address,)
    found = []
    for target in targets:
        service.targets = [target]
        found.append(address_of(service))
        for copies in COPIES:  # who gets a copy of the first needs no other
            if getattr(service, copies, None):
                setattr(service, copies, set())
    return tuple(found)


@contextmanager
def discreet(address: str | None) -> Iterator[None]:
    """Keeps the libraries that know the address from printing it: no debugging, whatever the root logger is set to,
    and no part of the address in what they say (Apprise prints one that it does not understand, as an error).
    Without an address nothing they say is let through at all."""

    def blacken(entry: logging.LogRecord) -> bool:
        if address is None:
            return False
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


def redact(text: str, address: str) -> str:
    """The text without any part of the address, short enough for a column."""
    for secret in _parts(address):
        text = text.replace(secret, "…")
    return text[:ERROR_SIGNS]


def _parts(address: str) -> list[str]:
    """Everything in the address that could be a key, longest first; three letters are no secret."""
    rest = address.partition("://")[2]
    parts = {address, rest, *re.split(r"[/?&=@:,;#]+", rest)}
    parts |= {unquote(part) for part in parts}
    return sorted((part for part in parts if len(part) > 3), key=len, reverse=True)  # noqa: PLR2004 - shorter parts stand in any text
