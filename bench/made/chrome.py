"""Prints web pages with one Chromium for all of them, over its DevTools pipe."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any, Self

from bench.made.tools import need

if TYPE_CHECKING:
    from pathlib import Path

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE = 90.0  # seconds for one answer
FREE_DESCRIPTOR = 20
_READ_AT_ONCE = 1 << 20


class Chrome:
    """A headless Chromium with a profile of its own, both gone after the with block."""

    def __init__(self) -> None:
        program = need("chromium", "google-chrome", "chromium-browser")
        self._profile = tempfile.mkdtemp(prefix="made-chrome-")
        commands, self._commands = _pipe()
        self._answers, answers = _pipe()
        self._process = subprocess.Popen(
            _with_pipes(
                (program, *FLAGS, f"--user-data-dir={self._profile}", "about:blank"), commands, answers
            ),
            pass_fds=(commands, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        self._buffer = b""
        self._number = 0

    def __enter__(self) -> Self:
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session: str = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._ask("Page.enable", self._session)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._commands)  # Chromium ends when its pipe does
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._answers)
        shutil.rmtree(self._profile, ignore_errors=True)

    def print_page(self, page: Path, *, tagged: bool) -> bytes:
        """The PDF of a local page. Raises RuntimeError where Chromium gives none."""
        self._ask("Page.navigate", self._session, url=page.resolve().as_uri())
        self._wait_for("Page.loadEventFired")
        printed = self._ask(
            "Page.printToPDF",
            self._session,
            preferCSSPageSize=True,
            printBackground=True,
            generateTaggedPDF=tagged,
        )
        return base64.b64decode(printed["data"])

    def _ask(self, method: str, session: str | None = None, **parameters: object) -> dict[str, Any]:
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            pass
        if "error" in answer:
            raise RuntimeError(f"Chromium refuses {method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _wait_for(self, event: str) -> None:
        while self._next().get("method") != event:
            pass

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], PATIENCE)
            piece = os.read(self._answers, _READ_AT_ONCE) if ready else b""
            if not piece:
                raise RuntimeError("Chromium does not answer")
            self._buffer += piece
        message, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


def _with_pipes(command: tuple[str, ...], commands: int, answers: int) -> tuple[str, ...]:
    """The command with our pipes as its descriptors 3 and 4, where Chromium expects them."""
    script = f'exec 3<&{commands} 4>&{answers}; exec "$@"'
    return (need("bash"), "-c", script, "chromium", *command)


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are numbered above 3 and 4, so that neither is overwritten."""
    reading, writing = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, FREE_DESCRIPTOR) for end in (reading, writing))
    os.close(reading)
    os.close(writing)
    return high[0], high[1]
