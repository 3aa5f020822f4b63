"""What `doctor` looks at in the machine: time zones, fonts, and settings that open a way or close it."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import datetime
from typing import TYPE_CHECKING

from crawler import families
from crawler.failures import ProxyError
from crawler.proxies import proxy_of
from monitor.moments import SHANGHAI
from reportwatch.diagnosed import Diagnosis
from reportwatch.heartbeat import HeartbeatError, address_of
from reportwatch.surroundings import mistakes_in
from store.watchlist import WatchlistErrors, load_watchlist

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportwatch.options import Options

EAST = 8 * 3600.0  # seconds that Shanghai is ahead of UTC


def timezone(_: Options) -> Iterator[Diagnosis]:
    """Whether Shanghai is where it should be: the law's days begin and end there."""
    offset = datetime(2026, 1, 31, tzinfo=SHANGHAI).utcoffset()
    if offset is None or offset.total_seconds() != EAST:
        yield Diagnosis(
            "error", "time zone", f"Asia/Shanghai is {offset} ahead of UTC", "reinstall the system's tzdata"
        )
    else:
        yield Diagnosis("ok", "time zone", "Asia/Shanghai is known")


def fonts(_: Options) -> Iterator[Diagnosis]:
    """Whether Chinese can be drawn: LibreOffice lays out old Word files with it, and pictures of pages need it."""
    program = shutil.which("fc-list")
    if program is None:
        yield Diagnosis(
            "warning",
            "fonts",
            "fc-list is not installed, so nobody can tell whether Chinese can be drawn",
            "run: ops/tools.sh",
        )
        return
    listed = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, check=False)  # noqa: S603 - the system's own program
    if listed.stdout.strip():
        yield Diagnosis("ok", "fonts", "Chinese can be drawn")
    else:
        yield Diagnosis(
            "warning",
            "fonts",
            "no Chinese font is installed: old Word files and pictures of pages show boxes",
            "run: ops/tools.sh",
        )


def settings(_: Options) -> Iterator[Diagnosis]:
    """Whether the environment's settings are such, and the heartbeat has an address."""
    for says in mistakes_in(os.environ):
        yield Diagnosis("error", "settings", says, "correct it where reportwatch is started (ENVFILE)")
    try:
        address_of(os.environ)
    except HeartbeatError as error:
        fix = "correct REPORTWATCH_HEARTBEAT_URL or the file that REPORTWATCH_HEARTBEAT_FILE names"
        yield Diagnosis("error", "heartbeat", str(error), fix)


def opened_guard(_: Options) -> Iterator[Diagnosis]:
    """Whether private addresses were opened to the crawler."""
    allowed = os.environ.get("REPORTWATCH_ALLOW", "").strip()
    if allowed:
        says = f"REPORTWATCH_ALLOW lets list pages lead the crawler to {allowed}"
        yield Diagnosis(
            "warning", "address guard", says, "unset it, unless it names a proxy of yours and nothing else"
        )


def proxies(options: Options) -> Iterator[Diagnosis]:
    """Whether every proxy that is named can be made out."""
    try:
        sources = load_watchlist(options.watchlist, families()).sources
    except WatchlistErrors:
        sources = ()  # told by the check of the watchlist
    wrong: dict[str, str] = {}
    used: set[str] = set()
    for source in (None, *sources):
        try:
            if proxy := proxy_of(source):
                used.add(proxy.shown)
        except ProxyError as error:
            wrong.setdefault(str(error), source.id if source else "all sources")
    for message, where in wrong.items():
        yield Diagnosis(
            "error",
            "proxy",
            f"{where}: {message}",
            "correct REPORTWATCH_PROXY or `proxy` of the source (docs/operations.md, Proxies)",
        )
    if used and not wrong:
        yield Diagnosis("ok", "proxy", f"{len(used)} in use: {', '.join(sorted(used))}")
