"""Pages that only look like an answer, each with what it must be taken for."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from crawler.blindness import Expected, recognise

BLIND = Path(__file__).resolve().parents[1] / "samples" / "blind"
URL = "http://www.example.gov.cn/nb/"
PAGES = tomllib.loads((BLIND / "expected.toml").read_text(encoding="utf-8"))["page"]


def judged(page: dict[str, Any]) -> str:
    more = {key: page[key] for key in ("entries", "total", "previous", "minimum", "data") if key in page}
    expected = Expected(URL, page.get("final_url", URL), **more)
    why = recognise(page["status"], page.get("headers", {}), (BLIND / page["file"]).read_bytes(), expected)
    return why.kind if why else ""


@pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: f"{page['file']}-{page['status']}-{page['kind'] or 'good'}"
)
def test_a_page_is_taken_for_what_it_is(page: dict[str, Any]) -> None:
    assert judged(page) == page["kind"]


def test_every_saved_page_is_judged() -> None:
    files = {path.name for path in BLIND.iterdir() if path.suffix in {".html", ".txt", ".json"}}
    assert files == {page["file"] for page in PAGES}


def test_a_304_to_a_conditional_request_is_no_blindness() -> None:
    assert recognise(304, {}, b"", Expected(URL, URL, conditional=True)) is None


def test_a_firewall_is_known_by_its_headers() -> None:
    why = recognise(200, {"set-cookie": "__jsl_clearance_s=1"}, b"<html>...</html>", Expected(URL, URL))
    assert why is not None
    assert why.kind == "firewall"


def test_a_confirmed_move_is_no_redirect_away() -> None:
    body = (BLIND / "good-list.html").read_bytes()
    moved = Expected(URL, "http://www.example.gov.cn/xxgk/nb/", entries=15, moves_to="/xxgk/nb/")
    assert recognise(200, {}, body, moved) is None


def test_a_report_may_be_anything_but_a_notice() -> None:
    expected = Expected(URL, URL, markup=False)
    assert recognise(200, {}, b"%PDF-1.7 ...", expected) is None
    why = recognise(200, {}, b"", expected)
    assert why is not None
    assert why.kind == "empty"


def test_a_page_of_a_megabyte_of_open_tags_is_judged_at_once() -> None:
    why = recognise(200, {}, b"<html><script" * 100_000, Expected(URL, URL, entries=0))
    assert why is not None
