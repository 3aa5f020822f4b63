"""Ways that lead below a column are read, or what they may hide is told: many sites, one crawl."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.crawler.conftest import World
from tests.portal.server import Site, listed, report_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BODY = "示范市教育局2025年政府信息公开工作年度报告"
ROW = f"x.html|{BODY}|2026-01-20"
ONE = "<script>createPageHTML(1, 0, 'index', 'html');</script>"
EMPTY = "<ul id='list'></ul><script src='/js/list.js'></script>"


def beside(extra: str, **pages: str) -> Callable[[World, Site], None]:
    """A list of one row with something more, and other pages: their paths with `_` for `/`."""

    def build(_: World, site: Site) -> None:
        site.put("/nb/", listed([report_row(1)], extra))
        for name, page in pages.items():
            site.put("/nb/" + name.replace("__", ".").replace("_", "/"), page)

    return build


def twin(world: World, site: Site) -> Site:
    other = Site()
    other.port = site.port
    other.start()
    world.sites.append(other)
    world.allowed.append(other.address)
    return other


def led_to_alias(world: World, site: Site, call: str = "") -> None:
    other = twin(world, site)
    site.put("/nb/", "", 301, headers={"Location": other.url("/nb/")})
    other.put("/nb/", listed([report_row(1)], '<a href="2025/">2025年</a>' + call))
    other.put("/nb/2025/", listed([ROW], call))


def linked_by_alias(world: World, site: Site, call: str = "") -> None:
    other = twin(world, site)
    site.put("/nb/", listed([report_row(1)], f'<a href="{other.url("/nb/2025/")}">2025年</a>' + call))
    other.put("/nb/2025/", listed([ROW], call))


def led_to_group(_: World, site: Site) -> None:
    site.put("/nb/", "", 302, headers={"Location": "/nb/szf/"})
    site.put("/nb/szf/", listed([report_row(1)], '<a href="/nb/szf/">政府</a><a href="/nb/zs/">县直</a>'))
    site.put("/nb/zs/", listed([ROW]))


FOUND: dict[str, Callable[[World, Site], None]] = {
    "static: the column leads to the other host": led_to_alias,
    "trs: the column leads to the other host": partial(led_to_alias, call=ONE),
    "static: a folder is linked by the other host": linked_by_alias,
    "trs: a folder is linked by the other host": partial(linked_by_alias, call=ONE),
    "static: more, to the folder of a year": beside('<h3>2025年<a href="2025/">更多&gt;&gt;</a></h3>', **{"2025_": listed([ROW])}),
    "static: MORE, to a group": beside('<a href="bm/">MORE+</a>', bm_=listed([ROW])),
    "static: a group is a page": beside('<a href="bm.html">县直部门</a>', bm__html=listed([ROW])),
    "static: a group of a year is a page": beside('<a href="b.html">2025年度县直部门</a>', b__html=listed([ROW])),
    "static: short names": beside('<a href="qz/">县直</a>', qz_=listed([ROW])),
    "static: the years before": beside('<a href="ln/">历年</a>', ln_=listed([ROW])),
    "static: a button without words": beside('<a href="bm/"><img src="/i.png"></a>', bm_=listed([ROW])),
    "static: a map of pictures": beside('<map><area href="bm/" alt="县直部门"></map>', bm_=listed([ROW])),
    "trs: a map of pictures": beside(ONE + '<map><area href="bm/" alt="县直部门"></map>', bm_=listed([ROW], ONE)),
    "static: groups below a group": beside('<a href="bm/">县直部门</a>', bm_=listed([], '<a href="jyj/">教育局</a>'), bm_jyj_=listed([ROW])),
    "static: an object": beside('<object data="l.html"></object>', l__html=listed([ROW])),
    "static: a frame that is no decoration": beside('<iframe src="classlist.html"></iframe>', classlist__html=listed([ROW])),
    "static: the column leads to its first group": led_to_group,
}  # fmt: skip
SCRIPTED = f"<ul><li><a href='javascript:show(5)'>{BODY}</a></li></ul>"
TOLD = {
    "static: a frame whose rows a script opens": beside('<iframe src="l.html"></iframe>', l__html=listed([], SCRIPTED)),
    "static: a group whose rows a script opens": beside('<a href="bm/">县直部门</a>', bm_=listed([], SCRIPTED)),
    "static: a group that is filled by a script": beside(
        '<a href="bm/">县直部门</a>', bm_="<html><body><div id='app'></div><script src='/a.js'></script></body></html>"
    ),
    "static: a dead group": beside('<a href="bm/">县直部门</a>'),
    "static: tabs of groups": beside('<ul><li class="on">县政府</li><li onclick="load(2)">县直部门</li></ul>'),
    "trs: a group is a page": beside(ONE + '<a href="bm.html">县直部门</a>', bm__html=listed([ROW], ONE)),
    "trs: a group has a number": beside(ONE + '<a href="bm/index_8812.html">市直部门</a>'),
    "static: a dead folder of an old year": beside('<a href="2013/">2013年</a>'),
    "trs: a dead folder of an old year": beside(ONE + '<a href="2013/">2013年</a>'),
    "static: an empty folder of this year": beside('<a href="2026/">2026年</a>', **{"2026_": listed([], "<p>敬请期待</p>")}),
}  # fmt: skip
COMMENTED = f"<!-- {ONE} --><script>var n = 3; createPageHTML(n, 0, 'index', 'html');</script>"


def history_only(_: World, site: Site) -> None:
    site.put("/nb/", listed([], EMPTY + '<a href="ls/">历史年报</a>'))
    site.put("/nb/ls/", listed([report_row(1)], ONE))


def stale(_: World, site: Site) -> None:
    old = {"Date": "Mon, 05 Jan 2026 01:00:00 GMT", "X-Cache": "HIT from cdn"}
    site.put("/nb/", listed([report_row(1)]), headers=old)


BLIND = {
    "trs: the call stands in a comment": (beside(COMMENTED), "truncated"),
    "trs: only the years before are a folder": (history_only, "js_shell"),
    "static: an old copy without Age": (stale, "not_modified"),
}
QUIET = {
    "static: files, assets and other columns": beside(
        '<a href="f/1.pdf">附件1</a><a href="/xw/">新闻</a><a href="../">返回</a><a href="zn/">公开指南</a><link href="s.css">'
        '<a href="index.html">政府信息公开年报</a><a href="index_1.html">首页</a><a href="a.html">关于开展年报编制的通知</a>'
    ),
    "static: other lists in the foot": beside('<div class="footer"><ul><li onclick="o(1)">市直部门</li></ul></div>'),
    "static: a folder that lists other things": beside(
        '<a href="tz/">工作动态</a>', tz_=listed(["a.html|县领导调研重点工作|2026-01-20"])
    ),
    "static: a group that says that it is empty": beside('<a href="bm/">县直部门</a>', bm_=listed([], "<p>暂无信息</p>")),
}  # fmt: skip
ALL: dict[str, Callable[[World, Site], None]] = {
    **FOUND,
    **TOLD,
    **{name: build for name, (build, _) in BLIND.items()},
    **QUIET,
}


@pytest.fixture(scope="module")
def read(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dict[str, str], set[str], dict[str, list[str]]]]:
    """The blind, where the body's report was seen, and what is told of each."""
    world = World(tmp_path_factory.mktemp("ways"))
    for number, (name, build) in enumerate(ALL.items()):
        site, before = world.site(), len(world.sites)
        build(world, site)
        hosts = [site.host, *(other.host for other in world.sites[before:])]
        world.watch(f"s{number}", site.url("/nb/"), name.partition(":")[0], hosts=hosts)
    crawled = world.crawl("2026-02-03T02:00:00Z", CONCURRENCY="64", TIMEOUT="30")
    assert crawled.summary["faults"] == []
    names = {f"s{number}": name for number, name in enumerate(ALL)}
    rows = world.rows("SELECT source, title, kind FROM links")
    seen = {names[str(source)] for source, title, kind in rows if title == BODY and kind == "report"}
    told: dict[str, list[str]] = {name: [] for name in ALL}
    for source, title, kind in rows:
        if kind == "printed":
            told[names[str(source)]].append(str(title))
    yield {names[source]: str(kind) for source, kind in crawled.kinds.items()}, seen, told
    world.close()


@pytest.mark.parametrize("name", FOUND)
def test_what_can_be_followed_is_read(
    name: str, read: tuple[dict[str, str], set[str], dict[str, list[str]]]
) -> None:
    blind, seen, told = read
    assert (blind.get(name), name in seen, told[name]) == (None, True, [])


@pytest.mark.parametrize("name", TOLD)
def test_what_was_not_read_is_told_and_costs_no_visit(
    name: str, read: tuple[dict[str, str], set[str], dict[str, list[str]]]
) -> None:
    blind, seen, told = read
    assert (blind.get(name), name in seen, bool(told[name])) == (None, False, True)


@pytest.mark.parametrize("name", BLIND)
def test_what_hides_the_whole_list_is_blind(
    name: str, read: tuple[dict[str, str], set[str], dict[str, list[str]]]
) -> None:
    assert read[0].get(name) == BLIND[name][1]


@pytest.mark.parametrize("name", QUIET)
def test_what_is_no_part_of_the_list_is_not_told(
    name: str, read: tuple[dict[str, str], set[str], dict[str, list[str]]]
) -> None:
    blind, _, told = read
    assert (blind.get(name), told[name]) == (None, [])
