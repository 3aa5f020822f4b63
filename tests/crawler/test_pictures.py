"""A report that is published as linked pictures is one report: the page and its pictures, read together by OCR."""

from __future__ import annotations

import io
import json
import struct
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest

from reportwatch.options import Options
from reportwatch.steps import parse
from tests.parsers.samples import SAMPLES
from tests.portal.server import HTML, listed, report_page

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.crawler.conftest import World
    from tests.portal.server import Site

PRINTED = SAMPLES / "made-l00-zhoukou2022"
PAGES = (4, 5)  # sections two to five, with their tables
BEFORE = f"<p>一、总体情况</p><p>{'本年度依法公开政府信息。' * 5}</p>"
AFTER = f"<p>六、其他需要报告的事项</p><p>{'无其他需要报告的事项。' * 3}</p>"
TITLE = "周口市2022年政府信息公开工作年度报告"
NOW, NEXT_DAY, WEEK_LATER = "2023-02-03T02:00:00Z", "2023-02-04T02:00:00Z", "2023-02-10T02:00:00Z"
TWO_WEEKS_LATER = "2023-02-17T02:00:00Z"
NAMES = tuple(f"P020230130{number}.jpg" for number in range(len(PAGES)))
JPEG = "image/jpeg"


@cache
def scanned(resolution: int = 170) -> tuple[bytes, ...]:
    """Pages of a report as somebody would scan and upload them."""
    document = pypdfium2.PdfDocument(PRINTED / "body.pdf")
    pictures = []
    for number in PAGES:
        file = io.BytesIO()
        document[number].render(scale=resolution / 72, grayscale=True).to_pil().save(file, "JPEG", quality=75)
        pictures.append(file.getvalue())
    document.close()
    return tuple(pictures)


