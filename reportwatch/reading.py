"""Reads documents in limited child processes, so that a hostile file harms nobody and costs one document.

Each document is begun in the lightest lane (lanes.py). What only a heavier reader can decide, or what did not fit,
is handed on to the next; what LibreOffice must convert first is converted beside them (convoy.py). Results come back
in the order asked.
"""

from __future__ import annotations

import os
import pickle
import stat
import zlib
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as ReadingTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from pebble import ProcessExpired

import parsers
from parsers.model import MoreEffort, Parsed, Unreadable
from reportwatch import converting
from reportwatch.convoy import Convoy
from reportwatch.lanes import LANES, SPENT, Lane, Lanes, crowded, rise, spent
from store.archive import Archive
from store.errors import DamagedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from pebble import ProcessFuture

LARGEST = 64 << 20  # bytes; no honest report comes near
MOST_PICTURES = 32 << 20  # bytes of the pictures of one page: what a worker of the second lane can hold
WINDOW = 32  # documents read ahead of the one whose result is asked for
_SMALL = 4096  # bytes that a pipe takes at once
AGAIN = 2  # times a document is begun anew because every worker of its lane died
UNOPENED = "unopened"
_BEGUN: list[bool] = []  # in a worker: one for each document it was given


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a document gave nothing. `kind` is one of Unreadable's, or crashed, timeout, memory, unopened."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Onward:
    """A document that this lane does not decide: `to` is the effort it takes, "roomier" or "converted"."""

    to: str


Outcome = tuple[Parsed, ...] | Failure


def read_all(paths: Iterable[Path], *, lanes: Sequence[Lane] = LANES) -> Iterator[tuple[Path, Outcome]]:
    """Each path with its reports or its failure, in the order given. Never raises for a document."""
    begun: deque[Path] = deque()

    def gets() -> Iterator[Callable[[], bytes]]:
        for path in paths:
            begun.append(path)
            yield partial(read_bytes, path)

    for outcome in read_each(gets(), lanes=lanes):
        yield begun.popleft(), outcome


def read_each(gets: Iterable[Callable[[], bytes]], *, lanes: Sequence[Lane] = LANES) -> Iterator[Outcome]:
    """What is in each document, or why not, in the order given. Never raises for a document.

    A document is what a picklable function returns; it is called in the worker and may raise Unreadable.
    """
    with Lanes(lanes) as workers, Convoy() as convoy:
        waiting: deque[Future[Outcome]] = deque()
        for get in gets:
            waiting.append(_Passage(workers, convoy, get).begin())
            if len(waiting) >= WINDOW:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _Passage:
    """One document on its way through the lanes. Its steps run in the threads that bring the results."""

    def __init__(self, workers: Lanes, convoy: Convoy, get: Callable[[], bytes]) -> None:
        self.workers, self.convoy, self.get = workers, convoy, get
        self.outcome: Future[Outcome] = Future()
        self.converted: bytes | None = None
        self.again = AGAIN

    def begin(self) -> Future[Outcome]:
        self._enter(0)
        return self.outcome

    def _enter(self, number: int) -> None:
        try:
            get = partial(_same, self.converted) if self.converted is not None else self.get
            roomier = number == 0 and len(self.workers.lanes) > 1
            future = self.workers.schedule(number, read_packed, get, self.workers.lanes[number], roomier)
            future.add_done_callback(partial(self._left, number))
        except Exception as fault:  # noqa: BLE001 - whatever it is, somebody waits for an outcome
            self._end(_fault(fault))

    def _left(self, number: int, future: ProcessFuture[bytes]) -> None:
        lane = self.workers.lanes[number]
        try:
            found = _unpacked(future.result())
        except ReadingTimeoutError:
            found = Failure(
                "timeout", f"was not read within {lane.seconds:g} seconds: it is damaged, or it is an attack"
            )
        except ProcessExpired as death:
            if death.exitcode == SPENT:  # it had not begun to read
                return self._enter(number)
            found = self._died(number, death)
        except BrokenProcessPool as fault:
            self.again -= 1
            if self.again >= 0:
                return self._enter(number)
            found = _fault(fault)
        except Exception as fault:  # noqa: BLE001 - a fault of a reader is the document's failure, not the run's
            found = _fault(fault)
        return self._onward(number, found) if isinstance(found, Onward) else self._end(found)

    def _died(self, number: int, death: ProcessExpired) -> Failure | Onward:
        """pdfium ends its process where memory runs out: with more of it, the document may be read."""
        if number == 0 and len(self.workers.lanes) > 1:
            return Onward("roomier")
        return Failure(
            "crashed",
            f"ended the reading process (exit code {death.exitcode}): it is damaged, or it is an attack",
        )

    def _onward(self, number: int, onward: Onward) -> None:
        if onward.to == "converted":
            if self.converted is None:
                self.convoy.join(self.get, self._after_conversion)
            else:
                self._end(Failure("broken", "LibreOffice made nothing of it that can be read: it is damaged"))
            return
        efforts = [lane.effort for lane in self.workers.lanes]
        wanted = next((place for place, effort in enumerate(efforts) if effort == onward.to), number + 1)
        self._enter(max(wanted, number + 1))

    def _after_conversion(self, found: bytes | Unreadable) -> None:
        if isinstance(found, Unreadable):
            self._end(Failure(found.kind, found.message))
        else:
            self.converted = found
            self._enter(0)

    def _end(self, outcome: Outcome) -> None:
        if self.converted is not None and not isinstance(outcome, Failure):
            outcome = tuple(replace(one, reader=f"{converting.READER}+{one.reader}") for one in outcome)
        self.outcome.set_result(outcome)


