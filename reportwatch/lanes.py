"""Child processes that read untrusted bytes: each lane of them has its own limits of memory and time.

A worker that dies or takes too long is replaced, and costs the one document that it had; nothing of it reaches the
program itself.
"""

from __future__ import annotations

import multiprocessing
import resource
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

from pebble import ProcessPool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from pebble import ProcessFuture

    from parsers.model import Effort

T = TypeVar("T")
MIB = 1 << 20
PRELOADED = ["reportwatch.preloaded"]
CROWDED = 12 * MIB  # bytes below the limit of memory where libraries may have gone without and not said so


@dataclass(frozen=True, slots=True)
class Lane:
    """Limits of one class of workers: the heaviest reader it may run, bytes of address space, seconds for a document.

    A worker is replaced after `documents`: libraries grow with each. `workers` is the most of them at a time.
    """

    effort: Effort
    memory: int
    seconds: float
    documents: int
    workers: int


LANES = (
    Lane("first", 120 * MIB, 60.0, 60, 2),
    Lane("second", 250 * MIB, 60.0, 30, 2),
    Lane("pictures", 1600 * MIB, 300.0, 20, 1),
)


class Lanes:
    """The workers of some lanes; each lane starts with its first document, and all end with the `with` block."""

    def __init__(self, lanes: Sequence[Lane] = LANES) -> None:
        self.lanes = tuple(lanes)
        self._pools: dict[int, ProcessPool] = {}
        self._mutex = RLock()
        # forkserver: the parent runs threads (a demo portal, a progress bar), and forking those may deadlock
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(PRELOADED)

    def __enter__(self) -> Lanes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in self._pools.values():
            if error is None:
                pool.close()  # type: ignore[no-untyped-call]  # pebble types its tasks only
            else:
                pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def schedule(self, number: int, function: Callable[..., T], *args: object) -> ProcessFuture[T]:
        """The function's result, in time, in a worker of that lane (0 is the lightest). Both must be picklable.

        The future raises TimeoutError, pebble's ProcessExpired for a worker that died, or what the function raised.
        """
        lane = self.lanes[number]
        with self._mutex:
            try:
                return self._pool(number).schedule(function, args=args, timeout=lane.seconds)
            except (RuntimeError, BrokenProcessPool):  # every worker died at once: begin again with new ones
                broken = self._pools.pop(number)
                broken.stop()  # type: ignore[no-untyped-call]
                return self._pool(number).schedule(function, args=args, timeout=lane.seconds)

    def _pool(self, number: int) -> ProcessPool:
        if number not in self._pools:
            lane = self.lanes[number]
            self._pools[number] = ProcessPool(
                max_workers=lane.workers, max_tasks=lane.documents, initializer=_limit, initargs=(lane.memory,),
                context=self._context,
            )  # fmt: skip
        return self._pools[number]


def crowded(lane: Lane) -> bool:
    """Whether this worker came so near its limit that a library may have left something out in silence."""
    return peak() > lane.memory - CROWDED


def peak() -> int:
    """The most address space that this process ever had, in bytes."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123 - no path of ours
        return next((int(line.split()[1]) << 10 for line in status if line.startswith("VmPeak:")), 0)


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
