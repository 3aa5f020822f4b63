"""Each fault of the network, on lists of three families: nobody is accused, nothing is withdrawn, and afterwards nothing is lost.

Three runs over one site for each fault and family: all is well (15 January, the report is not there yet); the fault, after the due
date, while the report stands in the list; all is well again.
"""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.crawler.conftest import ROOT, World
from tests.portal.corner import Corner, Listed, built
from tests.portal.server import Asked, Reply, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from tests.crawler.conftest import Crawled

    Trouble = Callable[[Asked, Reply], Reply]

WELL, FAULTY, HEALED = "2026-01-15T02:00:00Z", "2026-02-10T02:00:00Z", "2026-02-12T02:00:00Z"
FAMILIES = ("static", "trs", "gkmlpt")
HTML = {"Content-Type": "text/html; charset=utf-8"}
YEARS = range(2025, 2008, -1)
ANY_FAULT = frozenset(
    {"truncated", "structure_changed", "count_collapsed", "redirected_away", "http_error", "empty", "js_shell", "not_modified"}
)  # fmt: skip


def always(status: int = 200, body: str | bytes = "", **headers: str) -> Trouble:
    raw = body.encode() if isinstance(body, str) else body
    return lambda _, __: Reply(
        raw, status, {**HTML, **{name.replace("_", "-"): value for name, value in headers.items()}}
    )


