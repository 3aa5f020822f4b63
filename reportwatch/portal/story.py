"""The demo's story: three made sites, one real document, and what happens on them from January to April 2024.

Places and bodies called 示范 are made. The report of 淮安市洪泽区人民政府 for 2023 is the real PDF, with its real errors;
the page it hangs on is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportwatch import ROOT
from reportwatch.portal.form import MadeReport
from reportwatch.portal.pages import Attachment, Column, Row, article
from reportwatch.portal.site import PDF, Site

if TYPE_CHECKING:
    from pathlib import Path

YEAR = 2023
NB = "/zwgk/zfxxgk/zfxxgknb/"
REAL_PDF = ROOT / "tests" / "samples" / "hongze-2023-pdf" / "body.pdf"
RENAMED, FORMER = "示范市数据局", "示范市大数据发展管理局"

PUBLISHERS = """\
id,name,kind,region,parent,aliases,from_year,to_year,successor,due,due_source,sources,note
demo-finance,示范市财政局,department,demo,,,2023,,,,,demo-departments,made
demo-education,示范市教育局,department,demo,,,2023,,,,,demo-departments,made
demo-civil,示范市民政局,department,demo,,,2023,,,,,demo-departments,made
demo-transport,示范市交通运输局,department,demo,,,2023,,,,,demo-departments,made
demo-digital,示范市数据局,department,demo,,{aliases},2023,,,,,demo-digital,made
demo-qingshan,示范市青山县人民政府,government,demo,,,2023,,,,,demo-qingshan,made
hongze,淮安市洪泽区人民政府,government,demo,,,2023,,,,,demo-hongze,the report is real; its page here is made
"""
SOURCE = """\
[[source]]
id = "{id}"
url = "{url}"
family = "{family}"
hosts = ["127.0.0.1"]
region = "demo"
min_interval = 0.05
probed = true
note = "the demo portal on loopback"
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One dated visit: the moment (UTC text), what happened on the sites before it, and what a person did."""

    at: str
    happened: str
    learnt_alias: bool = False


VISITS = (
    Visit("2024-01-10T01:00:00Z", "The first look. Nothing for 2023 is on any list yet; nothing is due before 31 January."),
    Visit("2024-01-29T01:00:00Z", "示范市财政局 and 示范市交通运输局 published; 示范市数据局 published under the name it bore until last year."),
    Visit("2024-02-08T01:00:00Z", "31 January and three working days of grace are over. 示范市教育局 and 示范市民政局 have published nothing."),
    Visit("2024-02-21T01:00:00Z", "示范市教育局 published on 20 February, three weeks late."),
    Visit("2024-03-15T01:00:00Z", "示范市交通运输局 has replaced a number in its report, without a word."),
    Visit("2024-03-27T01:00:00Z", "淮安市洪泽区人民政府 published in time: its real report, in which two totals are printed wrong."),
    Visit("2024-04-01T01:00:00Z", "31 March is over. The list of 示范市青山县人民政府 answers with a captcha page since the 29th."),
    Visit("2024-04-03T01:00:00Z", "Still the captcha page."),
    Visit("2024-04-08T01:00:00Z", "The days of grace are over, too. Still the captcha page: absence cannot be seen, so nobody is accused."),
    Visit("2024-04-10T01:00:00Z", "Somebody adds the former name of 示范市数据局 to the watchlist; the captcha is gone, and the report is there.", learnt_alias=True),
)  # fmt: skip


def sites() -> dict[str, Site]:
    """The three sites with everything that will happen on them; not started yet."""
    city, county, hongze = (
        Site("示范市人民政府"),
        Site("示范市青山县人民政府"),
        Site("淮安市洪泽区（示范页面）"),
    )
    _city(city)
    _county(county)
    _hongze(hongze)
    return {"city": city, "county": county, "hongze": hongze}


def _city(city: Site) -> None:
    city.add_column(Column(NB, "政府信息公开年报", "trs", per_page=4, office="示范市人民政府"))
    city.put(
        "/zwgk/zfxxgk/zfxxgkzn/t20230105_1.html",
        article("示范市政府信息公开指南", "2023-01-05", "示范市人民政府", "<p>指南</p>"),
    )
    city.list_row(NB, Row("/zwgk/zfxxgk/zfxxgkzn/t20230105_1.html", "示范市政府信息公开指南", "2023-01-05"))
    for name in ("示范市财政局", "示范市教育局", "示范市民政局", "示范市交通运输局"):
        city.publish(NB, MadeReport(name, YEAR - 1), "2023-01-19", since="2023-01-19T02:00:00Z")
    city.publish(NB, MadeReport("示范市财政局", YEAR), "2024-01-18", since="2024-01-18T02:00:00Z")
    transport = MadeReport("示范市交通运输局", YEAR)
    path = city.publish(NB, transport, "2024-01-25", since="2024-01-25T02:00:00Z")
    city.publish(NB, MadeReport("示范市教育局", YEAR), "2024-02-20", since="2024-02-20T08:00:00Z")
    revised = MadeReport("示范市交通运输局", YEAR, revision=1)
    city.revise(path, revised, "2024-01-25", since="2024-03-12T02:00:00Z")
    digital = NB + "sjj/"
    city.add_column(Column(digital, "示范市数据局政府信息公开年报", "trs", office=RENAMED))
    city.publish(digital, MadeReport(FORMER, YEAR - 1), "2023-01-20", since="2023-01-20T02:00:00Z")
    city.publish(digital, MadeReport(FORMER, YEAR), "2024-01-26", since="2024-01-26T02:00:00Z")


def _county(county: Site) -> None:
    county.add_column(Column(NB, "政府信息公开年报", "static", office="示范市青山县人民政府"))
    county.publish(
        NB, MadeReport("示范市青山县人民政府", YEAR - 1), "2023-03-21", since="2023-03-21T02:00:00Z"
    )
    county.publish(NB, MadeReport("示范市青山县人民政府", YEAR), "2024-03-29", since="2024-03-29T02:00:00Z")
    county.disturb("captcha", NB, since="2024-03-28T16:00:00Z", until="2024-04-09T16:00:00Z")


def _hongze(hongze: Site) -> None:
    office = "淮安市洪泽区人民政府"
    hongze.add_column(Column(NB, "政府信息公开年报", "static", office=office))
    hongze.publish(NB, MadeReport(office, YEAR - 1), "2023-03-22", since="2023-03-22T02:00:00Z")
    since, day, title = "2024-03-26T02:00:00Z", "2024-03-26", f"{office}{YEAR}年政府信息公开工作年度报告"
    folder = NB + "202403/"
    page = article(
        title, day, office, "<p>附件：</p>", attachments=[Attachment("./P020240326.pdf", f"{title}.pdf")]
    )
    hongze.put(folder + "t20240326_1.html", page, since)
    hongze.put(folder + "P020240326.pdf", REAL_PDF.read_bytes(), since, media_type=PDF)
    hongze.list_row(NB, Row(folder + "t20240326_1.html", title, day), since)


def write_watchlist(folder: Path, portal: dict[str, Site], *, learnt_alias: bool = False) -> None:
    """The demo's watchlist for the portal's addresses; `learnt_alias` adds the former name of 示范市数据局."""
    region = folder / "demo"
    region.mkdir(parents=True, exist_ok=True)
    aliases = FORMER if learnt_alias else ""
    (region / "publishers.csv").write_text(PUBLISHERS.format(aliases=aliases), encoding="utf-8")
    wanted = (
        ("demo-departments", portal["city"].url(NB), "trs"),
        ("demo-digital", portal["city"].url(NB + "sjj/"), "trs"),
        ("demo-qingshan", portal["county"].url(NB), "static"),
        ("demo-hongze", portal["hongze"].url(NB), "static"),
    )
    blocks = [SOURCE.format(id=name, url=url, family=family) for name, url, family in wanted]
    (region / "sources.toml").write_text("\n".join(blocks), encoding="utf-8")
