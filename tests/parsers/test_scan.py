"""Scans and pictures: figures exactly right or unsure, and what is needed before one is claimed."""

from __future__ import annotations

import base64
import io
import zipfile
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

from parsers import parse
from parsers.model import Cell, Origin, Unreadable
from parsers.readers import scan, scan_wanted
from parsers.readers.scan_blanks import is_blank
from parsers.readers.scan_labels import spelled
from parsers.readers.scan_looks import agreed
from parsers.readers.scan_ocr import Seen, text_boxes
from parsers.readers.scan_strokes import SLASH, lean
from tests.parsers.samples import Sample, every_sample, scanned_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parsers.model import Box
    from parsers.readers.scan_looks import Verdict

# One group: two models at once would need twice the memory.

each_scan = pytest.mark.parametrize("sample", [pytest.param(s, id=s.name) for s in scanned_samples()])


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


def _stroke(*points: tuple[int, int]) -> NDArray[np.uint8]:
    """A line of ink, three pixels wide, in a cell of 40 by 40 pixels, cut out as a sign."""
    picture = Image.new("L", (40, 40))
    ImageDraw.Draw(picture).line(points, 1, 3)
    return np.asarray(picture)


def _lean(ink: NDArray[np.uint8]) -> float:
    rows, columns = np.nonzero(ink)
    return lean(ink, (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1), 30)


def test_a_slash_leans_and_a_one_does_not() -> None:
    assert _lean(_stroke((12, 34), (22, 8))) > SLASH
    assert abs(_lean(_stroke((17, 34), (17, 8)))) < 0.05


def test_a_seven_and_a_one_with_a_flag_are_no_single_stroke() -> None:
    assert _lean(_stroke((10, 8), (24, 8), (15, 34))) == 0
    assert _lean(_stroke((10, 14), (18, 8), (18, 34))) <= 0


def test_a_tall_picture_is_searched_in_bands_and_no_line_is_cut() -> None:
    picture = Image.new("L", (300, 4000), 255)
    for top in range(40, 3900, 60):
        ImageDraw.Draw(picture).text((40, top), "20230123456789", fill=0, font_size=28)
    boxes = text_boxes(np.asarray(picture))
    assert len(boxes) == len(range(40, 3900, 60))
    assert all(15 < bottom - top < 50 for _, top, _, bottom in boxes)


def _row(*boxes: Box) -> list[Cell]:
    """A row of cells on page 1; the second cell is empty."""
    return [
        Cell("" if number == 1 else "7", Origin("pdf", page=1, box=box)) for number, box in enumerate(boxes)
    ]


def test_a_blank_without_borders_needs_paper_from_neighbour_to_neighbour() -> None:
    row = _row((0, 0, 100, 10), (140, 0, 160, 10), (200, 0, 210, 10))
    nothing = np.empty((0, 4))
    assert is_blank(row, 1, nothing)
    assert not is_blank(row, 1, np.array([[150.0, 2.0, 154.0, 9.0]]))
    assert not is_blank(row, 1, np.array([[120.0, 2.0, 124.0, 9.0]]))  # out of its column: whose is it?
    assert is_blank(row, 1, np.array([[150.0, 22.0, 154.0, 29.0]]))
    assert not is_blank(row, 0, nothing)


@cache
def _picture() -> tuple[bytes, dict[str, object]]:
    """A page of the scanned TIFF as a PNG file, and what it gives when it is read by itself."""
    sample = next(sample for sample in scanned_samples() if next(sample.folder.glob("body.tiff"), None))
    with Image.open(io.BytesIO(sample.body)) as opened:
        opened.seek(opened.n_frames - 1)  # type: ignore[attr-defined]  # TIFF files have frames
        file = io.BytesIO()
        opened.convert("L").save(file, "PNG", optimize=True)
    return file.getvalue(), _values(file.getvalue(), "image/png")


def _values(body: bytes, media_type: str) -> dict[str, object]:
    return {figure.key: figure.value for parsed in parse(body, media_type) for figure in parsed.figures}


def test_a_picture_that_a_page_carries_in_itself_is_read() -> None:
    picture, values = _picture()
    address = base64.b64encode(picture).decode()
    page = f"<html><body><h1>年度报告</h1><img src='data:image/png;base64,{address}'></body></html>"
    assert values
    assert _values(page.encode(), "text/html") == values


_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = {
    "[Content_Types].xml": """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml"
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="a" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>""",
    "word/_rels/document.xml.rels": f"""<Relationships
xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="b" Type="{_RELATIONS}/image" Target="media/one.png"/></Relationships>""",
    "word/document.xml": f"""<w:document xmlns:r="{_RELATIONS}"
xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><w:body><w:p><w:r><w:drawing>
<a:blip r:embed="b"/></w:drawing></w:r></w:p></w:body></w:document>""",
}


def test_a_picture_in_a_word_document_is_read() -> None:
    picture, values = _picture()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, text in _PARTS.items():
            package.writestr(name, text)
        package.writestr("word/media/one.png", picture)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert _values(file.getvalue(), kind) == values
