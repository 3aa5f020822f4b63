"""The benchmark itself: what passes its bars, what a document is compared with, what a worker takes."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from bench import memory, speed
from bench.cases import Case, cases
from bench.score import score, table
from bench.timing import Timing, measure
from parsers import parse, sniffing
from reportwatch.reading import Failure

SAMPLES = Path(__file__).parent / "samples"
PAGE = SAMPLES / "made-h01-plain" / "body.html"


def case_of(name: str) -> Case:
    return next(case for case in cases(SAMPLES / name))


def timing(whole: float, *, reader: str = "pypdfium2") -> Timing:
    others = {"pdfplumber": 600.0, "pypdfium2": 40.0}
    return Timing("a report", sniffing.PDF, "Chrome", 6, reader, whole - 5, whole, others)


def verdicts(*timings: Timing) -> list[tuple[str, str, str]]:
    """(what, documents, verdict of the whole parse) of each bar that counted a document."""
    rows = [line.strip("| ").split(" | ") for line in list(speed.bars(timings))[2:]]
    return [(row[0], row[1], row[-1]) for row in rows if row[1] != "0"]


def test_a_bar_passes_by_the_median_of_the_documents_it_counts() -> None:
    fast, slow, asked = timing(45.0), timing(61.0), timing(640.0, reader="pypdfium2+pdfplumber")
    assert [verdict for _, _, verdict in verdicts(fast)] == ["pass", "pass", "pass"]
    assert [verdict for _, _, verdict in verdicts(slow)] == ["FAIL", "FAIL", "FAIL"]
    first, everything, text = verdicts(fast, asked)
    assert (first[1], first[2]) == ("1", "pass")
    assert (everything[1], everything[2]) == ("2", "FAIL"), "what pdfplumber was asked for counts here"
    assert text[1] == "1"


def test_every_kind_of_document_is_timed_alone_whole_and_beside_its_yardstick() -> None:
    told = measure(case_of("made-h01-plain"), rounds=1)
    assert told is not None
    assert told.media_type == sniffing.HTML
    assert set(told.others) == {"lxml"}
    assert min(told.alone, told.whole, told.others["lxml"]) > 0
    assert any(verdict for what, _, verdict in verdicts(told) if what == "HTML")


def test_figures_that_the_sample_names_are_scored() -> None:
    case = case_of("made-h01-plain")
    assert case.figures is not None
    scored = score(case, parse(PAGE.read_bytes(), ""))
    assert (scored.right, scored.misses, scored.refused) == (200, (), None)


def test_a_refused_document_is_absent_and_refused_but_never_wrong() -> None:
    scored = score(case_of("made-h01-plain"), Failure("encrypted", "it has a password"))
    assert scored.refused == "encrypted: it has a password"
    assert (scored.right, scored.count("absent"), scored.count("wrong")) == (0, 200, 0)


def test_a_share_is_never_rounded_up_to_a_hundred(tmp_path: Path) -> None:
    (tmp_path / "page-01.html").write_bytes(PAGE.read_bytes())
    told = json.loads((PAGE.parent / "expected.json").read_text(encoding="utf-8"), parse_float=Decimal)
    figures = {key: Decimal(value) if value is not None else None for key, value in told["figures"].items()}
    case = Case(tmp_path / "page-01.html", "page-01", "page", "ruled", figures)
    good = [score(case, parse(PAGE.read_bytes(), ""))] * 200
    bad = score(
        Case(case.path, "x", "page", "ruled", {**figures, "requests.granted.total": Decimal(-1)}),
        parse(PAGE.read_bytes(), ""),
    )
    line = next(line for line in table([*good, bad], "style") if line.startswith("| page "))
    assert "99.99 %" in line
    assert line.endswith("FAIL |")


def test_a_worker_tells_its_peak_and_what_it_hands_on() -> None:
    accused, page = str(SAMPLES / "hongze-2023-pdf" / "body.pdf"), str(PAGE)
    (first,) = memory.workers([page, accused], ["first"])
    assert (first.documents, first.onward) == (1, (accused,)), "an accusation takes a second library"
    assert 10 < first.peak < memory.LIMITS["first"]