def read_packed(get: Callable[[], bytes], lane: Lane, roomier: bool) -> bytes:
    """`read_one`, packed: a pipe holds two or three reports as they are, and a worker waits while it is full.

    A worker that is spent ends instead, unless it is new: this is its first document then.
    """
    if _BEGUN and spent():
        os._exit(SPENT)
    _BEGUN.append(True)
    with suppress(
        MemoryError
    ):  # of the packing: `read_one` tells its own; what could not be packed is let go
        return _packed(read_one(get, lane, roomier))
    return _packed(Onward("roomier") if roomier else _too_much(lane))


def _packed(found: Outcome | Onward) -> bytes:
    """What is small goes as it is: zlib wants memory of its own, and there may be none."""
    plain = pickle.dumps(found, pickle.HIGHEST_PROTOCOL)
    return plain if len(plain) < _SMALL else zlib.compress(plain, 1)


def _unpacked(packed: bytes) -> Outcome | Onward:
    plain = packed if packed.startswith(pickle.PROTO) else zlib.decompress(packed)
    found: Outcome | Onward = pickle.loads(plain)  # noqa: S301 - of our own worker
    return found


def read_one(get: Callable[[], bytes], lane: Lane, roomier: bool) -> Outcome | Onward:
    """In a worker: what the document holds, why not, or that another lane must decide. `roomier`: one has more memory.

    Only the lightest lane hands on for want of memory: a document that wants more than pdfplumber may have is given
    up, and the memory for OCR is for pictures alone.
    """
    try:
        body = get()
        kind = parsers.sniff(body)
        if converting.needs_conversion(body, kind):
            return Onward("converted")
        found: Outcome = parsers.parse(body, kind, lane.effort, partial(rise, lane))
    except MoreEffort as more:
        return Onward(more.effort)
    except Unreadable as unreadable:
        found = Failure(unreadable.kind, unreadable.message)
    except MemoryError:
        found = _too_much(lane)
    if roomier:
        return Onward("roomier") if _may_be_cramped(found) else found
    return _too_much(lane) if crowded() and not isinstance(found, Failure) else found


def _too_much(lane: Lane) -> Failure:
    return Failure(
        "memory",
        f"needs more than {lane.memory >> 20:,} MiB of memory: it is not a report, or it is an attack",
    )


def _may_be_cramped(found: Outcome) -> bool:
    """Whether more memory may give another outcome: libraries that lack it call a document broken, or leave things out."""
    return found.kind in ("memory", "broken") if isinstance(found, Failure) else crowded()


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises Unreadable: unopened, too_large."""
    try:
        _refuse(path)
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(UNOPENED, f"cannot be opened: {error.strerror}") from error


def read_archived(path: Path) -> bytes:
    """The bytes of a file of the archive, which must be those it was named after. Raises Unreadable as `read_bytes`."""
    try:
        _refuse(path)
        return Archive(path.parent.parent).get(path.name)
    except OSError as error:
        raise Unreadable(UNOPENED, f"{path} cannot be opened: {error.strerror}") from error
    except DamagedError as error:
        raise Unreadable(UNOPENED, str(error)) from error


def read_with_pictures(path: Path, pictures: Sequence[tuple[str, Path | None]]) -> bytes:
    """An archived page with the pictures that it shows, as one file; None for one that was not to be had.

    Those that are too many together are as if they had not been had. Raises Unreadable as `read_bytes`.
    """
    found: dict[str, bytes | None] = {}
    left = MOST_PICTURES
    for address, picture in pictures:
        body = read_archived(picture) if picture is not None and left > 0 else None
        left -= len(body or b"")
        found[address] = body if left >= 0 else None
    return parsers.together(read_archived(path), found)


def _same(body: bytes) -> bytes:
    return body


def _refuse(path: Path) -> None:
    """Raises Unreadable for what is too large, and for a pipe or a device: opening one could wait for ever."""
    known = path.stat()
    if not stat.S_ISREG(known.st_mode):
        raise Unreadable(UNOPENED, "cannot be opened: it is no regular file")
    if known.st_size > LARGEST:
        raise Unreadable("too_large", f"has {known.st_size:,} bytes; at most {LARGEST:,} are read")


def _fault(fault: Exception) -> Failure:
    return Failure(
        "crashed", f"stopped the reader with {type(fault).__name__}: {fault}; please report this file"
    )
