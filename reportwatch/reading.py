"""Reads documents in child processes that may use 2 GiB and a minute each, so that a hostile file harms nobody.

A worker that dies is replaced and its document named; the others are read on. Results come back in the order asked.
"""

from __future__ import annotations

import multiprocessing
import resource
import stat
from collections import deque
from concurrent.futures import TimeoutError as ReadingTimeoutError
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pebble import ProcessExpired, ProcessFuture, ProcessPool

import parsers
from parsers.model import Parsed, Unreadable
from store.archive import Archive
from store.errors import DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MEMORY = 2 << 30  # bytes of address space; the largest honest report of the samples needs a tenth
SECONDS = 60.0
LARGEST = 64 << 20  # bytes; no honest report comes near
WORKERS = 2
UNOPENED = "unopened"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a document gave nothing. `kind` is one of Unreadable's, or crashed, timeout, memory, unopened."""

    kind: str
    message: str


Outcome = tuple[Parsed, ...] | Failure


def read_all(
    paths: Iterable[Path], *, workers: int = WORKERS, seconds: float = SECONDS, memory: int = MEMORY,
    archived: bool = False,
) -> Iterator[tuple[Path, Outcome]]:  # fmt: skip
    """Each path with its reports or its failure, in the order given. Never raises for a document.

    `archived` paths are files of an archive: their bytes must have the hash that they are named after.
    """
    get = _archived if archived else _bytes
    # forkserver: the parent runs threads (a demo portal, a progress bar), and forking those may deadlock
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["parsers"])
    with ProcessPool(max_workers=workers, initializer=_limit, initargs=(memory,), context=context) as pool:
        waiting: deque[tuple[Path, ProcessFuture[Outcome]]] = deque()
        for path in paths:
            waiting.append((path, pool.schedule(_read, args=(path, get), timeout=seconds)))
            if len(waiting) >= workers * 4:
                yield _result(*waiting.popleft(), seconds)
        while waiting:
            yield _result(*waiting.popleft(), seconds)


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(path: Path, get: Callable[[Path], bytes]) -> Outcome:
    try:
        body = get(path)
        return parsers.parse(body, parsers.sniff(body))
    except Unreadable as unreadable:
        return Failure(unreadable.kind, unreadable.message)
    except MemoryError:
        return Failure(
            "memory", f"needs more than {MEMORY >> 30} GiB of memory: it is not a report, or it is an attack"
        )


def _bytes(path: Path) -> bytes:
    try:
        _refuse(path)
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(UNOPENED, f"cannot be opened: {error.strerror}") from error


def _archived(path: Path) -> bytes:
    try:
        _refuse(path)
        return Archive(path.parent.parent).get(path.name)
    except OSError as error:
        raise Unreadable(UNOPENED, f"{path} cannot be opened: {error.strerror}") from error
    except DamagedError as error:
        raise Unreadable(UNOPENED, str(error)) from error


def _refuse(path: Path) -> None:
    """Raises Unreadable for what is too large, and for a pipe or a device: opening one could wait for ever."""
    known = path.stat()
    if not stat.S_ISREG(known.st_mode):
        raise Unreadable(UNOPENED, "cannot be opened: it is no regular file")
    if known.st_size > LARGEST:
        raise Unreadable("too_large", f"has {known.st_size:,} bytes; at most {LARGEST:,} are read")


def _result(path: Path, future: ProcessFuture[Outcome], seconds: float) -> tuple[Path, Outcome]:
    try:
        outcome: Outcome = future.result()
    except ReadingTimeoutError:
        outcome = Failure(
            "timeout", f"was not read within {seconds:g} seconds: it is damaged, or it is an attack"
        )
    except ProcessExpired as death:
        outcome = Failure(
            "crashed",
            f"ended the reading process (exit code {death.exitcode}): it is damaged, or it is an attack",
        )
    except Exception as fault:  # noqa: BLE001 - a fault of a reader is the document's failure, not the run's
        outcome = Failure(
            "crashed", f"stopped the reader with {type(fault).__name__}: {fault}; please report this file"
        )
    return path, outcome
