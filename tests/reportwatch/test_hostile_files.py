"""Files that mean harm end by name, in bounded time, and harm neither the program nor the next document."""

from __future__ import annotations

import resource
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reportwatch.lanes import LANES, Lane
from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import report_page
from reportwatch.portal.story import REAL_PDF
from reportwatch.reading import Failure, Outcome, read_all
from tests.reportwatch.hostile import files

if TYPE_CHECKING:
    from pathlib import Path

NAMED = {
    "empty", "encrypted", "truncated", "broken", "not_a_report", "unsupported", "too_large", "error_page",
    "crashed", "timeout", "memory",
}  # fmt: skip
SECONDS = 20.0


def within(seconds: float) -> list[Lane]:
    return [replace(lane, seconds=seconds) for lane in LANES]


HOSTILE = files()


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """What came of each file, and of an honest one read after each."""
    folder = tmp_path_factory.mktemp("hostile")
    honest = folder / "honest.html"
    honest.write_bytes(report_page(MadeReport("示范市财政局", 2025), "2026-01-20"))
    paths: list[Path] = []
    for name, body in HOSTILE.items():
        (folder / name).write_bytes(body)
        paths += [folder / name, honest]
    found: dict[str, Outcome] = {}
    for place, (path, outcome) in enumerate(read_all(paths, lanes=within(SECONDS))):
        found[path.name if path != honest else f"after {paths[place - 1].name}"] = outcome
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_with_a_name(outcomes: dict[str, Outcome], name: str) -> None:
    outcome = outcomes[name]
    assert isinstance(outcome, Failure) or outcome == ()
    assert outcome == () or (isinstance(outcome, Failure) and outcome.kind in NAMED)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_next_document_is_read(outcomes: dict[str, Outcome], name: str) -> None:
    outcome = outcomes[f"after {name}"]
    assert not isinstance(outcome, Failure)
    assert outcome[0].publisher == "示范市财政局"


def test_the_program_itself_neither_waits_nor_grows(tmp_path: Path) -> None:
    (tmp_path / "bomb.pdf").write_bytes(HOSTILE["stream bomb.pdf"])
    list(read_all([tmp_path / "bomb.pdf"], lanes=within(5)))  # whatever is loaded once is loaded now
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    list(read_all([tmp_path / "bomb.pdf"] * 2, lanes=within(5)))
    assert time.monotonic() - began < 40
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_pdf_that_was_cut_is_truncated_or_broken_and_never_half_a_report(
    tmp_path: Path, share: float
) -> None:
    body = REAL_PDF.read_bytes()
    (tmp_path / "cut.pdf").write_bytes(body[: int(len(body) * share)])
    [(_, outcome)] = read_all([tmp_path / "cut.pdf"])
    assert isinstance(outcome, Failure)
    assert outcome.kind in {"truncated", "broken"}
