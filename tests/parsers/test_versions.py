"""A report that a document holds in two versions: no version wins in silence."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

from parsers import parse
from parsers.versions import compare_versions
from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import report_page
from tests.parsers.samples import SAMPLES

RULE = "two versions"


def body_of(name: str) -> bytes:
    return next((SAMPLES / name).glob("body.*")).read_bytes()


def packed(**documents: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in documents.items():
            archive.writestr(name.replace("_", "."), body)
    return made.getvalue()


def test_versions_that_agree_are_left_as_they_are() -> None:
    word, sheet = body_of("made-docx-l00-zhoukou2022"), body_of("made-xlsx")
    found = parse(packed(a_docx=word, b_xlsx=sheet), "application/zip")
    assert len(found) == 2
    assert found == (*parse(word, ""), *parse(sheet, ""))


def test_a_figure_that_the_versions_print_differently_is_unsure_in_both() -> None:
    word = body_of("made-docx-l00-zhoukou2022")
    sheet = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(word)) as before,
        zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, part.replace(b">5<", b">6<") if name == "word/document.xml" else part)
    found = parse(packed(a_docx=word, b_docx=sheet.getvalue()), "application/zip")
    [first], [second] = parse(word, ""), parse(sheet.getvalue(), "")
    right = {figure.key: figure.value for figure in first.figures}
    differing = {figure.key for figure in second.figures if figure.value != right[figure.key]}
    assert differing
    for parsed in found:
        assert {figure.key for figure in parsed.figures if figure.state == "unsure"} == differing
        assert all(len(figure.alternatives) == 2 for figure in parsed.figures if figure.key in differing)
        [finding] = [finding for finding in parsed.findings if finding.rule == RULE]
        assert (finding.kind, set(finding.keys)) == ("unsure", differing)
        assert not any(
            differing & set(other.keys) for other in parsed.findings if other.kind == "printed_error"
        )


def test_reports_of_two_years_or_of_nobody_known_are_not_compared() -> None:
    pages = [report_page(MadeReport("示范市财政局", year), "2026-01-20") for year in (2024, 2025)]
    found = tuple(one for page in pages for one in parse(page, "text/html"))
    changed = replace(found[0], figures=tuple(replace(one, value=7, text="7") for one in found[0].figures))
    assert compare_versions(found) == found
    nameless = (replace(found[0], publisher=None), replace(changed, publisher=None))
    assert compare_versions(nameless) == nameless
    assert compare_versions((found[0], changed)) != (found[0], changed)
