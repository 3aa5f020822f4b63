"""Pictures of what was read, made in limited workers and written to folders that were empty before."""

from __future__ import annotations

import re
from concurrent.futures import TimeoutError as ShowingTimeoutError
from typing import TYPE_CHECKING, TypeVar

from pebble import ProcessExpired

import parsers
from parsers.model import Unreadable
from reportwatch import converting, drawing, evidence
from reportwatch.lanes import LANES, Lanes
from reportwatch.reading import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from parsers.model import Parsed

T = TypeVar("T")
_UNSAFE = re.compile(r"[^\w.-]+")
_NAME = 60  # characters of a document's name in the name of a picture
# A worker without OCR has room for one page; where it has not, the next has.
SHOWING = LANES[1:]


def claim(folder: Path) -> None:
    """Makes the folder. Raises FileExistsError where it has anything in it: nothing of anybody's is overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty: name a new folder")


class Showing:
    """Evidence and drawings of documents, one after the other. `wrong` has a sentence for each that gave none."""

    def __init__(self, workers: Lanes, evidence_to: Path | None, drawings_to: Path | None) -> None:
        self._workers, self._evidence, self._drawings = workers, evidence_to, drawings_to
        self._listed: list[tuple[str, Sequence[Parsed], Sequence[evidence.Exhibit]]] = []
        self._count = 0
        self.wrong: list[str] = []

    def add(self, path: Path, reports: Sequence[Parsed]) -> None:
        """Writes what is asked for of one document that was read."""
        self._count += 1
        prefix = f"{self._count:03d}-{_UNSAFE.sub('_', path.stem)[:_NAME]}"
        body = _shown_bytes(path, reports)
        if isinstance(body, Unreadable):
            self.wrong.append(f"{path}: cannot be shown: {body.message}")
            return
        if self._evidence is not None:
            exhibits = self._made(path, evidence.exhibits, body, reports, f"{self._count:03d}") or []
            self._listed.append((str(path), reports, exhibits))
            for exhibit in exhibits:
                if exhibit.name is not None:
                    _write(self._evidence / exhibit.name, exhibit.body)
        if self._drawings is not None:
            for page, picture in self._made(path, drawing.drawn_pages, body, reports) or []:
                _write(self._drawings / f"{prefix}-page-{page:03d}.png", picture)

    def finish(self) -> None:
        """Writes the page that lists the evidence."""
        if self._evidence is not None:
            _write(self._evidence / "index.html", evidence.index(self._listed).encode())

    def _made(self, path: Path, function: Callable[..., T], *args: object) -> T | None:
        why = ""
        for number in range(len(self._workers.lanes)):
            try:
                return self._workers.schedule(number, function, *args).result()
            except (MemoryError, ProcessExpired) as error:
                why = f"the worker ended: {error}"
            except ShowingTimeoutError:
                why = "it took too long"
                break
            except Unreadable as unreadable:
                why = unreadable.message
                break
        self.wrong.append(f"{path}: cannot be shown: {why}")
        return None


def _shown_bytes(path: Path, reports: Sequence[Parsed]) -> bytes | Unreadable:
    """The bytes that were read: of an old Word file, those that LibreOffice makes of it."""
    try:
        body = read_bytes(path)
    except Unreadable as unreadable:
        return unreadable
    if any(parsed.reader.startswith(f"{converting.READER}+") for parsed in reports):
        return converting.convert([(body, parsers.sniff(body))])[0]
    return body


def _write(path: Path, body: bytes) -> None:
    with path.open("xb") as file:
        file.write(body)