def drawn(width: int, height: int) -> bytes:
    """A white PNG, as a logo or a code would be."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    rows = zlib.compress((b"\x00" + b"\xff" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def shown(names: tuple[str, ...], more: str = "") -> str:
    pictures = "".join(f'<p><img src="./{name}"/></p>' for name in names)
    return report_page(TITLE, f"<h1>{TITLE}</h1>{BEFORE}{pictures}{more}{AFTER}")


def with_report(world: World, page: str, names: tuple[str, ...] = NAMES) -> Site:
    """A list with one report, whose page shows pictures."""
    site = world.site()
    site.put("/nb/", listed([f"t1.html|{TITLE}|2023-01-30"]))
    site.put("/nb/t1.html", page, headers={"ETag": '"page"'})
    for name, picture in zip(names, scanned(), strict=False):
        put(site, name, picture)
    world.watch("demo", site.url("/nb/"))
    return site


def put(site: Site, name: str, picture: bytes) -> None:
    site.put(f"/nb/{name}", picture, media_type=JPEG, headers={"ETag": f'"{zlib.crc32(picture)}"'})


def read(world: World, now: str = NOW) -> dict[str, Any]:
    """What the real readers make of what is kept and not yet read."""
    step = parse(Options(state=world.state, watchlist=world.root / "watchlist", fixed_now=now, quiet=True))
    return dict(step.facts)


def figures(world: World) -> dict[object, object]:
    rows = world.rows(
        "SELECT k.key, f.value FROM figures f JOIN figure_keys k ON k.id = f.key JOIN readings r ON r.id = f.reading"
        " WHERE f.state = 'number' AND r.document IN (SELECT id FROM latest_documents)"
    )
    assert len({key for key, _ in rows}) == len(rows)
    return {str(key): value for key, value in rows}


def findings(world: World) -> dict[object, tuple[object, object]]:
    rows = world.rows(
        "SELECT f.rule, f.kind, f.message FROM findings f JOIN readings r ON r.id = f.reading"
        " WHERE r.document IN (SELECT id FROM latest_documents) AND f.level <> 'info'"
    )
    return {rule: (kind, message) for rule, kind, message in rows}


def asked(site: Site, name: str) -> int:
    return site.paths().count(f"/nb/{name}")


EXPECTED = json.loads((PRINTED / "expected.json").read_text("utf-8"))["figures"]


@pytest.fixture
def read_once(world: World) -> tuple[World, Site]:
    """A report whose tables are pictures, with a logo, a QR code, and one picture shown twice."""
    more = f'<img src="logo.png"><img src="./qr.png"><p><img src="{NAMES[1]}"></p>'
    site = with_report(world, shown(NAMES, more))
    site.put("/nb/logo.png", drawn(600, 90), media_type="image/png")
    site.put("/nb/qr.png", drawn(258, 258), media_type="image/png")
    world.crawl(NOW)
    return world, site


def test_the_pictures_of_a_page_are_one_report_whatever_else_it_shows(read_once: tuple[World, Site]) -> None:
    world, site = read_once
    assert read(world) == {"documents": 1, "reports": 1, "unreadable": [], "read_by_others": 0}
    assert figures(world) == EXPECTED
    assert findings(world) == {}
    kept = world.rows("SELECT url, parent, part FROM documents ORDER BY id")
    page = world.rows("SELECT id FROM documents WHERE url LIKE '%.html'")[0][0]
    assert kept[:-1] == [(site.url(f"/nb/{name}"), page, 1) for name in NAMES]
    assert [asked(site, name) for name in (*NAMES, "logo.png", "qr.png")] == [1] * 4
    # nothing is left to be read, and a second visit changes nothing
    assert read(world)["documents"] == 0
    assert world.crawl(NEXT_DAY).summary["new_documents"] == 0
    assert read(world, NEXT_DAY)["documents"] == 0


def test_a_picture_that_changes_is_a_new_version_of_the_report(read_once: tuple[World, Site]) -> None:
    world, site = read_once
    read(world)
    put(site, NAMES[1], scanned(150)[1])
    world.crawl(WEEK_LATER)
    assert asked(site, NAMES[1]) == 2
    assert read(world, WEEK_LATER)["documents"] == 1
    assert figures(world) == EXPECTED
    assert len(world.rows("SELECT 1 FROM documents WHERE url LIKE '%.html'")) == 2
    assert read(world, WEEK_LATER)["documents"] == 0
    world.crawl(TWO_WEEKS_LATER)  # the page and its pictures answer "not modified"
    assert read(world, TWO_WEEKS_LATER)["documents"] == 0
    assert len(world.rows("SELECT 1 FROM documents")) == len(NAMES) + 3


def test_what_a_picture_shows_that_is_not_there_is_unknown_and_never_missing(world: World) -> None:
    site = with_report(world, shown(NAMES))
    site.put(f"/nb/{NAMES[1]}", "not here", status=404)
    world.crawl(NOW)
    assert read(world)["reports"] == 1
    assert {key.partition(".")[0] for key in map(str, figures(world))} == {"disclosure", "requests"}
    told = findings(world)
    assert {kind for kind, _ in told.values()} == {"unsure"}
    assert set(told) == {"pictures", "sections"}
    assert all(NAMES[1] in str(message) for _, message in told.values())
    # the next day it is there
    put(site, NAMES[1], scanned()[1])
    world.crawl(NEXT_DAY)
    assert read(world, NEXT_DAY)["reports"] == 1
    assert figures(world) == EXPECTED
    assert findings(world) == {}


def test_a_report_none_of_whose_pictures_is_there_is_incomplete_and_not_no_report(world: World) -> None:
    with_report(world, shown(("gone1.jpg", "gone2.jpg")), names=())
    world.crawl(NOW)
    assert [one["kind"] for one in read(world)["unreadable"]] == ["incomplete"]


def test_a_picture_that_fails_later_keeps_what_was_read(world: World) -> None:
    site = with_report(world, shown(NAMES[1:2]), names=())
    put(site, NAMES[1], scanned()[1])
    world.crawl(NOW)
    site.put(f"/nb/{NAMES[1]}", "no", status=503)
    world.crawl(WEEK_LATER)
    assert world.rows("SELECT count(*) FROM documents WHERE part = 0") == [(1,)]
    assert world.rows("SELECT count(*) FROM captures WHERE kind = 'failed'") == [(1,)]


def test_an_error_page_in_the_place_of_a_picture_is_no_picture(world: World) -> None:
    site = with_report(world, shown(NAMES[1:2]), names=())
    site.put(f"/nb/{NAMES[1]}", report_page("图片"), media_type=JPEG)
    world.crawl(NOW)
    [(pictures,)] = world.rows("SELECT pictures FROM documents")
    assert json.loads(str(pictures)) == [[f"./{NAMES[1]}", None]]


def test_pictures_of_another_host_are_not_fetched_and_told(world: World) -> None:
    elsewhere = world.site()
    elsewhere.put("/a.jpg", scanned()[1], media_type=JPEG)
    with_report(world, shown((), f'<img src="{elsewhere.url("/a.jpg")}">'), names=())
    world.crawl(NOW)
    assert elsewhere.paths() == []
    assert [one["kind"] for one in read(world)["unreadable"]] == ["incomplete"]


def test_a_picture_that_a_list_links_to_is_read_by_itself(world: World) -> None:
    site = world.site()
    site.put("/nb/", listed([f"one.jpg|{TITLE}|2023-01-30"]))
    site.put("/nb/one.jpg", scanned()[1], media_type=HTML)
    world.watch("demo", site.url("/nb/"))
    world.crawl(NOW)
    assert read(world)["reports"] == 1
    assert world.rows("SELECT part, media_type FROM documents") == [(0, JPEG)]


def test_a_crawl_killed_among_the_pictures_is_made_good_by_the_next(world: World, tmp_path: Path) -> None:
    site = with_report(world, shown(NAMES))
    running: list[subprocess.Popen[bytes]] = []
    site.on_request = lambda path: running[0].kill() if path.endswith(NAMES[1]) and running else None
    running.append(world.start(NOW))
    running[0].communicate()
    site.on_request = lambda _: None
    assert read(world)["documents"] == 0  # no picture is read alone
    world.crawl(NEXT_DAY)
    [(pictures,)] = world.rows("SELECT pictures FROM documents WHERE part = 0")
    assert [bool(sha256) for _, sha256 in json.loads(str(pictures))] == [True] * len(NAMES)
    assert tmp_path.exists()
