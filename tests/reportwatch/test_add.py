"""`reportwatch add`, as a person runs it, against sites that are well, ill, hostile or gone."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler import families
from reportwatch import exits
from store.watchlist import load_watchlist
from tests.portal.server import listed
from tests.reportwatch.adding_world import adding, plain_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.reportwatch.adding_world import AddingWorld

NB = "/nb/"
LISTS = Path(__file__).resolve().parents[1] / "samples" / "lists"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[AddingWorld]:
    with adding(tmp_path) as made:
        yield made


def test_the_evidence_is_kept_apart_and_no_report_is_fetched(world: AddingWorld) -> None:
    site = plain_list(world)
    facts = world.facts(site.url(NB))
    assert sorted(set(site.paths())) == [NB, "/robots.txt"]
    state = world.folder / "state"
    sha256 = facts["evidence"][0]
    assert (state / "looks" / "raw" / sha256[:2] / sha256).exists()
    assert not (state / "reports.db").exists()
    assert sha256 in world.blocks()[0]["note"]
    assert "2026-02-03" in world.blocks()[0]["note"]


def test_a_dry_run_shows_the_block_and_writes_nothing(world: AddingWorld) -> None:
    site = plain_list(world)
    found = world.add("--dry-run", site.url(NB))
    assert found.exit_code == exits.OK
    assert "[[source]]" in found.output
    assert "probed = false" in found.output
    assert world.blocks() == []


def test_new_publishers_are_listed_and_written_only_when_asked(world: AddingWorld) -> None:
    titles = [
        f"{name}2025年政府信息公开工作年度报告"
        for name in ("示范市财政局", "示范市东风街道办事处", "示范市青山镇人民政府", "示范市某某大队")
    ]
    site = plain_list(world, *titles)
    before = (world.region / "publishers.csv").read_text("utf-8")
    facts = world.facts("--region", "demo", "--dry-run", site.url(NB))
    assert [(one["name"], one["kind"]) for one in facts["not_watched"]] == [
        ("示范市财政局", "department"), ("示范市东风街道办事处", "subdistrict"),
        ("示范市青山镇人民政府", "township"), ("示范市某某大队", None),
    ]  # fmt: skip
    assert (world.region / "publishers.csv").read_text("utf-8") == before
    world.facts("--region", "demo", "--publishers", site.url(NB))
    loaded = load_watchlist(world.watchlist, families())
    new = [one for one in loaded.publishers if one.id not in ("gov", "edu")]
    assert [(one.name, one.kind) for one in new] == [
        ("示范市财政局", "department"), ("示范市东风街道办事处", "subdistrict"), ("示范市青山镇人民政府", "township"),
    ]  # fmt: skip
    assert all("Proposed" in one.note and one.sources == ("demo-reports",) for one in new)


def test_a_list_that_names_nobody_is_its_publishers_when_a_person_says_so(world: AddingWorld) -> None:
    site = plain_list(world, "2025年政府信息公开工作年度报告", "2024年政府信息公开工作年度报告")
    assert "no publisher of the watchlist" in world.facts(site.url(NB))["why"]
    facts = world.facts("--publisher", "示范市人民政府", site.url(NB))
    assert [(one["id"], one["years"]) for one in facts["publishers"]] == [("gov", [2024, 2025])]
    assert world.blocks()[0]["publishers"] == ["gov"]


@pytest.mark.parametrize("variant", ["", "index.html", "index.htm", "https"])
def test_a_list_that_is_watched_already_is_said_and_not_visited(variant: str, world: AddingWorld) -> None:
    site = plain_list(world)
    (world.region / "sources.toml").write_text(
        f'[[source]]\nid = "s"\nurl = "http://{site.host}/nb/"\nfamily = "static"\npublishers = ["edu"]\n'
    )
    url = f"https://{site.host}/nb/" if variant == "https" else f"http://{site.host}/nb/{variant}"
    facts = world.facts(url)
    assert (facts["state"], facts["source"], facts["exit_code"]) == ("watched", "s", exits.OK)
    assert site.asked == []


def test_a_list_without_any_sign_is_unsure_until_a_person_names_the_family(world: AddingWorld) -> None:
    site = world.site()
    site.put(NB, listed(["a.html|机关食堂管理规定|2026-01-20"]))
    facts = world.facts("--region", "demo", site.url(NB))
    assert (facts["state"], facts["exit_code"]) == ("unsure", exits.UNSURE)
    assert world.blocks() == []
    facts = world.facts("--region", "demo", "--family", "static", site.url(NB))
    assert facts["state"] == "added"
    assert "Not read to a proven end" in world.blocks()[0]["note"]


def test_an_end_that_is_not_proved_is_said_and_nothing_is_written(world: AddingWorld) -> None:
    site = plain_list(world, extra="<a href='javascript:turn_page(2)'>下一页</a>")
    found = world.add(site.url(NB))
    assert found.exit_code == exits.UNSURE
    assert "not to a proven end (truncated)" in found.output
    assert world.blocks() == []


def test_a_column_that_was_left_behind_is_not_watched_by_itself(world: AddingWorld) -> None:
    site = plain_list(world, "示范市教育局2020年政府信息公开工作年度报告")
    facts = world.facts(site.url(NB))
    assert (facts["state"], facts["exit_code"]) == ("unsure", exits.UNSURE)
    assert "its newest report is of 2020" in facts["why"]
    assert world.blocks() == []


def test_a_body_of_which_a_list_shows_only_old_reports_is_not_tied_to_it(world: AddingWorld) -> None:
    titles = ("示范市教育局2025年", "示范市人民政府2019年", "示范市财政局2018年")
    site = plain_list(world, *(f"{title}政府信息公开工作年度报告" for title in titles))
    found = world.add("--publishers", site.url(NB))
    assert found.exit_code == exits.OK
    assert world.blocks()[0]["publishers"] == ["edu"]
    assert "示范市财政局" not in (world.region / "publishers.csv").read_text("utf-8")
    assert "not tied to this list" in found.output


def test_a_page_that_is_only_a_frame_is_followed_to_its_list(world: AddingWorld) -> None:
    site = plain_list(world)
    site.put("/nb/frame.html", site.replies[NB][0].body)
    site.put(NB, "<html><body><iframe src='frame.html'></iframe></body></html>")
    facts = world.facts(site.url(NB))
    assert (facts["state"], facts["answered"], facts["reports"]) == ("added", site.url("/nb/frame.html"), 1)


def test_what_nothing_reads_may_be_kept_as_unsupported_and_is_completed_later(world: AddingWorld) -> None:
    site = plain_list(world, extra="<a href='javascript:turn_page(2)'>下一页</a>")
    world.facts("--unsupported", "--note", "seen by hand", site.url(NB))
    assert world.blocks()[0]["family"] == "unsupported"
    path = world.region / "sources.toml"
    path.write_text("# kept by hand\n" + path.read_text("utf-8"), encoding="utf-8")
    site.put(NB, listed(["t1.html|示范市教育局2025年政府信息公开工作年度报告|2026-01-20"]))
    facts = world.facts(site.url(NB))
    assert facts["state"] == "changed"
    assert [(one["id"], one["family"]) for one in world.blocks()] == [("demo-reports", "static")]
    assert world.blocks()[0]["note"].startswith("seen by hand.")
    assert path.read_text("utf-8").startswith("# kept by hand")


BLIND = {
    "captcha": (
        "<html><head><title>安全验证</title></head><body>请完成安全验证</body></html>",
        200,
        "captcha",
    ),
    "404": ("<html><body>404 Not Found</body></html>", 404, "http_error"),
    "412": ("<html></html>", 412, "firewall"),
    "empty": ("", 200, "empty"),
}


@pytest.mark.parametrize("name", sorted(BLIND))
def test_a_blind_page_names_its_blindness_and_writes_nothing(name: str, world: AddingWorld) -> None:
    body, status, kind = BLIND[name]
    site = world.site()
    site.put(NB, body, status)
    facts = world.facts("--region", "demo", site.url(NB))
    assert (facts["state"], facts["blind"], facts["exit_code"]) == ("blind", kind, exits.BLIND)
    assert world.blocks() == []


def test_robots_is_obeyed(world: AddingWorld) -> None:
    site = plain_list(world)
    site.put("/robots.txt", "User-agent: *\nDisallow: /nb/\n", media_type="text/plain")
    found = world.add(site.url(NB))
    assert found.exit_code == exits.BLIND
    assert "we do not get around that" in found.output
    assert site.paths() == ["/robots.txt"]


def test_a_moved_column_says_where_it_leads(world: AddingWorld) -> None:
    site = plain_list(world)
    site.put("/old/", "", 302, headers={"Location": NB})
    found = world.add(site.url("/old/"), columns=400)
    assert found.exit_code == exits.BLIND
    assert f"look there: reportwatch add {site.url(NB)}" in found.output


def test_a_source_takes_its_new_address(world: AddingWorld) -> None:
    site = plain_list(world)
    (world.region / "sources.toml").write_text(
        f'[[source]]\nid = "s"\nurl = "http://{site.host}/gone/"\nfamily = "static"\npublishers = ["edu"]\nnote = "Mine."\n'
    )
    facts = world.facts("--replaces", "s", site.url(NB))
    assert facts["state"] == "changed"
    assert [(one["id"], one["url"]) for one in world.blocks()] == [("s", site.url(NB))]
    assert world.blocks()[0]["note"].startswith("Mine. ")


def test_a_gbk_page_is_read(world: AddingWorld) -> None:
    site = world.site()
    page = listed(["t1.html|示范市教育局2025年政府信息公开工作年度报告|2026-01-20"])
    site.put(NB, page.encode("gb18030"), media_type="text/html; charset=gb2312")
    assert world.facts(site.url(NB))["publishers"][0]["name"] == "示范市教育局"


HOSTILE = (
    '示范市教育局"]\n[[source]]\nid = "evil',
    "=cmd()|示范市财政局",
    "示范市\u202e局政财\u202c",
    '示范市审计局","x',
    "@示范市水利局'''",
    "\x1b[31m示范市民政局\x07",
    "[bold]示范市统计局[/bold]",
)


def test_hostile_titles_end_as_harmless_text(world: AddingWorld) -> None:
    rows = [
        f'<li><a href="t{n}.html">{title.replace("<", "&lt;")}2025年政府信息公开工作年度报告</a><span>2026-01-20</span></li>'
        for n, title in enumerate(HOSTILE)
    ]
    site = world.site()
    site.put(
        NB,
        listed(["t99.html|示范市教育局2024年政府信息公开工作年度报告|2025-01-20"]).replace(
            "</ul>", "".join(rows) + "</ul>"
        ),
    )
    found = world.add("--publishers", "--region", "demo", site.url(NB))
    assert found.exit_code == exits.OK, found.output
    assert not [sign for sign in found.output if ord(sign) in (0x1B, 7, 0x202E, 0x202C)]
    assert [block["id"] for block in world.blocks()] == ["demo-reports"]
    table = list(csv.DictReader(io.StringIO((world.region / "publishers.csv").read_text("utf-8"))))
    assert all(row["name"][0] not in "=+-@\t\"'" and row["name"].isprintable() for row in table)
    assert all(None not in row for row in table)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://user:secret@www.example.gov.cn/nb/",
        "javascript:alert(1)",
        "http://[::1/",
        "ftp://x.gov.cn/",
    ],
)
def test_an_address_that_is_no_list_page_is_refused_before_any_look(url: str, world: AddingWorld) -> None:
    found = world.add("--region", "demo", url)
    assert found.exit_code == exits.USAGE
    assert "bad url" in found.output
    assert "secret" not in found.output
    assert not (world.folder / "state").exists()


def test_a_loopback_address_is_never_reached(world: AddingWorld) -> None:
    site = plain_list(world)
    found = world.add("--region", "demo", site.url(NB), allowed=False)
    assert found.exit_code == exits.BLIND
    assert site.asked == []


@pytest.mark.parametrize("region", ["../x", "/etc", "a//b", ".hidden", "a/../../b"])
def test_a_region_never_leaves_the_watchlist(region: str, world: AddingWorld) -> None:
    found = world.add("--region", region, "http://www.example.gov.cn/nb/")
    assert found.exit_code == exits.USAGE
    assert "no region" in found.output


def test_a_report_on_another_host_is_told_and_its_host_added_only_by_a_person(world: AddingWorld) -> None:
    elsewhere = world.site()
    title = "示范市教育局2025年政府信息公开工作年度报告"
    site = world.site()
    site.put(NB, listed([f"{elsewhere.url('/t1.html')}|{title}|2026-01-20"]))
    facts = world.facts("--dry-run", site.url(NB))
    assert (facts["hosts"], facts["other_hosts"]) == ([site.host], [elsewhere.host])
    facts = world.facts("--dry-run", "--host", elsewhere.host, site.url(NB))
    assert (facts["hosts"], facts["other_hosts"]) == ([site.host, elsewhere.host], [])


def test_a_page_that_only_a_script_fills_is_read_in_a_browser_when_a_person_says_so(
    world: AddingWorld,
) -> None:
    site = world.site()
    title = "示范市教育局2025年政府信息公开工作年度报告"
    row = f'<ul><li><a href="t1.html">{title}</a><span>2026-01-20</span></li></ul>'
    page = f"<html><head><title>年报</title></head><body><div id='app'></div><script>document.getElementById('app').innerHTML = '{row}'</script></body></html>"
    site.put(NB, page)
    found = world.add("--region", "demo", site.url(NB))
    assert found.exit_code != exits.OK, found.output
    facts = world.facts("--render", site.url(NB))
    assert (facts["state"], facts["reports"]) == ("added", 1), facts
    assert world.blocks()[0]["render"] is True


def test_a_saved_page_is_placed_without_any_request(world: AddingWorld) -> None:
    saved = world.folder / "saved.html"
    saved.write_text(
        listed(["t1.html|示范市教育局2025年政府信息公开工作年度报告|2026-01-20"]), encoding="utf-8"
    )
    facts = world.facts(str(saved), "--url", "http://www.shifan.gov.cn/nb/")
    assert (facts["state"], facts["family"], facts["pages"]) == ("added", "static", 1)
    assert "a page that a person saved" in world.blocks()[0]["note"]
    assert not (world.folder / "state").exists()


def test_a_saved_page_that_goes_on_proves_no_end(world: AddingWorld) -> None:
    facts = world.facts(
        str(LISTS / "static-plain" / "list.html"), "--url", "http://www.shifan.gov.cn/nb/", "--region", "demo"
    )
    assert (facts["state"], facts["exit_code"]) == ("unsure", exits.UNSURE)
    assert "goes on" in facts["why"]


def test_a_host_that_asked_to_be_left_alone_is_left_alone_by_a_look_as_well(world: AddingWorld) -> None:
    site = world.site()
    site.put(NB, "<html></html>", 429, headers={"Retry-After": "3600"})
    world.add("--region", "demo", site.url(NB))
    asked = len(site.asked)
    facts = world.facts("--region", "demo", site.url("/other/"))
    assert "left alone" in facts["why"]
    assert len(site.asked) == asked
