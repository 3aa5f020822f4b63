"""Child processes that read untrusted bytes: each lane of them has its own limits of memory and time.

A worker that dies or takes too long is replaced, and costs the one document that it had; nothing of it reaches the
program itself.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import resource_tracker
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
# Bytes of address space of a worker of the command, which imports nothing of the program itself.
AT_START = 72 * MIB
_CARRIED = [0]  # in a worker: bytes beyond that, where another main module than the command's was imported
CROWDED = 12 * MIB  # bytes below the limit of memory where libraries may have gone without and not said so


@dataclass(frozen=True, slots=True)
class Lane:
    """Limits of one class of workers: the heaviest reader it may run, bytes of address space, seconds for a document.

    A worker is replaced after `documents`: libraries grow with each. `workers` is the most of them at a time. With
    `rises`, a worker may become one of that effort and memory itself, in the midst of a document, once and for good:
    what was read so far is not read again in another worker. `private` is the most memory that no other process
    shares (RLIMIT_DATA): nearly all that can be resident, where a library maps much more than it fills.
    """

    effort: Effort
    memory: int
    seconds: float
    documents: int
    workers: int
    rises: tuple[Effort, int] | None = None
    private: int = resource.RLIM_INFINITY


# The bars are of resident memory: 120, 250 and 1,600 MB. OCR maps twice what it holds: 1.5 GB for a page of 300 dpi,
# of which 0.9 GB are private; its libraries' files are some 0.1 GB more.
LANES = (
    Lane("first", 120 * MIB, 60.0, 60, 2, ("second", 250 * MIB)),
    Lane("second", 250 * MIB, 60.0, 30, 2),
    Lane("pictures", 2048 * MIB, 300.0, 20, 1, private=1400 * MIB),
)
SPENT = 75  # exit code of a worker that must not begin another document: the next one does
MOST_RESIDENT = 1_200_000_000  # bytes, after which a worker with OCR is replaced, well below its 1.6 GB


class Lanes:
    """The workers of some lanes; each lane starts with its first document, and all end with the `with` block."""

    def __init__(self, lanes: Sequence[Lane] = LANES) -> None:
        self.lanes = tuple(lanes)
        self._pools: dict[int, ProcessPool] = {}
        self._mutex = RLock()
        self._stopped = False
        # forkserver: the parent runs threads (a demo portal, a progress bar), and forking those may deadlock
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(PRELOADED)
        _start_tracker()

    def __enter__(self) -> Lanes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._mutex:
            self._stopped = error is not None
            pools = tuple(self._pools.values())
        for pool in pools:
            if error is None:
                pool.close()  # type: ignore[no-untyped-call]  # pebble types its tasks only
            else:
                pool.stop()  # type: ignore[no-untyped-call]  # as close
            pool.join()

    def schedule(self, number: int, function: Callable[..., T], *args: object) -> ProcessFuture[T]:
        """The function's result, in time, in a worker of that lane (0 is the lightest). Both must be picklable.

        The future raises TimeoutError, pebble's ProcessExpired for a worker that died, or what the function raised.
        Raises BrokenProcessPool when the block is left by an error: no worker is begun anew then.
        """
        lane = self.lanes[number]
        with self._mutex:
            if self._stopped:
                raise BrokenProcessPool("reading was stopped")
            try:
                return self._pool(number).schedule(function, args=args, timeout=lane.seconds)
            except (RuntimeError, BrokenProcessPool):  # every worker died at once: begin again with new ones
                broken = self._pools.pop(number)
                broken.stop()  # type: ignore[no-untyped-call]  # pebble types its tasks only
                return self._pool(number).schedule(function, args=args, timeout=lane.seconds)

    def _pool(self, number: int) -> ProcessPool:
        if number not in self._pools:
            lane = self.lanes[number]
            self._pools[number] = ProcessPool(
                max_workers=lane.workers, max_tasks=lane.documents, initializer=_limit, initargs=(lane,),
                context=self._context,
            )  # fmt: skip
        return self._pools[number]


def _start_tracker() -> None:
    """Start multiprocessing's tracker of semaphores. A closed terminal ends it otherwise, and its follower complains of what it never saw."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        resource_tracker.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def rise(lane: Lane, needed: Effort) -> bool:
    """In a worker: whether it may run readers of that effort from now on. Its own limit is raised for it.

    Not where the memory it had may not have been enough: another worker then begins anew.
    """
    if lane.rises is None or lane.rises[0] != needed:
        return False
    most = lane.rises[1] + _CARRIED[0]
    if _limit_of_memory() < most:
        if crowded():
            return False
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return True


def crowded() -> bool:
    """Whether this worker came so near its limit that a library may have left something out in silence."""
    return _status("VmPeak:") > _limit_of_memory() - CROWDED


def spent() -> bool:
    """Whether this worker has had so much that the next document could not be told from the one that had it."""
    return crowded() or _status("VmHWM:") > MOST_RESIDENT


def _limit_of_memory() -> int:
    return resource.getrlimit(resource.RLIMIT_AS)[0]


def _status(name: str) -> int:
    """A peak of this process since it began, in bytes: VmPeak of its address space, VmHWM of what was resident."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123 - no path of ours
        return next((int(line.split()[1]) << 10 for line in status if line.startswith(name)), 0)


def _limit(lane: Lane) -> None:
    """Set the limits of a new worker. What its parent's main module mapped before is none of the documents' doing."""
    _CARRIED[0] = max(0, _status("VmSize:") - AT_START)
    most = max(lane.memory, lane.rises[1] if lane.rises else 0)
    resource.setrlimit(resource.RLIMIT_AS, (lane.memory + _CARRIED[0], most + _CARRIED[0]))
    resource.setrlimit(resource.RLIMIT_DATA, (lane.private, lane.private))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
