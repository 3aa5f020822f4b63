"""Each class of document has its own limits, and what one document does there costs no other."""

from __future__ import annotations

import os
import resource
import signal
from concurrent.futures import TimeoutError as LaneTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pebble import ProcessExpired

from reportwatch.lanes import LANES, MIB, SPENT, Lanes, rise, spent
from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import report_page
from reportwatch.reading import Failure, Outcome, read_all, read_bytes, read_packed
from tests.parsers.samples import SAMPLES
from tests.reportwatch.hostile import files

if TYPE_CHECKING:
    from parsers.model import Effort

PAGE = report_page(MadeReport("示范市财政局", 2025), "2026-01-20")


def limit_of_memory() -> int:
    return resource.getrlimit(resource.RLIMIT_AS)[0]


def address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def libraries(path: str) -> tuple[bool, bool, int]:
    """Whether pdfplumber and OCR are loaded after a document was read, and the most memory resident, in bytes."""
    import sys  # noqa: PLC0415 - in the worker

    import parsers  # noqa: PLC0415 - in the worker

    body = Path(path).read_bytes()
    parsers.parse(body, parsers.sniff(body), "first")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return "pdfplumber" in sys.modules, bool({"cv2", "onnxruntime"} & sys.modules.keys()), most


def end_badly() -> None:
    os.kill(os.getpid(), signal.SIGABRT)


def never_end() -> None:
    signal.pause()


def sample(name: str) -> Path:
    return next((SAMPLES / name).glob("body.*"))


def readers(outcome: Outcome) -> list[str]:
    assert not isinstance(outcome, Failure), outcome
    return [parsed.reader for parsed in outcome]


def test_each_lane_has_the_memory_that_its_readers_may_take() -> None:
    assert [lane.memory for lane in LANES] == [120 * MIB, 250 * MIB, 2048 * MIB]
    with Lanes() as workers:
        assert [workers.schedule(n, limit_of_memory).result() for n in range(3)] == [
            lane.memory for lane in LANES
        ]


def test_a_worker_of_the_first_lane_loads_neither_pdfplumber_nor_ocr() -> None:
    with Lanes() as workers:
        loaded = workers.schedule(0, libraries, str(sample("made-c01-zhoukou2022"))).result()
    assert loaded[:2] == (False, False)
    assert loaded[2] <= 120_000_000


def test_a_worker_that_died_or_hangs_is_replaced() -> None:
    with Lanes([replace(LANES[0], seconds=0.5, workers=1)]) as workers:
        for _ in range(3):  # also where no other worker is alive
            with pytest.raises(ProcessExpired):
                workers.schedule(0, end_badly).result()
            with pytest.raises(LaneTimeoutError):
                workers.schedule(0, never_end).result()
        assert workers.schedule(0, limit_of_memory).result() == LANES[0].memory


def test_no_worker_is_begun_anew_where_reading_is_stopped() -> None:
    """As when the workers die of the signal that ends the command: each document would be given to new ones."""
    with suppress(KeyboardInterrupt), Lanes() as lanes:
        lanes.schedule(0, never_end)
        raise KeyboardInterrupt
    with pytest.raises(BrokenProcessPool, match="stopped"):
        lanes.schedule(0, limit_of_memory)


def test_what_one_lane_cannot_decide_the_next_does(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(PAGE)
    accused, scan = sample("hongze-2023-pdf"), sample("made-s08-bilevel200")
    (_, first), (_, second), (_, third) = read_all([page, accused, scan])
    assert readers(first) == ["html"]
    assert readers(second) == ["pypdfium2+pdfplumber"]
    assert "ocr" in readers(third)[0]


def test_a_document_that_does_not_fit_is_read_where_there_is_more_room(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(PAGE)
    narrow = replace(LANES[0], memory=48 * MIB)  # not even room for the libraries and a page
    [(_, outcome)] = read_all([page], lanes=[narrow, *LANES[1:]])
    assert readers(outcome) == ["html"]


def test_an_old_word_file_is_converted_beside_the_others(tmp_path: Path) -> None:
    old = sample("made-wps")
    page = tmp_path / "page.html"
    page.write_bytes(PAGE)
    found = [outcome for _, outcome in read_all([old, page, old])]
    assert [readers(one)[0].partition("+")[0] for one in found] == ["libreoffice", "html", "libreoffice"]


def test_one_bomb_among_200_good_files_costs_one_document(tmp_path: Path) -> None:
    good, bomb = tmp_path / "good.html", tmp_path / "bomb.pdf"
    good.write_bytes(PAGE)
    bomb.write_bytes(files()["stream bomb.pdf"])
    paths = [good] * 100 + [bomb] + [good] * 100
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes = list(read_all(paths))
    assert [path for path, outcome in outcomes if isinstance(outcome, Failure)] == [bomb]
    assert [path for path, _ in outcomes] == paths
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 * 1024


def rise_then(needed: Effort) -> tuple[bool, int]:
    """Whether the worker may run readers of that effort, and its limit of memory then."""
    return rise(LANES[0], needed), limit_of_memory()


def take(size: int) -> bool:
    """Holds and gives back that many bytes; whether the worker is spent then."""
    held = bytearray(size)
    del held
    return spent()


def test_a_worker_raises_its_own_limit_once_and_only_for_the_effort_of_its_lane() -> None:
    with Lanes([replace(LANES[0], workers=1)]) as workers:
        assert workers.schedule(0, rise_then, "pictures").result() == (False, 120 * MIB)
        assert workers.schedule(0, rise_then, "second").result() == (True, 250 * MIB)
        assert workers.schedule(0, rise_then, "second").result() == (True, 250 * MIB)


def test_a_worker_that_came_near_its_limit_takes_no_other_document(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(PAGE)
    read = partial(read_packed, partial(read_bytes, page), LANES[1], roomier=False)
    with Lanes([replace(LANES[1], workers=1)]) as workers:
        first = workers.schedule(0, read)
        assert first.result()
        room = 245 * MIB - workers.schedule(0, address_space).result()
        assert workers.schedule(0, take, room).result()
        with pytest.raises(ProcessExpired) as death:
            workers.schedule(0, read).result()
        assert death.value.exitcode == SPENT
        assert workers.schedule(0, read).result()


def test_a_document_that_a_heavier_library_must_see_is_read_in_the_first_lane_alone() -> None:
    [(_, outcome)] = read_all([sample("hongze-2023-pdf")], lanes=LANES[:1])
    assert readers(outcome) == ["pypdfium2+pdfplumber"]


def test_what_wants_too_much_memory_is_not_given_the_memory_of_ocr(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(PAGE)
    narrow = [replace(lane, memory=48 * MIB, rises=None) for lane in LANES[:2]]
    [(_, outcome)] = read_all([page], lanes=[*narrow, LANES[2]])
    assert isinstance(outcome, Failure)
    assert outcome.kind in {"memory", "crashed", "broken"}
