"""Scans and pictures: figures exactly right or unsure, and what is needed before one is claimed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from parsers import parse
from parsers.model import Unreadable
from parsers.readers import scan, scan_wanted
from parsers.readers.scan_labels import spelled
from parsers.readers.scan_looks import agreed
from parsers.readers.scan_ocr import Seen
from tests.parsers.samples import Sample, every_sample, scanned_samples

if TYPE_CHECKING:
    from parsers.readers.scan_looks import Verdict

each_scan = pytest.mark.parametrize(
    "sample",
    [pytest.param(s, id=s.name, marks=pytest.mark.xdist_group(s.name)) for s in scanned_samples()],
)


def _looks(*texts: str, score: float = 0.99) -> Verdict | None:
    return agreed([Seen(text, (score,) * len(text), ()) for text in texts])


def _sample(name: str) -> Sample:
    return next(sample for sample in every_sample() if sample.name == name)


@each_scan
def test_a_figure_of_a_scan_is_exactly_right_or_unsure(sample: Sample) -> None:
    expected = sample.expected["figures"]
    assert sample.figures.keys() == expected.keys()
    wrong = {
        key: (figure.text, expected[key])
        for key, figure in sample.figures.items()
        if figure.state != "unsure" and figure.value != expected[key]
    }
    assert wrong == {}


@each_scan
def test_few_figures_of_a_scan_are_unsure(sample: Sample) -> None:
    unsure = [key for key, figure in sample.figures.items() if figure.state == "unsure"]
    assert len(unsure) <= sample.meta["scan"]["unsure"]


@each_scan
def test_a_scan_accuses_nobody_of_what_was_misread(sample: Sample) -> None:
    assert [finding for finding in sample.parsed.findings if finding.kind == "printed_error"] == []


@each_scan
def test_every_figure_of_a_scan_has_its_place_and_score(sample: Sample) -> None:
    for figure in sample.parsed.figures:
        origin = figure.origin
        assert origin.kind == "image"
        assert origin.page
        assert origin.box
        assert figure.state == "unsure" or origin.score is not None


@each_scan
def test_the_title_of_a_scan_is_read(sample: Sample) -> None:
    assert sample.parsed.title == sample.expected["title"]


def test_one_look_is_none() -> None:
    assert _looks("12", "", "") is None


def test_two_looks_that_differ_claim_nothing() -> None:
    assert _looks("12", "17", "") is None


def test_a_third_look_that_is_sure_of_something_else_is_heard() -> None:
    assert _looks("12", "12", "17") is None


def test_two_sure_looks_stand_against_a_weak_third_but_are_not_strong() -> None:
    weak = Seen("17", (0.4, 0.4), ())
    sure = Seen("12", (0.99, 0.99), ())
    verdict = agreed([weak, sure, sure])
    assert verdict
    assert verdict.text == "12"
    assert not verdict.strong


def test_letters_become_digits_only_where_a_look_read_digits() -> None:
    verdict = _looks("O", "0", "o")
    assert verdict
    assert verdict.text == "0"
    assert _looks("l", "l", "I") is None


def test_looks_that_are_hardly_sure_claim_nothing() -> None:
    assert _looks("12", "12", "12", score=0.55) is None


def test_a_label_is_spelled_as_the_form_spells_it_and_a_figure_never_is() -> None:
    assert spelled("尚末审结") == "尚未审结"
    assert spelled("总计") == "总计"
    assert spelled("1234") == "1234"


@pytest.mark.parametrize("name", ["made-l00-zhoukou2022", "made-w01-wordlike"])
def test_a_document_with_text_and_without_pictures_asks_for_no_look(name: str) -> None:
    assert not scan_wanted.in_pdf(_sample(name).body)


def test_without_the_extra_a_scan_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "_NEEDED", ("no_such_library",))
    with pytest.raises(Unreadable) as caught:
        scan.read(b"a picture that no other test has")
    assert caught.value.kind == "unsupported"
    assert "uv sync --extra ocr" in caught.value.message


def test_a_picture_without_a_table_is_no_report() -> None:
    picture = io.BytesIO()
    Image.new("L", (600, 800), 255).save(picture, "PNG")
    assert parse(picture.getvalue(), "image/png") == ()


def test_a_picture_that_cannot_be_decoded_is_refused() -> None:
    picture = io.BytesIO()
    Image.new("L", (600, 800), 255).save(picture, "BMP")
    with pytest.raises(Unreadable) as caught:
        parse(picture.getvalue()[:2000], "image/bmp")
    assert caught.value.kind in {"broken", "truncated"}
