"""Documents on their way through LibreOffice: one call for those that wait, while the workers read on."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING

import parsers
from parsers.model import Unreadable
from reportwatch import converting

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    Waiting = tuple[Callable[[], bytes], Callable[[bytes | Unreadable], None]]

MOST_BYTES = 64 << 20  # of one call, over all its documents: they are held in this process meanwhile


class Convoy:
    """Converts what joins it, in a thread that starts with the first document and ends with the `with` block."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._starting = Lock()

    def __enter__(self) -> Convoy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()

    def join(self, get: Callable[[], bytes], then: Callable[[bytes | Unreadable], None]) -> None:
        """Calls `then` with the document as .docx, or with why it cannot be had."""
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="conversion", daemon=True)
                self._thread.start()
        self._waiting.put((get, then))

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, ended = self._batch(first)
            self._convert(batch)
            if ended:
                return

    def _batch(self, first: Waiting) -> tuple[list[tuple[bytes, Callable[[bytes | Unreadable], None]]], bool]:
        """The first and those that wait behind it, with their bytes; and whether nothing more will come."""
        batch: list[tuple[bytes, Callable[[bytes | Unreadable], None]]] = []
        following: Waiting | None = first
        while following is not None:
            get, then = following
            try:
                batch.append((get(), then))
            except Unreadable as unreadable:
                then(unreadable)
            if len(batch) >= converting.BATCH or sum(len(body) for body, _ in batch) >= MOST_BYTES:
                return batch, False
            try:
                following = self._waiting.get_nowait()
            except Empty:
                return batch, False
        return batch, True

    def _convert(self, batch: list[tuple[bytes, Callable[[bytes | Unreadable], None]]]) -> None:
        try:
            found = converting.convert([(body, parsers.sniff(body)) for body, _ in batch])
        except Exception as fault:  # noqa: BLE001 - a full disk, no process to be had: each document gets a name for it
            found = [Unreadable("crashed", f"could not be converted: {type(fault).__name__}: {fault}")] * len(
                batch
            )
        for (_, then), one in zip(batch, found, strict=True):
            then(one)
