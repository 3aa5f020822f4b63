"""Lists that an interface fills: whatever it answers, a visit that lacks a report is blind, by its right name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.crawler.conftest import World
from tests.portal.corner import Corner, reports
from tests.portal.corners import gkmlpt, jpaas, jpage, xxgk
from tests.portal.server import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.portal.server import Asked, Site

    Change = Callable[[Asked, bytes], Reply]

COUNT = 41
HTML = {"Content-Type": "text/html; charset=utf-8"}
CAPTCHA = "<html><head><title>安全验证</title></head><body>请输入验证码后继续访问</body></html>".encode()
ERROR = "<html><head><title>系统消息</title></head><body>参数有误，请返回</body></html>".encode()
PATHS = ("/dataproxy.jsp", "/search.jsp", "/page/build/unit", "/gkmlpt/api/")


@dataclass(frozen=True, slots=True)
class Case:
    """One way to misbehave: the corner, what its interface does, and what the visit is called then."""

    corner: str
    change: Change
    kind: str
    nth: int = 1


def says(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Change:
    return lambda _, __: Reply(body, status, headers or HTML)


def altered(pattern: str, by: str) -> Change:
    """The honest answer with a text in it replaced."""
    return lambda _, body: Reply(re.sub(pattern, by, body.decode(), flags=re.DOTALL).encode(), 200, HTML)


def cut(asked: Asked, body: bytes) -> Reply:
    del asked
    return Reply(body[: len(body) * 2 // 3], 200, HTML)


def without_the_last(asked: Asked, body: bytes) -> Reply:
    """The count as before, and one row fewer."""
    del asked
    if body.startswith(b"{"):
        answer = json.loads(body)
        if "articles" in answer:
            answer["articles"] = answer["articles"][:-1]
        else:
            answer["data"]["html"] = re.sub(
                r"<li>(?!.*<li>).*?</li>", "", answer["data"]["html"], flags=re.DOTALL
            )
        return Reply(json.dumps(answer).encode())
    text = re.sub(r"<record>(?!.*<record>).*?</record>", "", body.decode(), flags=re.DOTALL)
    return Reply(re.sub(r"<tr class(?!.*<tr class).*?</tr>", "", text, flags=re.DOTALL).encode(), 200, HTML)


EMPTY_STORE = b"<datastore><totalrecord>41</totalrecord><recordset></recordset></datastore>"
EVERYWHERE = {
    "a captcha": (says(CAPTCHA), "captcha"),
    "a page with an error": (says(ERROR), "structure_changed"),
    "nothing at all": (says(b""), "empty"),
    "521": (says(b"<script>document.cookie='a=b'</script>", 521), "firewall"),
    "403": (says(b"<html>403 Forbidden</html>", 403), "refused"),
    "half of an answer": (cut, ""),
    "one row fewer than it counts": (without_the_last, "truncated"),
}
OF_ONE = {
    "jpage: counts more than there are": Case(
        "jpage", altered("<totalrecord>41", "<totalrecord>42"), "truncated"
    ),
    "jpage: counts fewer than there are": Case(
        "jpage: nothing stands in the page", altered("<totalrecord>41", "<totalrecord>40"), "truncated"
    ),
    "gkmlpt: counts fewer than there are": Case("gkmlpt", altered(": 41", ": 0"), "truncated"),
    "jpaas: counts fewer than there are": Case("jpaas", altered("count='41'", "count='3'"), "truncated"),
    "jpaas: counts the rows of each page": Case("jpaas", altered("count='41'", "count='15'"), "truncated"),
    "xxgk: counts fewer than there are": Case("xxgk", altered("共50条", "共7条"), "truncated"),
    "jpage: the rest is empty": Case("jpage", says(EMPTY_STORE), "truncated"),
    "jpage: a text that is no datastore": Case("jpage", says(b"error: null"), "truncated"),
    "jpage: pages past the end are empty": Case(
        "jpage: gives at most 30 at once", says(EMPTY_STORE), "truncated", 2
    ),
    "gkmlpt: counts more than there are": Case(
        "gkmlpt", altered('"post_count": 41', '"post_count": 42'), "http_error"
    ),
    "gkmlpt: says that something failed": Case(
        "gkmlpt", says(b'{"code": 500, "msg": "error"}'), "structure_changed"
    ),
    "gkmlpt: no article and no count": Case("gkmlpt", says(b'{"articles": []}'), "structure_changed"),
    "gkmlpt: the second page is not there": Case(
        "gkmlpt: pages of twenty", says(b"<html>404 Not Found</html>", 404), "http_error", 2
    ),
    "gkmlpt: the second page counts otherwise": Case(
        "gkmlpt: pages of twenty", altered(": 41", ": 40"), "truncated", 2
    ),
    "jpaas: counts more than there are": Case("jpaas", altered("count='41'", "count='42'"), "truncated"),
    "jpaas: says that something failed": Case(
        "jpaas", says(b'{"success": false, "msg": "null"}'), "structure_changed"
    ),
    "jpaas: no count": Case("jpaas", altered("count='41'", ""), "truncated"),
    "xxgk: counts more than there are": Case("xxgk", altered("共50条", "共51条"), "truncated"),
    "xxgk: no count": Case("xxgk", altered("共[0-9]+[条页]", ""), "truncated"),
}


def first_page_always(corner: str) -> Change:
    """An interface that does not heed which page is asked for."""
    kept: dict[str, bytes] = {}
    del corner
    return lambda _, body: Reply(kept.setdefault("first", body), 200, HTML)


def cases() -> dict[str, Case]:
    found = dict(OF_ONE)
    for name, (change, kind) in EVERYWHERE.items():
        for corner in ("jpage", "gkmlpt", "jpaas", "xxgk"):
            found[f"{corner}: {name}"] = Case(corner, change, kind)
    # What it counts beyond its only page is asked for, and is not there
    found["gkmlpt: one row fewer than it counts"] = Case("gkmlpt", without_the_last, "http_error")
    small = {
        "jpage": "jpage: gives at most 30 at once", "gkmlpt": "gkmlpt: pages of twenty", "jpaas": "jpaas",
        "xxgk": "xxgk",
    }  # fmt: skip
    for corner, name in small.items():
        found[f"{corner}: the first page again and again"] = Case(
            name, first_page_always(corner), "truncated"
        )
    return found


CASES = cases()
BUILT = {**jpage.VARIANTS, **gkmlpt.VARIANTS, **jpaas.VARIANTS, **xxgk.VARIANTS}


def troubled(site: Site, case: Case) -> Corner:
    """A corner whose interface misbehaves from the n-th answer on."""
    corner, asked_before = BUILT[case.corner](site, reports(COUNT)), [0]

    def trouble(asked: Asked, reply: Reply) -> Reply:
        if not any(path in asked.path for path in PATHS):
            return reply
        asked_before[0] += 1
        return case.change(asked, reply.body) if asked_before[0] >= case.nth else reply

    site.trouble = trouble
    return corner


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """How the visit to each case ended, all in one run of the crawler."""
    world = World(tmp_path_factory.mktemp("interfaces"))
    for number, case in enumerate(CASES.values()):
        site = world.site()
        corner = troubled(site, case)
        world.watch(f"s{number}", site.url(corner.path), corner.family, corner.options, hosts=[site.host])
    crawled = world.crawl()
    yield {"summary": crawled.summary, "kinds": crawled.kinds, "log": crawled.log}
    world.close()


@pytest.mark.parametrize("name", sorted(CASES))
def test_an_interface_that_misbehaves_blinds_the_visit_by_its_right_name(
    name: str, seen: dict[str, Any]
) -> None:
    kind = seen["kinds"].get(f"s{list(CASES).index(name)}")
    assert kind == CASES[name].kind or (not CASES[name].kind and kind in ("truncated", "structure_changed"))


def test_no_answer_of_an_interface_is_a_fault_of_the_program(seen: dict[str, Any]) -> None:
    assert seen["summary"]["faults"] == []
    assert seen["summary"]["visits"] == {"blind": len(CASES)}


HOSTILE: dict[str, bytes] = {
    "a megabyte of nonsense": b"<record>![CDATA[ {[<li <a href= \xff\xfe" * 26_000,
    "a megabyte of open records": b"<datastore>" + b"<record><![CDATA[" * 60_000,
    "many datastores": b"<datastore><record>" * 40_000,
    "deep JSON": b'{"articles": ' + b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "null": b"null",
    "a number": b"1e999",
    "a long number": b'{"articles": [], "total": ' + b"9" * 6000 + b"}",
    "a list": b'[[], {}, null, "x"]',
    "wrong types": json.dumps(
        {
            "classify": {"post_count": [41]}, "total": {"a": 1}, "success": "true", "data": {"html": ["<li>"], "count": "x"},
            "articles": [
                None, 7, [], "text", {}, {"title": None, "url": None}, {"title": ["a"], "url": {"b": 1}, "created_at": 1e300},
                {"title": "示范市财政局2025年政府信息公开工作年度报告", "url": "http://[::1", "display_publish_time": "x"},
                {"title": "\ud800示范市2025年政府信息公开工作年度报告", "url": "/\ud800a.html", "display_publish_time": -(10**18)},
                {"title": "示范市2024年政府信息公开工作年度报告", "url": "javascript:alert(1)", "display_publish_time": True},
                {"title": "示范市2023年政府信息公开工作年度报告", "url": "http://x:99999999/a", "created_at": float("nan")},
            ],
        }
    ).encode(),
    "numbers as texts": b'{"classify": {"post_count": "41"}, "total": "41", "articles": [], "data": {"html": ""}}',
    "an entity bomb": (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><datastore><totalrecord>1</totalrecord><recordset>'
        b"<record>&c;&c;&c;</record></recordset></datastore>"
    ),
    "a file as an entity": (
        b'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/hostname">]><datastore><totalrecord>1</totalrecord><recordset>'
        b"<record>&f;</record></recordset></datastore>"
    ),
    "tricks with CDATA": (
        "<datastore><totalrecord>41</totalrecord><recordset><record><![CDATA[<![CDATA[<li><a href='/a'>一</a>]]]]>"
        "<![CDATA[></record></datastore>]]></record><record><![CDATA[</dl></dd></html><a href='/b'>二</a>]]></record>"
        "<record/><record><![CDATA[]]></record></recordset></datastore>"
    ).encode(),
    "control characters": b'{"articles": [{"title": "\\u0000\\u202e", "url": "http://a\\u0000b/"}], "total": 1}',
    "other encodings": "示范市政府信息公开年报".encode("utf-16"),
}  # fmt: skip


@pytest.fixture(scope="module")
def survived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """How the visits to hostile interfaces, and to pages that are hostile themselves, ended."""
    world = World(tmp_path_factory.mktemp("hostile"))
    for corner in ("jpage", "gkmlpt", "jpaas", "xxgk"):
        for number, body in enumerate(HOSTILE.values()):
            site = world.site()
            built = troubled(site, Case(corner, says(body), ""))
            if number % 2:  # and the page itself
                site.put("/page", b"<html><body>" + body[:200_000] + b"</body></html>")
                world.watch(f"{corner}-p{number}", site.url("/page"), corner, hosts=[site.host])
            world.watch(f"{corner}-{number}", site.url(built.path), corner, built.options, hosts=[site.host])
    crawled = world.crawl()
    yield {"summary": crawled.summary, "log": crawled.log, "urls": world.rows("SELECT url, title FROM links")}
    world.close()


def test_hostile_answers_are_never_good_and_never_a_fault(survived: dict[str, Any]) -> None:
    assert survived["summary"]["faults"] == [], survived["log"][-4000:]
    assert set(survived["summary"]["visits"]) == {"blind"}


def test_no_entity_is_ever_resolved(survived: dict[str, Any]) -> None:
    host = Path("/etc/hostname").read_text(encoding="utf-8").strip()
    assert not any(host in str(title) or "aaaaaaaa" in str(title) for _, title in survived["urls"])


UNCOUNTED = jpage.UNCOUNTED


@pytest.mark.parametrize(("count", "visits"), [(41, {"good": 1}), (3, {"blind": 1})])
def test_without_a_count_only_pages_that_repeat_after_two_that_differed_prove_the_end(
    count: int, visits: dict[str, int], world: World
) -> None:
    site = world.site()
    corner = jpage.build(site, reports(count), UNCOUNTED)
    world.watch("demo", site.url(corner.path), "jpage", hosts=[site.host])
    assert world.crawl().summary["visits"] == visits
    assert len(world.rows("SELECT url FROM links WHERE kind <> 'other'")) == count


def test_a_server_without_a_count_that_heeds_no_page_is_never_read_to_its_end(world: World) -> None:
    site = world.site()
    corner = jpage.build(site, reports(COUNT), UNCOUNTED)
    site.serve(jpage.WEB, lambda _: Reply(jpage.store(UNCOUNTED, reports(15), 0, 0).encode(), 200, jpage.XML))
    world.watch("demo", site.url(corner.path), "jpage", hosts=[site.host])
    assert world.crawl().kinds == {"demo": "truncated"}


def test_a_page_that_is_refused_stays_refused_though_its_interface_answers(world: World) -> None:
    site = world.site()
    corner = jpage.build(site, reports(COUNT), jpage.Server())
    site.put(corner.path, "<script>document.cookie='__jsl_clearance=1'</script>", 521)
    world.watch("demo", site.url(corner.path), "jpage", hosts=[site.host])
    assert world.crawl().kinds == {"demo": "firewall"}
    assert not any("dataproxy" in path for path in site.paths())