def packed(_: Asked, reply: Reply) -> Reply:
    """A compressed answer of which half is there."""
    whole = gzip.compress(reply.body)
    return Reply(whole[: len(whole) // 2], 200, {**reply.headers, "Content-Encoding": "gzip"})


def paged(trouble: Trouble) -> Trouble:
    """Trouble on whatever is asked for after the first page of a list."""
    first: list[str] = []

    def only_later(asked: Asked, reply: Reply) -> Reply:
        if not first and reply.status == 200:
            first.append(asked.path)
        return reply if asked.path in first else trouble(asked, reply)

    return only_later


def every_other() -> Trouble:
    """Each address fails at first, and answers when it is asked again."""
    asked_for: set[str] = set()

    def at_first(asked: Asked, reply: Reply) -> Reply:
        known = asked.path in asked_for
        asked_for.add(asked.path)
        return reply if known else always(503, "x", Retry_After="0")(asked, reply)

    return at_first


def shuffled(_: Asked, reply: Reply) -> Reply:
    """The rows in another order."""
    rows = ROW.findall(reply.body)
    Random(3).shuffle(rows)  # noqa: S311 - not a secret
    return replace(reply, body=ROW.sub(lambda _: rows.pop(), reply.body))


def gone_reports(_: Asked, reply: Reply) -> Reply:
    """The pages of the reports are gone, the list is not."""
    return replace(reply, status=404) if b"ArticleTitle" in reply.body else reply


ROW = re.compile(rb"<li>.*?</li>", re.DOTALL)
BOMB = gzip.compress(b"<li>x</li>" * 7_000_000, 1)  # 67 MiB
FOREVER = "Fri, 31 Dec 9999 23:59:59 GMT"
PAGE = "<html><head><title>{}</title></head><body>{}</body></html>"
SEEN: frozenset[str | None] = frozenset({None})  # the list is read all the same
# The fault, and the kinds of blindness that it may be told as.
FAULTS: dict[str, tuple[Trouble, AbstractSet[str | None]]] = {
    "cut in the body": (lambda _, reply: replace(reply, promised=len(reply.body) + 400), {"truncated"}),
    "drip": (lambda _, reply: replace(reply, drip=40), {"timeout"}),
    "half with its right length": (lambda _, reply: replace(reply, body=reply.body[: len(reply.body) // 2]), ANY_FAULT),
    "half of a packed answer": (packed, ANY_FAULT),
    "captcha": (always(200, PAGE.format("安全验证", "请输入验证码")), {"captcha"}),
    "412": (always(412, "<script>$_ts=1</script>"), {"firewall"}),
    "521": (always(521, "<script>document.cookie='__jsl_clearance_s=1'</script>"), {"firewall"}),
    "403": (always(403, PAGE.format("403 Forbidden", "Forbidden")), {"refused"}),
    "429": (always(429, "slow down", Retry_After="7200"), {"refused"}),
    "503": (always(503, "x", Retry_After="0"), {"http_error", "maintenance"}),
    "500": (always(500, "x"), {"http_error"}),
    "404": (always(404, PAGE.format("404", "x")), {"http_error"}),
    "soft 404": (always(200, PAGE.format("提示", "您访问的页面不存在或已被删除")), {"http_error"}),
    "to the home page": (always(302, "", Location="/"), {"redirected_away"}),
    "in a circle": (lambda asked, _: Reply(b"", 302, {"Location": asked.path}), {"redirected_away"}),
    "empty": (always(200, ""), {"empty"}),
    "only not modified": (always(304), {"not_modified"}),
    "a stale copy": (lambda _, reply: replace(reply, headers={**reply.headers, "Age": "900000"}), {"not_modified"}),
    "maintenance": (always(200, PAGE.format("系统升级公告", "网站正在进行升级维护")), {"maintenance"}),
    "a shell": (always(200, '<html><body><div id="app"></div><script src="/a.js"></script></body></html>'), {"js_shell", "structure_changed"}),
    "a gateway's page": (always(200, PAGE.format("网关", "首页 机构 政策 服务" * 40)), {"structure_changed", "truncated"}),
    "a part": (lambda _, reply: replace(reply, status=206, body=reply.body[: len(reply.body) // 2], headers={**reply.headers, "Content-Range": "bytes 0-99/9999"}), {"truncated"}),
    "a part that is the whole": (lambda _, reply: replace(reply, status=206), {"truncated"}),
    "418": (always(418, "x"), {"firewall"}),
    "502": (always(502, "x"), {"http_error"}),
    "204": (always(204, ""), {"empty"}),
    "202": (always(202, PAGE.format("请稍候", "x")), {"redirected_away"}),
    "a document": (always(200, b"%PDF-1.7 ....", Content_Type="application/pdf"), {"structure_changed"}),
    "an interface's error": (always(200, '{"code":500,"msg":"error"}'), {"structure_changed"}),
    "wait for ever": (always(503, "x", Retry_After=FOREVER), {"http_error"}),
    "the list with 404": (lambda _, reply: replace(reply, status=404), {"http_error"}),
    "the list with 500": (lambda _, reply: replace(reply, status=500), {"http_error"}),
    "a bomb": (always(200, BOMB, Content_Encoding="gzip"), {"truncated"}),
    "endless headers": (always(200, "x", **{f"X_{number}": "y" * 900 for number in range(200)}), {"structure_changed", "connection"}),
    "another type": (lambda _, reply: replace(reply, headers={"Content-Type": "application/octet-stream"}), SEEN),
    "another order": (shuffled, SEEN),
    "no reports": (gone_reports, SEEN),
}  # fmt: skip
# Those that remember what was asked for: each site has its own.
REMEMBERING: dict[str, tuple[Callable[[], Trouble], frozenset[str | None]]] = {
    "later pages fail": (lambda: paged(always(500, "x")), frozenset({"http_error"})),
    "every other answer": (every_other, SEEN),
}
ROBOTS = {"robots broken": always(500, "x"), "robots forbid": always(200, "User-agent: *\nDisallow: /\n")}
LISTS = {"emptied": 0, "cut to a few": 5, "of another body": 17}


@dataclass(slots=True)
class Case:
    """One fault on a list of one family."""

    fault: str
    family: str
    site: Site
    office: str

    @property
    def expected(self) -> AbstractSet[str | None]:
        known: dict[str, AbstractSet[str | None]] = {
            **{fault: kinds for fault, (_, kinds) in (FAULTS | REMEMBERING).items()},
            **{fault: {"robots"} for fault in ROBOTS},
        }
        return known.get(self.fault, {"connection"} if self.fault == "refused" else ANY_FAULT)

    def build(self, *, newest: int = YEARS[0], few: int = len(YEARS), office: str = "") -> Corner:
        """The list with the reports up to a year, or with the newest few of them."""
        rows = [
            Listed(
                year + (5000 if office else 0),
                f"{office or self.office}{year}年政府信息公开工作年度报告",
                f"{year + 1}-01-20",
            )
            for year in YEARS
            if year <= newest
        ]
        self.site.replies.clear()
        self.site.interfaces.clear()
        return built()[self.family](self.site, rows[:few])

    def break_(self) -> None:
        if self.fault in FAULTS or self.fault in REMEMBERING:
            made = REMEMBERING.get(self.fault)
            trouble = made[0]() if made else FAULTS[self.fault][0]
            self.site.trouble = lambda asked, reply: reply if _robots(asked) else trouble(asked, reply)
        elif self.fault in ROBOTS:
            self.site.trouble = lambda asked, reply: (
                ROBOTS[self.fault](asked, reply) if _robots(asked) else reply
            )
        elif self.fault in LISTS:
            few = LISTS[self.fault]
            self.build(few=few or len(YEARS), office="别处局" if self.fault == "of another body" else "")
            if few == 0:
                self.site.trouble = lambda asked, reply: reply if _robots(asked) else _emptied(reply)
        elif self.fault == "refused":
            self.site.stop()


def _robots(asked: Asked) -> bool:
    return urlsplit(asked.path).path == "/robots.txt"


def _emptied(reply: Reply) -> Reply:
    """The page with its frame, and without its rows."""
    return replace(reply, body=PAGE.format("政府信息公开年报", "本栏目公布年度报告。" * 70).encode())


class Run:
    """The three runs over a site for each fault and family, and the statuses after each."""

    def __init__(self, world: World, faults: Sequence[str]) -> None:
        self.world = world
        families = [min(name for name in built() if name.partition(":")[0] == family) for family in FAMILIES]
        pairs = [(fault, family) for fault in faults for family in families]
        self.cases = [Case(*pair, world.site(), f"示范{number}局") for number, pair in enumerate(pairs)]
        for number, case in enumerate(self.cases):
            corner = case.build(newest=2024)
            world.watch(f"s{number}", case.site.url(corner.path), corner.family, corner.options)
            world.blocks[-1] = world.blocks[-1].replace('publishers = ["gov"]', f'publishers = ["p{number}"]')
            world.publishers.append(f"p{number},{case.office},department,demo,,,2025,,,,,,")
        self.well = self.visit(WELL)
        for case in self.cases:
            case.build()
            case.break_()
        self.faulty = self.visit(FAULTY)
        for case in self.cases:
            case.site.trouble = lambda _, reply: reply
            case.build()
            if case.site.server is None:
                case.site.start()
        self.healed = self.visit(HEALED)

    def visit(self, now: str) -> tuple[Crawled, dict[str, str]]:
        done = self.world.crawl(now, TIMEOUT="2")
        command = [
            sys.executable,
            "-m",
            "reportwatch",
            "check",
            "--quiet",
            "--state",
            str(self.world.state),
            "--now",
            now,
        ]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        rows = self.world.rows("SELECT publisher, status FROM report_status WHERE year = 2025")
        return done, {str(publisher): str(status) for publisher, status in rows}


def assert_honest(run: Run) -> None:
    """What must hold for every fault."""
    (well, before), (faulty, during), (healed, after) = run.well, run.faulty, run.healed
    wrong = []
    for number, case in enumerate(run.cases):
        source, publisher, name = f"s{number}", f"p{number}", f"{case.fault} / {case.family}"
        if source in well.kinds or before[publisher] != "awaited":
            wrong.append(f"{name}: not well at first: {well.kinds.get(source)}, {before[publisher]}")
        if faulty.kinds.get(source) not in case.expected:
            wrong.append(
                f"{name}: told as {faulty.kinds.get(source)}, and not as {sorted(map(str, case.expected))}"
            )
        if case.expected == SEEN and during[publisher] != "on time by its own date":
            wrong.append(f"{name}: seen, and {during[publisher]}")
        if during[publisher] in {"missing", "not found", "withdrawn", "late"}:
            wrong.append(f"{name}: accused: {during[publisher]}")
        if source in healed.kinds or after[publisher] != "on time by its own date":
            wrong.append(f"{name}: afterwards {healed.kinds.get(source)}, {after[publisher]}")
    assert wrong == []
    told = run.world.rows("SELECT kind FROM incidents WHERE kind IN ('missing', 'withdrawn', 'late')")
    assert told == []
    assert [*well.summary["faults"], *faulty.summary["faults"], *healed.summary["faults"]] == []  # type: ignore[misc]  # lists of text
    [(lost,)] = run.world.rows("SELECT count(*) FROM links WHERE kind = 'report' AND title LIKE '示范%2025%'")
    assert lost == len(run.cases)


@pytest.fixture
def matrix(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.mark.timeout(600)
def test_a_fault_accuses_nobody_and_loses_nothing(matrix: World) -> None:
    assert_honest(Run(matrix, [*FAULTS, *REMEMBERING, *ROBOTS, *LISTS, "refused"]))
