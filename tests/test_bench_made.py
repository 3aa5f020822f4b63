"""Documents made anew: their figures hold every identity, each kind can be made, and is read without a wrong figure."""

from __future__ import annotations

import io
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pikepdf
import pypdfium2
import pytest

from bench.cases import cases
from bench.made.__main__ import main
from bench.made.chances import chance_of
from bench.made.figures import COLUMNS, DISPUTES, OUTCOMES, Edition, random_figures, results
from bench.made.making import make, orders
from bench.made.messes import NAMES, mess
from bench.made.report import BLANKS, Manner, make_report
from bench.made.scans import SCANNERS, scan
from bench.made.styles import styles, vary_manner
from bench.made.tools import MissingToolError, font_files, need
from bench.score import failures, passed, score_folder

if TYPE_CHECKING:
    from bench.made.styles import Style

# A few styles, one for each way a document is made; none that takes an OCR model
CHOSEN = (
    "chrome-full",
    "office-none",
    "drawn",
    "docx",
    "doc",
    "xlsx",
    "ods",
    "html-stray",
    "text",
    "pdf-turned",
)


@pytest.fixture
def tools() -> None:
    try:
        need("soffice")
        need("chromium", "google-chrome")
        need("pdftotext")
        font_files()
    except MissingToolError as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{missing}")


def style_named(name: str) -> Style:
    return next(style for style in styles() if style.name == name)


@pytest.mark.parametrize("edition", get_args(Edition))
@pytest.mark.parametrize("seed", range(20))
def test_made_figures_hold_every_identity_of_the_form(edition: Edition, seed: int) -> None:
    made = random_figures(chance_of(str(seed)), edition, large=seed % 2 == 0, sparse=0.5)
    assert len(made) == {"2021": 200, "2019": 198, "mixed": 186}[edition]
    for column in COLUMNS:
        entered = made[f"requests.received.{column}"] + made[f"requests.carried_in.{column}"]
        left = made[f"requests.concluded.{column}"] + made[f"requests.carried_out.{column}"]
        assert entered == left
        each = [made[f"requests.{row}.{column}"] for row in results(edition)]
        assert sum(each) == made[f"requests.concluded.{column}"]
    for row in ("received", "carried_in", *results(edition), "concluded", "carried_out"):
        kinds = [made[f"requests.{row}.{column}"] for column in COLUMNS[:-1]]
        assert sum(kinds) == made[f"requests.{row}.total"]
    for kind in DISPUTES:
        ended = [made[f"disputes.{kind}.{outcome}"] for outcome in OUTCOMES[:-1]]
        assert sum(ended) == made[f"disputes.{kind}.total"]


@pytest.mark.parametrize("zero", BLANKS)
def test_what_is_printed_without_a_number_is_expected_without_one(zero: str) -> None:
    report = make_report(chance_of("blank"), Manner(zero=zero))
    printed = {
        field.key: field.text for table in report.tables for row in table for field in row if field.key
    }
    assert set(printed) == set(report.figures)
    assert {key for key, text in printed.items() if text == BLANKS[zero]} == {
        key for key, value in report.figures.items() if value is None
    }
    assert None in report.figures.values()
    assert 0 not in report.figures.values()


def test_the_tables_of_every_edition_are_rectangles() -> None:
    for edition in get_args(Edition):
        for table in make_report(chance_of("shape"), Manner(edition=edition)).tables:
            covered = sum(field.rows * field.columns for row in table for field in row)
            width = sum(field.columns for field in table[0])
            assert covered == width * len(table), edition


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_the_same_for_the_same_seed_and_another_for_another(name: str) -> None:
    def page(seed: str) -> bytes:
        chance = chance_of(seed)
        return mess(name, make_report(chance, vary_manner(chance, style_named("html-plain"))), chance)

    assert page("1") == page("1")
    assert page("1") != page("2")


def test_300_documents_are_spread_over_all_styles() -> None:
    made = orders(styles(), 300, seed=1)
    assert len(made) == 300
    assert {order.style.name for order in made} == {style.name for style in styles()}
    assert len({order.name for order in made}) == 300
    assert {order.seed for order in made}.isdisjoint(order.seed for order in orders(styles(), 300, seed=2))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make([order for name in CHOSEN for order in orders([style_named(name)], 1, seed=1)], folder)
    return folder


@pytest.mark.usefixtures("tools")
def test_one_document_of_each_kind_is_read_without_a_wrong_figure(request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue("made")
    assert sorted(case.style for case in cases(folder)) == sorted(CHOSEN)
    scores = {one.case.style: one for one in score_folder(folder)}
    assert set(scores) == set(CHOSEN)
    assert passed(scores.values()), list(failures(scores.values()))
    for style in ("chrome-full", "docx", "html-stray"):
        assert scores[style].right == scores[style].figures > 150, style


@pytest.mark.usefixtures("tools")
def test_a_planted_wrong_figure_is_found(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    folder: Path = request.getfixturevalue("made")
    expected = folder / "docx-01.expected.json"
    told: dict[str, Any] = json.loads(expected.read_text(encoding="utf-8"), parse_float=Decimal)
    key = "requests.received.total"
    told["figures"][key] = int(told["figures"][key] or 0) + 1
    del told["figures"]["disputes.review.total"]
    (tmp_path / expected.name).write_text(json.dumps(told, default=float), encoding="utf-8")
    (tmp_path / "docx-01.docx").write_bytes((folder / "docx-01.docx").read_bytes())
    (found,) = score_folder(tmp_path)
    assert {miss.key for miss in found.misses if miss.how == "wrong"} == {key, "disputes.review.total"}
    assert found.right == found.figures - 1, "a figure that is not printed takes nothing from those that are"
    assert not passed([found])


@pytest.mark.parametrize("name", ["100", "black", "seal", "photo"])
def test_a_scan_shows_every_page_and_has_no_text(name: str) -> None:
    source = (Path(__file__).parent / "samples" / "made-l06-tiny" / "body.pdf").read_bytes()
    with pikepdf.open(io.BytesIO(source)) as whole:
        del whole.pages[2:]
        first_pages = io.BytesIO()
        whole.save(first_pages)
    made = scan(first_pages.getvalue(), SCANNERS[name], seed=1)
    assert made == scan(first_pages.getvalue(), SCANNERS[name], seed=1), "the same seed, another scan"
    document = pypdfium2.PdfDocument(made)
    assert len(document) == 2
    for page in document:
        assert not page.get_textpage().get_text_range().strip()
        assert 560 < page.get_width() < 620
        grey = page.render(scale=1).to_pil().convert("L")
        darkest, brightest = grey.getextrema()
        assert darkest < 100
        assert brightest > 200
    document.close()


def test_an_unknown_style_and_a_folder_in_use_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "out"), "--style", "nothing-like-it"]) == 64
    assert "html-plain" in capsys.readouterr().err
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert main([str(tmp_path), "--style", "html-plain"]) == 64
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
