"""Hosts that hang, drip, lead in circles or send bombs, beside a healthy one: each is named, and none takes the healthy one's time."""

from __future__ import annotations

import gzip
import re
import socket
import threading
from itertools import chain
from time import process_time
from typing import TYPE_CHECKING

import pytest

from crawler import blindness, links, marks, paging, shells, text
from crawler.blindness import Expected, recognise
from crawler.shells import shell_target
from tests.crawler.conftest import site_with
from tests.portal.server import Reply, listed, report_page, report_row

if TYPE_CHECKING:
    from tests.crawler.conftest import World
    from tests.portal.server import Asked

MIB = 1024 * 1024
LIST = listed([report_row(number) for number in range(1, 6)])


def endless(world: World) -> str:
    """A server that never stops sending."""
    listener = socket.create_server(("127.0.1.1", 0))
    address = f"127.0.1.1:{listener.getsockname()[1]}"
    world.allowed.append(address)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=pour, args=(connection,), daemon=True).start()

    def pour(connection: socket.socket) -> None:
        try:
            asked = connection.recv(4096)
            if b"/robots.txt" in asked:
                connection.sendall(
                    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
            else:
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>"
                )
                while True:
                    connection.sendall(b"<p>and on</p>" * 5000)
        except OSError:
            pass
        finally:
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    return f"http://{address}/nb/"


def test_sick_hosts_are_named_and_the_healthy_one_is_read_before_them(world: World) -> None:
    many_links = (
        "<html><body>"
        + "".join(f"<a href=t{number}.html>x</a>" for number in range(320_000))
        + "</body></html>"
    )
    sick = {
        "hangs": {"body": LIST, "drip": 0},
        "drips": {"body": LIST, "drip": 300},
        "circle": {"body": "", "status": 302, "headers": {"Location": "/nb/"}},
        "bomb": {"body": gzip.compress(b"<p>0</p>" * (25 * MIB)), "headers": {"Content-Encoding": "gzip"}},
        "deep": {"body": "<html><body>" + "<div>" * 200_000 + "</body></html>"},
        "links": {"body": many_links},
    }
    world.watch("endless", endless(world))
    for name, reply in sick.items():
        site = world.site()
        site.put("/nb/", **reply)  # type: ignore[arg-type]  # the arguments of put
        world.watch(name, site.url("/nb/"))
    healthy = world.site()
    healthy.put("/nb/", LIST)
    for number in range(1, 6):
        healthy.put(f"/nb/t{number}.html", report_page())
    world.watch("healthy", healthy.url("/nb/"), min_interval=0.05)
    done = world.crawl()
    assert set(done.kinds) == {"endless", *sick}, done.summary
    assert {done.kinds[name] for name in ("hangs", "drips")} == {"timeout"}
    assert {done.kinds[name] for name in ("endless", "bomb", "links")} == {"truncated"}
    assert done.kinds["circle"] == "redirected_away"
    assert done.summary["new_documents"] == 5
    assert done.summary["faults"] == []
    assert {row[0] for row in world.rows("SELECT source FROM crawls")} == {"endless", "healthy", *sick}


def hanging(_: Asked, __: Reply) -> Reply:
    """An answer that begins and never comes."""
    return Reply(b"x" * 10, 200, {"Content-Type": "text/html"}, promised=1000, drip=5)


def hanging_list(asked: Asked, reply: Reply) -> Reply:
    """Only robots.txt answers."""
    return reply if asked.path == "/robots.txt" else hanging(asked, reply)


def test_hosts_that_hang_delay_nobody_else(world: World) -> None:
    """Five times as many as are visited at once, half of them dead and half with lists that hang: the healthy hosts are read at once."""
    sick = [site_with(world, 1) for _ in range(40)]
    for number, site in enumerate(sick):
        site.trouble = hanging_list if number % 2 else hanging
        world.watch(f"a{number:02}", site.url("/nb/"))
    platform = [site_with(world, 1) for _ in range(8)]
    for number, site in enumerate(platform):
        world.watch(f"b{number:02}", site.url("/nb/"), platform="city", min_interval=1)
    healthy = [site_with(world, 1, 2, 3), site_with(world, 1, 2, 3)]
    for number, site in enumerate(healthy):
        world.watch(f"z{number}", site.url("/nb/"))
    done = world.crawl(TIMEOUT="8", CONCURRENCY="8")
    assert done.summary["visits"] == {"good": 10, "blind": 40}
    assert set(done.kinds.values()) == {"timeout"}
    last = max(asked.at for site in healthy for asked in site.asked)
    for site in sick:
        vain = [asked.at for asked in site.asked if site.trouble is hanging or asked.path != "/robots.txt"]
        assert last < vain[1], "a sick host was asked again before the healthy ones were read"
        assert len(vain) == 2
    assert last < max(asked.at for site in platform for asked in site.asked)


def test_the_limit_of_a_visit_does_not_run_while_others_of_its_platform_are_visited(world: World) -> None:
    for number in range(8):
        family = "static" if number % 2 else "trs"
        site = site_with(world, 1)
        if family == "trs":
            site.put(
                "/nb/", listed([report_row(1)], '<script>createPageHTML(1, 0, "index", "html");</script>')
            )
        world.watch(f"s{number}", site.url("/nb/"), family, platform="city", min_interval=0.3)
    done = world.crawl(VISIT_LIMIT="3")
    assert done.summary["visits"] == {"good": 8}
    assert done.summary["new_documents"] == 8  # none was left for want of time


