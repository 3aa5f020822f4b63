"""`reportwatch read --evidence` and `--draw`: pictures of what was read."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from parsers.model import Alternative, Figure, Finding, Origin, Parsed, Unreadable
from reportwatch import drawing, evidence
from reportwatch.pages import MOST_PIXELS, page_of
from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import report_page
from reportwatch.portal.story import REAL_PDF
from tests.reportwatch.hostile import files

HOSTILE = "<script>alert(1)</script>"
BOX = (100.0, 200.0, 160.0, 220.0)
RED, BLUE = (213, 30, 0), (0, 114, 178)


def read(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reportwatch", "read", "--format", "csv", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def figure(origin: Origin, key: str = "requests.received.total") -> Figure:
    other = Alternative("other", HOSTILE, origin)
    return Figure(key, None, HOSTILE, None, "unsure", origin, (other,))


def report(*figures: Figure) -> Parsed:
    told = Finding("r", "unsure", "warning", HOSTILE, HOSTILE, tuple(one.key for one in figures))
    return Parsed(None, None, HOSTILE, "2021", figures, (), (told,), "test")


def colours(body: bytes) -> set[tuple[int, ...]]:
    image = Image.open(io.BytesIO(body)).convert("RGB")
    return {
        colour for _, colour in image.getcolors(image.width * image.height) or () if isinstance(colour, tuple)
    }


def near(body: bytes, colour: tuple[int, int, int]) -> bool:
    return any(
        all(abs(one - two) < 24 for one, two in zip(found, colour, strict=True)) for found in colours(body)
    )


def test_accused_figures_have_a_picture_each_and_a_page_that_lists_them(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    done = read(REAL_PDF, "--evidence", folder)
    assert done.returncode == 0, done.stderr
    pictures = sorted(path.name for path in folder.glob("*.png"))
    assert pictures == ["001-1-disputes.review.total.png", "001-1-disputes.suit_after_review.total.png"]
    assert all(near((folder / name).read_bytes(), RED) for name in pictures)
    listed = (folder / "index.html").read_text(encoding="utf-8")
    assert all(f'src="{name}"' in listed for name in pictures)
    assert "printed_error" in listed


def test_the_pages_with_figures_are_drawn(tmp_path: Path) -> None:
    folder = tmp_path / "drawn"
    done = read(REAL_PDF, "--draw", folder)
    assert done.returncode == 0, done.stderr
    made = sorted(folder.iterdir())
    assert [path.name for path in made] == [f"001-body-page-00{page}.png" for page in (2, 3, 4)]
    assert all(near(path.read_bytes(), BLUE) for path in made)
    assert all(path.stat().st_size < 150_000 for path in made)


def test_nothing_is_written_over_and_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    for option in ("--evidence", "--draw"):
        done = read(REAL_PDF, option, tmp_path)
        assert done.returncode == 2
        assert "not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_document_that_cannot_be_shown_is_named_and_the_others_are_shown(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(report_page(MadeReport("示范市财政局", 2025), "2026-01-20"))
    done = read(page, REAL_PDF, "--draw", tmp_path / "drawn", "--evidence", tmp_path / "evidence")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "drawn").iterdir())) == 3


def test_a_figure_of_a_page_shows_the_rows_around_it_with_the_cell_marked() -> None:
    body = report_page(MadeReport("示范市财政局", 2025), "2026-01-20")
    [exhibit] = evidence.exhibits(body, [report(figure(Origin("html", table=2, row=6, column=4)))], "001")
    assert exhibit.name == "001-1-requests.received.total.html"
    assert exhibit.body.decode().count('class="here"') == 1


def test_what_a_document_says_is_text_in_the_pages_about_it() -> None:
    shown = report(figure(Origin("pdf", page=1, box=BOX)))
    listed = evidence.index([(HOSTILE, [shown], [])])
    assert "<script" not in listed
    assert listed.count("&lt;script&gt;") >= 4


@pytest.mark.parametrize("name", ["a/../../b", "..", "x y\x00z"])
def test_names_of_files_are_safe_whatever_the_key(name: str) -> None:
    shown = report(figure(Origin("pdf", page=2, box=BOX), key=name))
    [exhibit] = evidence.exhibits(REAL_PDF.read_bytes(), [shown], "001")
    assert exhibit.name is not None
    assert Path(exhibit.name).name == exhibit.name
    assert exhibit.name.startswith("001-1-")


def test_a_box_outside_of_the_page_gives_a_reason_and_no_picture() -> None:
    far = (9e6, 9e6, 9e7, 9e7)
    [exhibit] = evidence.exhibits(
        REAL_PDF.read_bytes(), [report(figure(Origin("pdf", page=2, box=far)))], "1"
    )
    assert (exhibit.name, bool(exhibit.why)) == (None, True)


def test_a_huge_page_is_shown_small() -> None:
    image = page_of(files()["huge page.pdf"], 1, 200).image
    assert image.width * image.height <= MOST_PIXELS


def test_a_page_that_is_not_there_is_named() -> None:
    with pytest.raises(Unreadable):
        page_of(REAL_PDF.read_bytes(), 99, 100)


def test_pictures_are_drawn_over_at_their_own_pixels() -> None:
    made = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(made, "PNG")
    [(page, drawn)] = drawing.drawn_pages(made.getvalue(), [report(figure(Origin("image", page=1, box=BOX)))])
    assert page == 1
    shown = Image.open(io.BytesIO(drawn)).convert("RGB")
    assert shown.getpixel((int(BOX[0]), 210)) != shown.getpixel((20, 20))
