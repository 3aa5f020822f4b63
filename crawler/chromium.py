"""The system's Chromium: where it is, how it is started without a network of its own, and how much it may take.

It is given no way to the network at all: no name has an address, and what is not answered by our own fetching
(crawler.browser) goes to a proxy that does not exist. No stealth: the User-Agent stays ours.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL_EXTRA = ".venv/bin/uv sync --frozen --extra ocr --extra js"
INSTALL_CHROMIUM = "apt-get install --no-install-recommends chromium"
EVERY = 0.25  # seconds between two looks at the memory
MIB = 1024 * 1024
ARGUMENTS = (
    "--proxy-server=http://nowhere.invalid:9",
    "--proxy-bypass-list=<-loopback>",  # this machine, too, only through the proxy that does not exist
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--mute-audio",
    "--renderer-process-limit=1",
    "--js-flags=--max-old-space-size=256",
    "--blink-settings=imagesEnabled=false",
)


def program() -> str | None:
    """The path of the browser, or None."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def missing_browser() -> str | None:
    """The command that installs what rendering lacks; None where nothing does."""
    if find_spec("scrapy_playwright") is None:
        return INSTALL_EXTRA
    return None if program() else INSTALL_CHROMIUM


def launch_options() -> dict[str, object]:
    """How Playwright starts it. Root may not use the sandbox; everybody else must."""
    wanted = ("PATH", "HOME", "LANG", "TMPDIR")  # no secret of the environment is any of its business
    return {
        "executable_path": program() or "",
        "chromium_sandbox": os.geteuid() != 0,
        "args": list(ARGUMENTS),
        "env": {name: os.environ[name] for name in wanted if name in os.environ},
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }


class Watch:
    """Looks at the memory of the programs that were started within its block, and ends them: all of them, at its end."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._before = frozenset(_descendants(os.getpid()))
        self.exceeded = 0  # bytes that were seen when they were too many

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep watch until the block ends."""
        task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            task.cancel()
            self.end()

    def end(self) -> None:
        """End what was started and is still there."""
        for pid in self._started():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)

    def _started(self) -> list[int]:
        return [pid for pid in _descendants(os.getpid()) if pid not in self._before]

    async def _look(self) -> None:
        while not self.exceeded:
            await asyncio.sleep(EVERY)
            taken = sum(map(_memory, self._started()))
            if taken > self._most:
                self.exceeded = taken
                self.end()


def _descendants(pid: int) -> Iterator[int]:
    """The children of a process, theirs, and so on; none where the system does not tell."""
    with suppress(OSError, ValueError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text(encoding="ascii").split()):
                yield child
                yield from _descendants(child)


def _memory(pid: int) -> int:
    """Bytes of a process, with its share of what it has in common with others."""
    with suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
