"""A sign of life to a service outside: at the start of a run, and at its end with the exit code and a summary.

The address is one as healthchecks.io gives it, and a secret: whoever has it can pretend that all is well. What watches
a machine must stand outside of it, so a run that never begins is noticed there. A ping that fails never fails a run.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import click
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from monitor.services import discreet
from reportwatch import exits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SECONDS, TRIES, MOST_BYTES = 10, 3, 10_000
AGAIN = (429, 500, 502, 503, 504)


class HeartbeatError(Exception):
    """Raised where the address of the heartbeat is not to be had, or nobody answers; its text holds no secret."""


class Beat:
    """How the run ended, for the ping at its end."""

    def __init__(self) -> None:
        self.code = exits.UNEXPECTED
        self.text = ""

    def ended(self, code: int, lines: Iterable[str]) -> None:
        """The exit code, and what the run says about itself."""
        self.code, self.text = code, "\n".join(lines)


@contextmanager
def beating(env: Mapping[str, str] = os.environ) -> Iterator[Beat]:
    """Pings at the start and at the end of the block, where an address is configured; says on stderr if that fails."""
    beat = Beat()
    _try("start", "", env)
    try:
        yield beat
    except Exception as error:
        trouble = exits.trouble_of(error)
        beat.ended(trouble.code, [str(trouble)])
        raise
    finally:
        _try(str(beat.code), beat.text, env)


def heartbeat(ending: str, text: str, env: Mapping[str, str] = os.environ) -> bool:
    """Sends one ping to the address with `/start` or `/EXIT CODE` behind it; False where none is configured.

    Raises HeartbeatError where it cannot be sent.
    """
    address = address_of(env)
    if not address:
        return False
    parts = urlsplit(address)
    target = urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{ending}"))
    retry = Retry(
        total=TRIES - 1,
        backoff_factor=0.2,
        status_forcelist=AGAIN,
        allowed_methods=None,
        raise_on_status=False,
        redirect=0,
    )
    try:
        with discreet(address), requests.Session() as session:
            session.mount(f"{parts.scheme}://", HTTPAdapter(max_retries=retry))
            body = text.encode()[:MOST_BYTES].decode(errors="ignore").encode()
            answer = session.post(target, data=body, timeout=SECONDS, allow_redirects=False)
    except (requests.RequestException, ValueError) as error:
        raise HeartbeatError(f"no connection: {type(error).__name__}") from None
    if not 200 <= answer.status_code < 300:  # noqa: PLR2004 - HTTP
        raise HeartbeatError(f"HTTP {answer.status_code}")
    return True


def address_of(env: Mapping[str, str]) -> str:
    """The address, from REPORTWATCH_HEARTBEAT_URL or the file that REPORTWATCH_HEARTBEAT_FILE names; empty for none."""
    address, name = (
        env.get("REPORTWATCH_HEARTBEAT_URL", "").strip(),
        env.get("REPORTWATCH_HEARTBEAT_FILE", "").strip(),
    )
    if name and not address:
        file = Path(name)
        try:
            if stat.S_IMODE(file.stat().st_mode) & 0o077:
                raise HeartbeatError(f"others can read {file}; run: chmod 600 {file}")
            address = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise HeartbeatError(f"cannot read {file}: {type(error).__name__}") from None
    if address and not _is_web(address):
        raise HeartbeatError("its address is none of the web, as in https://hc-ping.com/…")
    return address


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _try(ending: str, text: str, env: Mapping[str, str]) -> None:
    try:
        heartbeat(ending, text, env)
    except HeartbeatError as error:
        click.echo(f"reportwatch: the heartbeat was not sent: {error}", err=True)