def test_hosts_that_failed_the_last_time_are_knocked_at_beside_the_others(world: World) -> None:
    sick = [site_with(world, 1) for _ in range(5)]
    for number, site in enumerate(sick):
        site.trouble = hanging
        world.watch(f"a{number}", site.url("/nb/"))
    world.crawl(TIMEOUT="1")
    healthy = site_with(world, 1)
    world.watch("z", healthy.url("/nb/"))
    for site in sick:
        site.asked.clear()
    done = world.crawl("2026-02-04T02:00:00Z", TIMEOUT="2", CONCURRENCY="1")  # four are knocked at at once
    assert done.summary["visits"] == {"good": 1, "blind": 5}
    later = sorted(site.asked[0].at for site in sick)
    assert healthy.asked[-1].at < later[4]


def test_a_host_that_is_silent_twice_is_left_alone_for_the_rest_of_the_run(world: World) -> None:
    dead, flaky = site_with(world, 1), site_with(world, 1)
    dead.trouble = hanging
    flaky.trouble = lambda asked, reply: hanging(asked, reply) if asked.path.startswith("/nb/?") else reply
    for number in range(4):
        world.watch(f"dead{number}", dead.url(f"/nb/?{number}"))
        world.watch(f"flaky{number}", flaky.url(f"/nb/?{number}"))
    done = world.crawl(TIMEOUT="1")
    assert set(done.kinds.values()) == {"timeout"}
    assert dead.paths() == ["/robots.txt"] * 2
    assert flaky.paths() == ["/robots.txt", "/nb/?0", "/nb/?0", "/nb/?1"]


def test_one_list_that_hangs_costs_the_others_of_its_host_nothing(world: World) -> None:
    site = site_with(world, 1)
    site.trouble = lambda asked, reply: hanging(asked, reply) if asked.path == "/nb/?hangs" else reply
    site.put("/nb/?well", listed([report_row(1)]))
    world.watch("a", site.url("/nb/?hangs"))
    world.watch("b", site.url("/nb/?well"))
    assert world.crawl(TIMEOUT="1").kinds == {"a": "timeout"}
    assert site.paths().count("/nb/?hangs") == 2


def test_files_that_hang_cost_the_lists_of_their_host_nothing(world: World) -> None:
    site = site_with(world, 1, 2, 3)
    site.trouble = lambda asked, reply: hanging(asked, reply) if "/t" in asked.path else reply
    site.put("/other/", listed([report_row(1)]))
    world.watch("a", site.url("/nb/"))
    world.watch("b", site.url("/other/"))
    assert world.crawl(TIMEOUT="1").summary["visits"] == {"good": 2}


def crowded(unit: str, count: int) -> str:
    return f"<html><body>{unit * count}</body></html>"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (crowded("<a href=t.html>x</a>", 20_001), "20,001 links"),
        (crowded("<LI ONCLICK = go()>x</LI>", 20_001), "20,001 links"),
        (crowded("<p>x</p>", 160_000), "320,004 tags"),
    ],
)
def test_a_page_with_too_much_on_it_is_truncated_before_anybody_looks_through_it(
    page: str, words: str
) -> None:
    why = recognise(200, {}, page.encode(), Expected("http://a.cn/", "http://a.cn/"))
    assert why is not None
    assert why.kind == "truncated"
    assert words in why.reason


def test_a_large_list_is_looked_through() -> None:
    page = listed([report_row(number) for number in range(19_000)])
    assert recognise(200, {}, page.encode(), Expected("http://a.cn/", "http://a.cn/")) is None


HOSTILE = ("a", " ", "<", "<a ", "<meta ", "<iframe ", "<script", '"', "(", "第", "第1", "共", "页", "1", "2024年", "/", "location=", "location.",
           "window.", "请输入", "访问", "系统", "网站", "信息公开", "&nbsp;", "\n", "\t ", "id=", "<!--", "http-equiv=refresh ", "url=", "域名",
           '"code" ', "<a>2024年", "x=", "{{")  # fmt: skip


def patterns() -> list[re.Pattern[str]]:
    """Every regular expression that these modules keep."""
    found: list[re.Pattern[str]] = []
    values = list(
        chain.from_iterable(
            vars(module).values() for module in (blindness, links, marks, paging, shells, text)
        )
    )
    while values:
        value = values.pop()
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            found.append(value)
        elif isinstance(value, tuple):
            values.extend(value)
    return list(
        {
            pattern.pattern: pattern for pattern in found if pattern.pattern != links.DAY_BESIDE.pattern
        }.values()
    )


def cost(pattern: re.Pattern[str], hostile: str) -> float:
    best = []
    for _ in range(2):
        begun = process_time()
        for _ in pattern.finditer(hostile):
            pass
        best.append(process_time() - begun)
    return min(best)


@pytest.mark.parametrize("unit", HOSTILE)
def test_no_expression_is_quadratic_in_a_hostile_page(unit: str) -> None:
    """Ten times the text may cost some twenty times the time, and not a hundred; what is over in no time is not compared."""
    slow = []
    for pattern in patterns():
        long = cost(pattern, unit * (60_000 // len(unit)))
        if long > 0.3 and long > 40 * max(cost(pattern, unit * (6_000 // len(unit))), 1e-4):
            slow.append((pattern.pattern[:60], round(long, 2)))
    assert slow == []


@pytest.mark.parametrize(
    "unit", ["<", "<script", "<a href=x>2024年", "<!--", "请输入", "<div>", "window.", "\u3000"]
)
def test_a_hostile_page_is_judged(unit: str) -> None:
    body = ("<html>" + unit * (2 * MIB // len(unit.encode()))).encode()
    assert recognise(200, {}, body, Expected("http://a.cn/", "http://a.cn/", entries=0)) is not None
    shell_target("http://a.cn/", body.decode())
